internal import CZlib

/// Answers as one gzip member (RFC 1952), for clients that ask for it.
enum Gzip {
    /// - Parameter level: 1 (fast) to 9 (small).
    static func compressed(_ bytes: [UInt8], level: Int32) -> [UInt8] {
        var stream = czlib_stream()
        precondition(czlib_deflate_gzip_init(&stream, level) == Z_OK, "zlib has no memory for a stream")
        defer { deflateEnd(&stream) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 16 + pieceLength)
        bytes.withUnsafeBufferPointer { source in
            var taken = 0
            var status = Z_OK
            while status != Z_STREAM_END {
                let length = min(source.count - taken, mostAtOnce)
                // zlib reads only; its interface is older than `const`.
                stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + taken })
                stream.avail_in = UInt32(length)
                let flush = taken + length == source.count ? Z_FINISH : Z_NO_FLUSH
                output.append(addingCapacity: pieceLength) { room in
                    room.withUnsafeMutableBufferPointer { buffer, filled in
                        stream.next_out = buffer.baseAddress.map { $0 + filled }
                        stream.avail_out = UInt32(pieceLength)
                        status = deflate(&stream, flush)
                        filled += pieceLength - Int(stream.avail_out)
                    }
                }
                precondition(status == Z_OK || status == Z_STREAM_END, "zlib could not go on with a stream of its own")
                taken += length - Int(stream.avail_in)
            }
        }
        return output
    }

    /// The content of one gzip member that is the program's own.
    static func decompressed(_ bytes: [UInt8]) -> [UInt8] {
        var stream = czlib_stream()
        precondition(czlib_inflate_gzip_init(&stream) == Z_OK, "zlib has no memory for a stream")
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        bytes.withUnsafeBufferPointer { source in
            stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.avail_in = UInt32(source.count)
            var status = Z_OK
            while status == Z_OK {
                output.append(addingCapacity: pieceLength) { room in
                    room.withUnsafeMutableBufferPointer { buffer, filled in
                        stream.next_out = buffer.baseAddress.map { $0 + filled }
                        stream.avail_out = UInt32(pieceLength)
                        status = inflate(&stream, Z_NO_FLUSH)
                        filled += pieceLength - Int(stream.avail_out)
                    }
                }
            }
            precondition(status == Z_STREAM_END, "what is embedded is no gzip member")
        }
        return output
    }

    /// So much room at a time: a page shrinks to a twentieth, so its own length would mostly be reserved in vain.
    private static let pieceLength = 32 << 10
    /// zlib counts in 32 bits.
    private static let mostAtOnce = 1 << 30
}
