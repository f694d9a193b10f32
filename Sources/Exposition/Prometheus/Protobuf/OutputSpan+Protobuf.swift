/// The pieces of protobuf's wire format (protobuf.dev, "Encoding") into room that was reserved for them.
extension OutputSpan<UInt8> {
    /// Seven bits a byte, the lowest first; the eighth says that more follow.
    mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Small numbers of either sign in few bytes, as `sint32` and `sint64` have them: 0, -1, 1, -2 are 0, 1, 2, 3.
    mutating func append(zigzag value: Int64) { append(varint: UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func append(double value: Double) {
        var rest = value.bitPattern
        for _ in 0..<8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

extension UInt64 {
    static let mostVarintBytes = 10

    /// How many bytes it takes as a varint.
    var varintBytes: Int { Swift.max(1, (70 - leadingZeroBitCount) / 7) }
}

/// The byte before a field: its number and how its end is found. All numbers here are below 16, so it is one byte.
struct FieldTag {
    var byte: UInt8

    static func varint(_ field: UInt8) -> FieldTag { FieldTag(byte: field << 3) }
    static func double(_ field: UInt8) -> FieldTag { FieldTag(byte: field << 3 | 1) }
    /// A message, a text or packed numbers, behind their length.
    static func bytes(_ field: UInt8) -> FieldTag { FieldTag(byte: field << 3 | 2) }
}

extension OutputSpan<UInt8> {
    mutating func append(_ tag: FieldTag, _ value: UInt64) {
        append(tag.byte)
        append(varint: value)
    }

    mutating func append(_ tag: FieldTag, _ value: Double) {
        append(tag.byte)
        append(double: value)
    }

    mutating func append(_ tag: FieldTag, _ value: [UInt8]) {
        append(tag, UInt64(value.count))
        append(value)
    }
}

extension [UInt8] {
    /// A text or a message, behind its tag and length.
    mutating func append(_ tag: FieldTag, _ value: [UInt8]) {
        append(addingCapacity: 1 + UInt64.mostVarintBytes + value.count) { $0.append(tag, value) }
    }
}
