import CZlib

/// What zlib itself makes of a gzip file that lies in memory, member by member, each in one call.
struct GzipOracle {
    enum Ending { case whole, cut, damaged }

    private(set) var content: [UInt8] = []
    private(set) var ending = Ending.whole

    init(_ file: [UInt8]) {
        var rest = file[...]
        repeat {
            rest = member(rest)
            guard ending == .whole else { return }
            // Zeros behind a member are padding, as gzip has it.
            rest = rest.drop { $0 == 0 }
        } while !rest.isEmpty
    }

    private mutating func member(_ file: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var stream = czlib_stream()
        precondition(czlib_inflate_gzip_init(&stream) == Z_OK, "zlib has no memory for a stream")
        defer { inflateEnd(&stream) }
        var input = Array(file)
        var taken = 0
        var status = Z_OK
        var room = [UInt8](repeating: 0, count: 64 * 1024)
        while status == Z_OK {
            let before = taken
            var produced = 0
            input.withUnsafeMutableBufferPointer { source in
                room.withUnsafeMutableBufferPointer { target in
                    stream.next_in = source.baseAddress.map { $0 + taken }
                    stream.avail_in = UInt32(source.count - taken)
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    status = inflate(&stream, Z_NO_FLUSH)
                    taken = source.count - Int(stream.avail_in)
                    produced = target.count - Int(stream.avail_out)
                }
            }
            content += room.prefix(produced)
            if status == Z_OK, taken == before, produced == 0 { break }
        }
        switch status {
        case Z_STREAM_END: ending = .whole
        case Z_OK, Z_BUF_ERROR: ending = .cut
        default: ending = .damaged
        }
        return file.dropFirst(taken)
    }
}
