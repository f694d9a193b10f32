import CScan

// The bytes that the scanners look for, by name.

let space = UInt8(ascii: " ")
let tab = UInt8(ascii: "\t")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
let slash = UInt8(ascii: "/")
let backslash = UInt8(ascii: "\\")
let comma = UInt8(ascii: ",")
let colon = UInt8(ascii: ":")
let point = UInt8(ascii: ".")
let minus = UInt8(ascii: "-")
let plus = UInt8(ascii: "+")
let zero = UInt8(ascii: "0")
let openBrace = UInt8(ascii: "{")
let closeBrace = UInt8(ascii: "}")
let openBracket = UInt8(ascii: "[")
let closeBracket = UInt8(ascii: "]")

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }

@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 { byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }

func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case zero...UInt8(ascii: "9"): byte - zero
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

/// A stretch of bytes somewhere else: the unit in which values are handed about inside this target.
struct ByteRun {
    var start: UnsafePointer<UInt8>
    var count: Int

    init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    @inline(__always)
    subscript(place: Int) -> UInt8 { start[place] }

    var end: UnsafePointer<UInt8> { start + count }

    var isEmpty: Bool { count == 0 }

    /// Invalid UTF-8 comes out as replacement characters.
    var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

    func dropFirst(_ skipped: Int) -> ByteRun { ByteRun(start: start + skipped, count: count - skipped) }

    func prefix(_ kept: Int) -> ByteRun { ByteRun(start: start, count: min(kept, count)) }

    func trimmed() -> ByteRun {
        var run = self
        while run.count > 0, run[0] == space || run[0] == tab { run = run.dropFirst(1) }
        while run.count > 0, run[run.count - 1] == space || run[run.count - 1] == tab { run.count -= 1 }
        return run
    }

    func firstPlace(of byte: UInt8) -> Int? {
        for place in 0..<count where start[place] == byte { return place }
        return nil
    }

    /// The same for one of two, or `count`; `padding` bytes behind the run are readable.
    @inline(__always)
    func firstPlace(of one: UInt8, or other: UInt8) -> Int { cscan_place_of(start, count, one, other) }

    /// The parts between the separators, those in quotes left alone. Not for the path of a line: it allocates.
    func split(at separator: UInt8) -> [ByteRun] {
        var parts: [ByteRun] = []
        var start = 0
        var isQuoted = false
        var place = 0
        while place < count {
            let byte = self[place]
            if isQuoted, byte == backslash {
                place += 1
            } else if byte == quote {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                parts.append(ByteRun(start: self.start + start, count: place - start))
                start = place + 1
            }
            place += 1
        }
        parts.append(ByteRun(start: self.start + start, count: count - start))
        return parts
    }

    func unquoted() -> ByteRun {
        count >= 2 && self[0] == quote && self[count - 1] == quote ? dropFirst(1).prefix(count - 2) : self
    }

    /// A route field may hold a raw target. A mark behind a bracket belongs to a pattern: `(?P<id>…)`.
    var withoutQuery: ByteRun {
        for place in 0..<count where self[place] == UInt8(ascii: "?") {
            if place == 0 || self[place - 1] != UInt8(ascii: "(") { return prefix(place) }
        }
        return self
    }

    /// Whether the bytes are this ASCII text, without regard to case.
    func equals(caseBlind text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        for place in 0..<count where lowercased(start[place]) != lowercased(text.utf8Start[place]) { return false }
        return true
    }
}
