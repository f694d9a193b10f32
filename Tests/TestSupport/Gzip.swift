import CZlib

/// A gzip file of one member.
package func gzip(_ content: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(content.count))
    var packed = [UInt8](repeating: 0, count: Int(length))
    let status = compress2(&packed, &length, content, UInt(content.count), 6)
    precondition(status == Z_OK)
    let deflated = packed[2..<(Int(length) - 4)]
    let sum = UInt32(crc32(0, content, UInt32(content.count)))
    return [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + deflated + little(sum) + little(UInt32(content.count))
}

private func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

/// The content of one member, or nil where the bytes are anything else.
package func gunzipped(_ member: [UInt8]) -> [UInt8]? {
    var stream = czlib_stream()
    precondition(czlib_inflate_gzip_init(&stream) == Z_OK)
    defer { inflateEnd(&stream) }
    // The trailer ends with the length.
    let length = member.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    var (packed, content) = (member, [UInt8](repeating: 0, count: length + 1))
    let status = packed.withUnsafeMutableBufferPointer { source in
        content.withUnsafeMutableBufferPointer { target in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            return inflate(&stream, Z_FINISH)
        }
    }
    guard status == Z_STREAM_END, stream.avail_in == 0, stream.total_out == UInt(length) else { return nil }
    return Array(content.dropLast())
}
