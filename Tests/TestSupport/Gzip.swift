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
