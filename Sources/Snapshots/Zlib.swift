import CZlib

/// The three things that are asked of zlib: CRC-32, deflate, inflate; whole buffers at a time.
enum Zlib {
    static func checksum(_ bytes: ArraySlice<UInt8>, continuing previous: UInt32 = 0) -> UInt32 {
        bytes.withUnsafeBufferPointer { buffer in
            // A null pointer would ask zlib for the initial value instead.
            guard let start = buffer.baseAddress else { return previous }
            return UInt32(truncatingIfNeeded: crc32(UInt(previous), start, UInt32(buffer.count)))
        }
    }

    /// - Parameter level: 1 (fast) to 9 (small).
    static func deflated(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        let bound = compressBound(UInt(bytes.count))
        return [UInt8](unsafeUninitializedCapacity: Int(bound)) { target, count in
            var written = bound
            let status = bytes.withUnsafeBufferPointer { source in
                compress2(target.baseAddress, &written, source.baseAddress, UInt(source.count), level)
            }
            precondition(status == Z_OK, "zlib could not deflate into the bound that it named itself")
            count = Int(written)
        }
    }

    /// Nil unless the bytes are one whole zlib stream of exactly `size` bytes.
    static func inflated(_ bytes: ArraySlice<UInt8>, size: Int) -> [UInt8]? {
        var status = Z_OK
        var consumed = UInt(bytes.count)
        let result = [UInt8](unsafeUninitializedCapacity: max(1, size)) { target, count in
            var written = UInt(size)
            status = bytes.withUnsafeBufferPointer { source in
                uncompress2(target.baseAddress, &written, source.baseAddress, &consumed)
            }
            count = status == Z_OK ? Int(written) : 0
        }
        return status == Z_OK && consumed == UInt(bytes.count) && result.count == size ? result : nil
    }
}
