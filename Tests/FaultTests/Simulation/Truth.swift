import RequestLog
import TestSupport

/// Every line that was ever written, and what may have become of it.
struct Truth {
    struct Line {
        /// Without the line feed.
        var text: [UInt8]
        var time: Timestamp
        /// How often it may be counted; more than once only with an excuse.
        var most = 1
        /// Whether it must be counted when it exists at the end.
        var isOwed = true
        var excuses: Set<Excuse> = []
    }

    /// What a stretch of bytes between two line feeds is.
    enum Segment: Equatable { case request(Int), blank, tooLong, malformed, zeroed }

    private(set) var lines: [Line] = []
    /// Lines whose line feed was written after all the rest. In a rotated file that was idle such a line is one without
    /// it (PRODUCT.md), and the line feed is an empty line.
    var lateFeeds: Set<Int> = []
    /// Bytes of what was written and is no request, torn lines included.
    var otherBytes = 0
    let lineLimitBytes: Int

    init(lineLimitBytes: Int) { self.lineLimitBytes = lineLimitBytes }

    static let prefix = Array(#"{"route":"/r/"#.utf8)

    /// A new request; its number is in its route.
    mutating func makeLine(at time: Timestamp, stamp: [UInt8], padding: Int, random: inout SeededRandom) -> Int {
        let number = lines.count
        var text = Truth.prefix
        text.append(contentsOf: String(number).utf8)
        text.append(contentsOf: #"","time":""#.utf8)
        text.append(contentsOf: stamp)
        text.append(contentsOf: random.oneIn(9) ? Truth.failed : Truth.succeeded)
        if padding > 0 {
            text.append(contentsOf: #","agent":""#.utf8)
            // Sequences of two, three and four bytes, so that a cut can fall into one.
            while text.count < padding { text.append(contentsOf: Truth.letters[(number + text.count) % 4]) }
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
        lines.append(Line(text: text, time: time))
        return number
    }

    private static let succeeded = Array(#"","method":"GET","status":200,"duration_ms":1.25,"cache":"HIT""#.utf8)
    private static let failed = Array(#"","method":"POST","status":500,"duration_ms":97.5,"db_calls":3"#.utf8)
    private static let letters = [Array("abcdefgh".utf8), Array("é".utf8), Array("€".utf8), Array("😀".utf8)]

    mutating func excuse(_ number: Int, _ excuse: Excuse, most: Int? = nil, isOwed: Bool? = nil) {
        lines[number].excuses.insert(excuse)
        if let most { lines[number].most = max(lines[number].most, most) }
        if let isOwed { lines[number].isOwed = lines[number].isOwed && isOwed }
    }

    mutating func addCopy(of number: Int, _ excuse: Excuse) {
        lines[number].most += 1
        lines[number].excuses.insert(excuse)
    }

    func classify(_ segment: ArraySlice<UInt8>) -> Segment {
        if segment.count > lineLimitBytes { return .tooLong }
        var text = segment
        if text.last == 13 { text.removeLast() }
        if text.allSatisfy({ $0 == 32 || $0 == 9 || $0 == 13 }) { return .blank }
        // Blanks that lost their line feed with the power stand before a line.
        text = text.drop { $0 == 32 || $0 == 9 || $0 == 13 }
        // Power losses leave zeros; in a string that nobody reads they are let through.
        return number(of: text).map { .request($0) } ?? (text.contains(0) ? .zeroed : .malformed)
    }

    private func number(of text: ArraySlice<UInt8>) -> Int? {
        guard let number = numberNamed(by: text), lines[number].text[...] == text else { return nil }
        return number
    }

    /// The number that the beginning of a line speaks of.
    func numberNamed(by text: ArraySlice<UInt8>) -> Int? {
        guard text.starts(with: Truth.prefix) else { return nil }
        var number = 0
        for byte in text.dropFirst(Truth.prefix.count) {
            guard byte >= 48, byte <= 57, number < lines.count else { break }
            number = number * 10 + Int(byte - 48)
        }
        return number < lines.count ? number : nil
    }

    /// The segments of a content that end with a line feed, and the bytes behind the last one.
    static func split(_ content: ArraySlice<UInt8>) -> (whole: [ArraySlice<UInt8>], rest: ArraySlice<UInt8>) {
        var whole = content.split(separator: 10, omittingEmptySubsequences: false)
        let rest = whole.removeLast()
        return (whole, rest)
    }
}

/// Why a line that exists may be counted another number of times than once. Each use of one is printed with its count.
package enum Excuse: String, CaseIterable, Sendable {
    /// Two logs of one source hold it, and when they were met they had diverged already, or one was read further: they
    /// are two logs, and from that on nothing says that they ever were one (DESIGN.md, "Which file is which").
    case sharedBeginning = "written in two logs that begin alike"
    /// A copy at a matched path that stays behind its original counts as a log of its own (DESIGN.md: 10 s).
    case matchedCopy = "copied to a path that an input matches"
    /// A log that was cut in its middle and grew on is another content: of the bytes that are gone only checksums are
    /// left, so the agent cannot know where the cut was.
    case cutBack = "in a log that was cut back and grew on"
    /// Power took bytes that had been counted already; what is left is another content.
    case powerLoss = "in a log that lost counted bytes with the power"
    /// There at the first start without `fromStart`.
    case presentAtStart = "there before the first start"
    /// Rotated while its input was not in the configuration, before anything of it was read.
    case metLate = "rotated before its input was configured"
    /// More than `future` ahead of the clock when it was read.
    case future = "ahead of a clock that was set back"
    /// Damage in the data directory that the agent has stated.
    case damage = "in a part of the data directory that was damaged"
    /// The data directory was deleted under the agent.
    case deletedDirectory = "in a data directory that was deleted"
}
