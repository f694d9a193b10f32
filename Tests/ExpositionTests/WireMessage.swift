import Testing

/// A protobuf message, taken apart without knowing what its fields mean.
struct WireMessage {
    enum Value: Equatable {
        case varint(UInt64)
        case double(Double)
        case bytes([UInt8])
    }

    var fields: [(number: Int, value: Value)] = []

    init(_ bytes: some Sequence<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let tag = try Self.varint(&rest)
            let value: Value
            switch tag & 7 {
            case 0: value = .varint(try Self.varint(&rest))
            case 1:
                try #require(rest.count >= 8)
                value = .double(
                    Double(bitPattern: rest.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }))
                rest = rest.dropFirst(8)
            case 2: value = .bytes(try Self.delimited(&rest))
            default: throw Unreadable.wireType(tag & 7)
            }
            fields.append((Int(tag >> 3), value))
        }
    }

    enum Unreadable: Error {
        case wireType(UInt64), endsWithin, longNumber
    }

    func bytes(_ number: Int) -> [[UInt8]] {
        fields.compactMap { if $0.number == number, case .bytes(let bytes) = $0.value { bytes } else { nil } }
    }

    func messages(_ number: Int) throws -> [WireMessage] { try bytes(number).map { try WireMessage($0) } }

    func text(_ number: Int) -> String { String(decoding: bytes(number).joined(), as: UTF8.self) }

    func varint(_ number: Int) -> UInt64? {
        fields.compactMap { if $0.number == number, case .varint(let value) = $0.value { value } else { nil } }.last
    }

    func double(_ number: Int) -> Double? {
        fields.compactMap { if $0.number == number, case .double(let value) = $0.value { value } else { nil } }.last
    }

    /// Messages one behind the other, each behind its length.
    static func stream(_ bytes: [UInt8]) throws -> [WireMessage] {
        var rest = bytes[...]
        var messages: [WireMessage] = []
        while !rest.isEmpty { messages.append(try WireMessage(delimited(&rest))) }
        return messages
    }

    static func zigzag(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }

    static func packedZigzags(_ bytes: [UInt8]) throws -> [Int64] {
        var rest = bytes[...]
        var values: [Int64] = []
        while !rest.isEmpty { values.append(zigzag(try varint(&rest))) }
        return values
    }

    private static func delimited(_ rest: inout ArraySlice<UInt8>) throws -> [UInt8] {
        let length = try varint(&rest)
        guard length <= rest.count else { throw Unreadable.endsWithin }
        defer { rest = rest.dropFirst(Int(length)) }
        return Array(rest.prefix(Int(length)))
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) throws -> UInt64 {
        var value: UInt64 = 0
        for place in 0..<10 {
            guard let byte = rest.popFirst() else { throw Unreadable.endsWithin }
            value |= UInt64(byte & 0x7f) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        throw Unreadable.longNumber
    }
}
