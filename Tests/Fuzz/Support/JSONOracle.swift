/// The plainest reader of one line of JSON (RFC 8259), byte by byte, to hold the real one against.
///
/// It shares the two liberties that the real one documents: a byte order mark in front, and strings whose bytes are not
/// text where nobody reads them.
struct JSONOracle {
    enum Verdict { case blank, malformed, object }

    /// A string holds control bytes, invalid UTF-8 or half a surrogate pair: malformed only if somebody reads it.
    private(set) var hasUnreadableText = false
    /// The last value of the top level's `status`, if that is three digits.
    private(set) var lastStatus: [UInt8]?

    private let bytes: [UInt8]
    private var place = 0

    /// - Parameter line: with its line feed.
    init(_ line: [UInt8]) { bytes = line }

    mutating func line() -> Verdict {
        skipSpace()
        if next != UInt8(ascii: "{"), bytes[place...].starts(with: [0xef, 0xbb, 0xbf]) {
            place += 3
            skipSpace()
        }
        if next == 10 { return .blank }
        guard next == UInt8(ascii: "{"), value(depth: 0) else { return .malformed }
        skipSpace()
        return next == 10 ? .object : .malformed
    }

    private var next: UInt8 { bytes[place] }

    private mutating func skipSpace() {
        while next == 0x20 || next == 0x09 || next == 0x0d { place += 1 }
    }

    private mutating func take(_ byte: Character) -> Bool {
        guard next == byte.asciiValue else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        switch next {
        case UInt8(ascii: "{"): return depth < 64 && members(depth: depth)
        case UInt8(ascii: "["): return depth < 64 && elements(depth: depth)
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "-"), 0x30...0x39: return number()
        default:
            for word in ["true", "false", "null"] where bytes[place...].starts(with: word.utf8) {
                place += word.utf8.count
                return true
            }
            return false
        }
    }

    private mutating func members(depth: Int) -> Bool {
        place += 1
        skipSpace()
        if take("}") { return true }
        while true {
            guard next == UInt8(ascii: "\""), let key = string() else { return false }
            skipSpace()
            guard take(":") else { return false }
            skipSpace()
            let start = place
            guard value(depth: depth + 1) else { return false }
            if depth == 0 { noteStatus(key, bytes[start..<place]) }
            skipSpace()
            if take("}") { return true }
            guard take(",") else { return false }
            skipSpace()
        }
    }

    /// A name is known in any case and with `_` and `-` anywhere; null and nested values are no status of their own.
    private mutating func noteStatus(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
        let name = key.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }.map { $0 | 0x20 }
        // What an escape spells is beyond this oracle.
        if key.contains(UInt8(ascii: "\\")) { lastStatus = nil }
        guard name.elementsEqual("status".utf8) else { return }
        let digits = value.filter { $0 != UInt8(ascii: "\"") }
        lastStatus = digits.count == 3 && digits.allSatisfy({ (0x30...0x39).contains($0) }) ? Array(digits) : nil
    }

    private mutating func elements(depth: Int) -> Bool {
        place += 1
        skipSpace()
        if take("]") { return true }
        while true {
            guard value(depth: depth + 1) else { return false }
            skipSpace()
            if take("]") { return true }
            guard take(",") else { return false }
            skipSpace()
        }
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") {
            guard digits() else { return false }
        }
        if take(".") {
            guard digits() else { return false }
        }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() else { return false }
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = place
        while (0x30...0x39).contains(next) { place += 1 }
        return place > start
    }

    /// The bytes between the quotes, escapes as they stand.
    private mutating func string() -> ArraySlice<UInt8>? {
        place += 1
        let start = place
        var text = ""
        while next != UInt8(ascii: "\"") {
            if next == 10 { return nil }
            if next < 0x20 { hasUnreadableText = true }
            guard take("\\") else {
                place += 1
                continue
            }
            if take("u") {
                let digits = bytes[place...].prefix(4)
                guard digits.count == 4, digits.allSatisfy({ hexadecimal($0) }) else { return nil }
                text += String(decoding: digits, as: UTF8.self).lowercased() + " "
                place += 4
            } else {
                guard "\"\\/bfnrt".utf8.contains(next) else { return nil }
                text += "- "
                place += 1
            }
        }
        let content = bytes[start..<place]
        place += 1
        // Any surrogate at all: whether it is paired is for the real reader to say.
        if text.contains("d8") || text.contains("d9") || text.contains("da") || text.contains("db")
            || text.contains("dc") || text.contains("dd") || text.contains("de") || text.contains("df")
            || String(validating: content, as: UTF8.self) == nil
        {
            hasUnreadableText = true
        }
        return content
    }

    private func hexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }
}
