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
        var stream = czlib_stream()
        precondition(czlib_deflate_columns_init(&stream, level) == Z_OK, "zlib has no memory for a stream")
        defer { deflateEnd(&stream) }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return [UInt8](unsafeUninitializedCapacity: bound) { target, count in
            let status = bytes.withUnsafeBufferPointer { source in
                // zlib reads only; its interface is older than `const`.
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(bound)
                return deflate(&stream, Z_FINISH)
            }
            precondition(status == Z_STREAM_END, "zlib could not deflate into the bound that it named itself")
            count = bound - Int(stream.avail_out)
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

    /// The first bytes of a zlib stream; nil where it has not so many. What is behind them is not looked at.
    static func beginning(of bytes: ArraySlice<UInt8>, count: Int) -> [UInt8]? {
        var stream = czlib_stream()
        precondition(czlib_inflate_init(&stream) == Z_OK, "zlib has no memory for a stream")
        defer { inflateEnd(&stream) }
        let result = [UInt8](unsafeUninitializedCapacity: count) { target, filled in
            bytes.withUnsafeBufferPointer { source in
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(count)
                _ = inflate(&stream, Z_SYNC_FLUSH)
            }
            filled = count - Int(stream.avail_out)
        }
        return result.count == count ? result : nil
    }
}
