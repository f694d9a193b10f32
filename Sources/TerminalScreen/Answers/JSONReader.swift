/// Bytes → a JSON document (RFC 8259), strictly, and no deeper than `deepest`.
package struct JSONReader {
    package struct Fault: Error, Equatable {
        package var offset: Int
        package var expected: String
    }

    package static let deepest = 32

    private let bytes: [UInt8]
    private var place = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    package static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.place == bytes.count else { throw reader.fault("the end") }
        return value
    }

    private func fault(_ expected: String) -> Fault { Fault(offset: place, expected: expected) }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONValue {
        guard depth < JSONReader.deepest else { throw fault("no more than \(JSONReader.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
        guard bytes[place...].starts(with: word.utf8) else { throw fault(word) }
        place += word.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(Fault) -> JSONValue {
        place += 1
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fault("a name") }
            let name = try string()
            skipSpace()
            guard take(":") else { throw fault("a colon") }
            members[name] = try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("}") else { throw fault("a comma or }") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(Fault) -> JSONValue {
        place += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw fault("a comma or ]") }
        return .array(elements)
    }

    private mutating func number() throws(Fault) -> Double {
        let start = place
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") { try digits() }
        if take("e") || take("E") {
            _ = take("-") || take("+")
            try digits()
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        guard let number = Double(text), number.isFinite else { throw fault("a number that is not too large") }
        return number
    }

    private mutating func digits() throws(Fault) {
        let start = place
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
        guard place > start else { throw fault("a value") }
    }
}

extension JSONReader {
    private mutating func string() throws(Fault) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw fault("UTF-8") }
                return string
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("no control byte in a string")
            default: text.append(byte)
            }
        }
        throw fault("the end of a string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        guard let byte = next else { throw fault("an escape") }
        place += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0c)
        case UInt8(ascii: "n"): text.append(0x0a)
        case UInt8(ascii: "r"): text.append(0x0d)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(Character(try scalar())).utf8
        default: throw fault("an escape of JSON")
        }
    }

    private mutating func scalar() throws(Fault) -> Unicode.Scalar {
        var code = try unit()
        if (0xd800..<0xdc00).contains(code) {
            guard take("\\"), take("u") else { throw fault("the other half of a surrogate pair") }
            let low = try unit()
            guard (0xdc00..<0xe000).contains(low) else { throw fault("the other half of a surrogate pair") }
            code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault("a Unicode scalar") }
        return scalar
    }

    private mutating func unit() throws(Fault) -> UInt32 {
        guard place + 4 <= bytes.count else { throw fault("four hexadecimal digits") }
        var code: UInt32 = 0
        for byte in bytes[place..<place + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
        }
        place += 4
        return code
    }
}
