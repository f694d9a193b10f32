/// Bytes ended early, or a number did not fit its type; `offset` is where in the bytes that were given.
package struct DecodingFailure: Error, Equatable, Sendable {
    package var offset: Int
    package var expected: String

    package init(offset: Int, expected: String) {
        self.offset = offset
        self.expected = expected
    }
}

/// Reads what `ByteWriter` wrote. Hostile bytes throw; they never trap and never make it allocate more than they are.
package struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// Bytes read so far.
    package var offset: Int { position - bytes.startIndex }

    package var remaining: Int { bytes.endIndex - position }

    package var isAtEnd: Bool { remaining == 0 }

    package func failure(_ expected: String) -> DecodingFailure { DecodingFailure(offset: offset, expected: expected) }

    package mutating func byte() throws(DecodingFailure) -> UInt8 {
        guard position < bytes.endIndex else { throw failure("another byte") }
        defer { position += 1 }
        return bytes[position]
    }

    package mutating func slice(_ count: Int) throws(DecodingFailure) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw failure("\(count) more bytes") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    package mutating func fixed32() throws(DecodingFailure) -> UInt32 {
        try slice(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    package mutating func fixed64() throws(DecodingFailure) -> UInt64 {
        try slice(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func fixedSigned64() throws(DecodingFailure) -> Int64 { Int64(bitPattern: try fixed64()) }

    package mutating func varint() throws(DecodingFailure) -> UInt64 {
        if position < bytes.endIndex, bytes[position] < 0x80 {
            defer { position += 1 }
            return UInt64(bytes[position])
        }
        let wide = try wideVarint()
        guard let value = UInt64(exactly: wide) else { throw failure("a number of at most 64 bits") }
        return value
    }

    package mutating func wideVarint() throws(DecodingFailure) -> UInt128 {
        var value: UInt128 = 0
        var shift: UInt128 = 0
        while true {
            let next = try byte()
            guard shift < 126 || next < 4 else { throw failure("a number of at most 128 bits") }
            value |= UInt128(next & 0x7f) << shift
            if next < 0x80 { return value }
            shift += 7
        }
    }

    package mutating func zigzag() throws(DecodingFailure) -> Int64 {
        let raw = try varint()
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }

    package mutating func wideZigzag() throws(DecodingFailure) -> Int128 {
        let raw = try wideVarint()
        return Int128(bitPattern: raw >> 1) ^ -Int128(bitPattern: raw & 1)
    }

    /// A count of things of which each takes at least `leastBytes`, so that a damaged count cannot ask for memory.
    package mutating func count(leastBytes: Int = 1) throws(DecodingFailure) -> Int {
        let value = try varint()
        guard value <= UInt64(remaining / max(1, leastBytes)) else { throw failure("a count that the bytes can hold") }
        return Int(value)
    }

    package mutating func text() throws(DecodingFailure) -> String {
        let length = try count()
        let start = offset
        guard let text = String(validating: try slice(length), as: UTF8.self) else {
            throw DecodingFailure(offset: start, expected: "UTF-8 text")
        }
        return text
    }
}
