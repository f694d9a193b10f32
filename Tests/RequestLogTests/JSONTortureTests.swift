import RequestLog
import Testing

/// Every line that can be made of a few tokens, held against the grammar of RFC 8259 written down as it stands.
@Suite("All short texts, by the grammar of RFC 8259", .timeLimit(.minutes(15)))
struct JSONTortureTests {
    /// What a text can be made of; half of them are no token of the grammar by themselves.
    private static let tokens = [
        "{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\\", "\\u00e9", "0", "1", "-", ".", "e", "+", "true", "nul",
        "null", " ",
    ]

    private static func texts(of count: Int, behind beginning: String) -> [String] {
        if count == 0 { return [beginning] }
        return tokens.flatMap { texts(of: count - 1, behind: beginning + $0) }
    }

    /// Each line has a number, so that one sees which of them are records.
    ///
    /// - Returns: how many are.
    @discardableResult
    private static func compare(_ candidates: [String], learnsShapes: Bool) -> Int {
        let front = #"{"time":"2026-11-22T10:14:59Z","status":200,"bytes":"#
        var text: [UInt8] = []
        var wanted: [Int64] = []
        for (number, candidate) in candidates.enumerated() {
            let line = Array("\(front)\(number),\"x\":\(candidate)}".utf8)
            if Grammar.isObject(line) { wanted.append(Int64(number)) }
            text += line + [10]
        }
        var reader = RecordReader(options: ReaderOptions(format: .json), learnsShapes: learnsShapes)
        let found = read(text, with: &reader)
        #expect(found.counts.lines == UInt64(candidates.count))
        for number in Set(found.records.map(\.bytes)).symmetricDifference(wanted).prefix(20) {
            Issue.record("\(wanted.contains(number) ? "refused" : "accepted"): \(candidates[Int(number)])")
        }
        // Nothing that is refused here lacks anything but its grammar.
        #expect(found.counts[.malformed] == UInt64(candidates.count - wanted.count))
        return wanted.count
    }

    @Test("as a value, with shapes and without: up to three tokens", arguments: [true, false])
    func values(learnsShapes: Bool) {
        let accepted = Self.compare((0...3).flatMap { Self.texts(of: $0, behind: "") }, learnsShapes: learnsShapes)
        #expect(accepted > 80)
    }

    @Test("as a value: four tokens", arguments: tokens)
    func longValues(first: String) { Self.compare(Self.texts(of: 3, behind: first), learnsShapes: true) }

    @Test("as a whole line: up to four tokens", arguments: tokens)
    func lines(first: String) {
        for second in [""] + Self.tokens {
            let lines = (0...(second.isEmpty ? 0 : 2)).flatMap { Self.texts(of: $0, behind: first + second) }
            let found = read(lines.joined(separator: "\n"), options: ReaderOptions(format: .json))
            let blank = lines.count { $0.allSatisfy { $0 == " " } }
            let objects = lines.count { Grammar.isObject(Array($0.utf8)) }
            #expect(found.counts.blank == UInt64(blank), "\(first)\(second)")
            #expect(found.counts[.missingStatus] == UInt64(objects), "\(first)\(second)")
            #expect(found.counts[.malformed] == UInt64(lines.count - blank - objects), "\(first)\(second)")
        }
    }
}

/// RFC 8259 §2 to §7, production by production; of strings nobody reads, any byte but a quote and a backslash is a part.
private struct Grammar {
    private let bytes: [UInt8]
    private var place = 0

    static func isObject(_ bytes: [UInt8]) -> Bool {
        var text = Grammar(bytes: bytes)
        text.whiteSpace()
        return text.next == UInt8(ascii: "{") && text.value() && text.place == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    private mutating func take(_ text: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        guard bytes[place...].starts(with: wanted) else { return false }
        place += wanted.count
        return true
    }

    private mutating func whiteSpace() {
        while let byte = next, [0x20, 0x09, 0x0d].contains(byte) { place += 1 }
    }

    /// With the white space around it.
    private mutating func value() -> Bool {
        whiteSpace()
        defer { whiteSpace() }
        switch next {
        case UInt8(ascii: "{"): return list("{", "}") { $0.member() }
        case UInt8(ascii: "["): return list("[", "]") { $0.value() }
        case UInt8(ascii: "\""): return string()
        default: return take("true") || take("false") || take("null") || number()
        }
    }

    private mutating func list(
        _ open: StaticString, _ close: StaticString, _ element: (inout Grammar) -> Bool
    ) -> Bool {
        guard take(open) else { return false }
        whiteSpace()
        if take(close) { return true }
        repeat {
            guard element(&self) else { return false }
        } while take(",")
        return take(close)
    }

    private mutating func member() -> Bool {
        whiteSpace()
        guard string() else { return false }
        whiteSpace()
        return take(":") && value()
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            place += 1
            if byte == UInt8(ascii: "\"") { return true }
            guard byte == UInt8(ascii: "\\") else { continue }
            guard let kind = next else { return false }
            place += 1
            if kind == UInt8(ascii: "u") {
                guard place + 4 <= bytes.count, bytes[place..<(place + 4)].allSatisfy(\.isHexDigit) else {
                    return false
                }
                place += 4
            } else if !"\"\\/bfnrt".utf8.contains(kind) {
                return false
            }
        }
        return false
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0"), digits() == 0 { return false }
        if take("."), digits() == 0 { return false }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            return digits() > 0
        }
        return true
    }

    private mutating func digits() -> Int {
        let start = place
        while let byte = next, (0x30...0x39).contains(byte) { place += 1 }
        return place - start
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (0x30...0x39).contains(self) || (0x61...0x66).contains(self | 0x20)
    }
}
