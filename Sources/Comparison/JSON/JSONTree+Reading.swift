/// Where a text stops being JSON.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In bytes.
    package var offset: Int
    package var expected: String

    package var description: String { "offset \(offset): expected \(expected)" }
}

extension JSONTree {
    package init(_ bytes: [UInt8]) throws(JSONError) {
        var reader = JSONTreeReader(bytes)
        self = try reader.whole()
    }
}

private struct JSONTreeReader {
    private static let deepest = 64

    private let bytes: [UInt8]
    private var place = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func whole() throws(JSONError) -> JSONTree {
        let value = try value(depth: 0)
        skipSpace()
        guard place == bytes.count else { throw fail("the end") }
        return value
    }

    private func fail(_ expected: String) -> JSONError { JSONError(offset: place, expected: expected) }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0a, 0x0d].contains(byte) { place += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) throws(JSONError) {
        skipSpace()
        guard next == UInt8(ascii: scalar) else { throw fail("\"\(scalar)\"") }
        place += 1
    }

    private mutating func takes(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        return takesHere(scalar)
    }

    private mutating func takesHere(_ scalar: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: scalar) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONTree {
        guard depth < JSONTreeReader.deepest else { throw fail("less than \(JSONTreeReader.deepest) levels") }
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try array(depth)
        case UInt8(ascii: "\""): return .text(try text())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(_ depth: Int) throws(JSONError) -> JSONTree {
        try take("{")
        var members: [JSONTree.Member] = []
        var keys: Set<String> = []
        if takes("}") { return .object([]) }
        repeat {
            skipSpace()
            guard next == UInt8(ascii: "\"") else { throw fail("a key") }
            let key = try text()
            // A value that stands twice is two values.
            guard keys.insert(key).inserted else { throw fail("each key once") }
            try take(":")
            members.append(JSONTree.Member(key, try value(depth: depth + 1)))
        } while takes(",")
        try take("}")
        return .object(members)
    }

    private mutating func array(_ depth: Int) throws(JSONError) -> JSONTree {
        try take("[")
        var elements: [JSONTree] = []
        if takes("]") { return .array([]) }
        repeat { elements.append(try value(depth: depth + 1)) } while takes(",")
        try take("]")
        return .array(elements)
    }

    private mutating func word(_ word: String, _ value: JSONTree) throws(JSONError) -> JSONTree {
        guard bytes[place...].starts(with: word.utf8) else { throw fail("a value") }
        place += word.utf8.count
        return value
    }

    private mutating func number() throws(JSONError) -> JSONTree {
        let start = place
        _ = takesHere("-")
        if !takesHere("0") { try digits() }
        var isWhole = true
        if takesHere(".") {
            isWhole = false
            try digits()
        }
        if takesHere("e") || takesHere("E") {
            isWhole = false
            _ = takesHere("-") || takesHere("+")
            try digits()
        }
        let text = String(decoding: bytes[start..<place], as: UTF8.self)
        if isWhole, let whole = Int64(text) { return .integer(whole) }
        guard let value = Double(text), value.isFinite else { throw fail("a number that is not too large") }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = place
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
        guard place > start else { throw fail("a value") }
    }

    private mutating func text() throws(JSONError) -> String {
        place += 1
        var content: [UInt8] = []
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else { throw fail("UTF-8 in a text") }
                place += 1
                return text
            case UInt8(ascii: "\\"):
                place += 1
                content += String(try escape()).utf8
            case 0..<0x20: throw fail("no raw control byte in a text")
            default:
                content.append(byte)
                place += 1
            }
        }
        throw fail("the end of a text")
    }

    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        guard let letter = next else { throw fail("an escape") }
        place += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(letter)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try hexadecimal()
            if let scalar = Unicode.Scalar(unit) { return scalar }
            // The upper half of a pair; the lower half must follow.
            guard unit < 0xdc00, bytes[place...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                throw fail("a pair of surrogates")
            }
            place += 2
            let low = try hexadecimal()
            guard (0xdc00..<0xe000).contains(low),
                let scalar = Unicode.Scalar(0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00))
            else { throw fail("a pair of surrogates") }
            return scalar
        default: throw fail("an escape")
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        guard place + 4 <= bytes.count,
            bytes[place..<place + 4].allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
            }), let unit = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw fail("four hexadecimal digits") }
        place += 4
        return unit
    }
}
