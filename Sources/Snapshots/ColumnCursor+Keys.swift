import RequestLog
import RollingWindow

/// What a block begins with: names, the number of its series, their keys.
extension ColumnCursor {
    mutating func names() throws(DecodingFailure) -> [String] {
        let count = try count(leastBytes: 2)
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count {
            let text = try text()
            guard (texts.last ?? "").utf8.lexicographicallyPrecedes(text.utf8) else {
                throw failure("names in ascending order")
            }
            texts.append(text)
        }
        return texts
    }

    /// Every series has a byte in each of 21 columns at least.
    ///
    /// - Parameter end: of the columns.
    mutating func seriesCount(before end: Int) throws(DecodingFailure) -> Int {
        let count = try varint()
        guard count <= UInt64((end - offset) / 21) else { throw failure("a count that the bytes can hold") }
        return Int(count)
    }

    /// Keys whose names are their numbers in the block's own tables, which have so many.
    mutating func read(keys: inout [SeriesKey], count: Int, names: Int) throws(DecodingFailure) {
        let empty = SeriesKey(
            source: .none, route: .none, method: .other, status: 0, cache: .none, segment: .unknown, version: .none)
        keys.fill(count, with: empty)
        try keys.withUnsafeMutableBufferPointer { keys throws(DecodingFailure) in
            for row in 0..<count { keys[row].source.index = try name(of: names) }
            for row in 0..<count { keys[row].route.index = try name(of: names) }
            for row in 0..<count { keys[row].version.index = try name(of: names) }
            let words = Words.known
            for row in 0..<count { keys[row].method = try word(of: words.methods) }
            for row in 0..<count {
                guard let status = UInt16(exactly: try varint()) else { throw failure("a status") }
                keys[row].status = status
            }
            for row in 0..<count { keys[row].cache = try word(of: words.caches) }
            for row in 0..<count { keys[row].segment = try word(of: words.segments) }
        }
    }

    @inline(__always)
    private mutating func name(of count: Int) throws(DecodingFailure) -> UInt32 {
        let number = try varint()
        guard number <= UInt64(count) else { throw failure("a name of the table") }
        return UInt32(truncatingIfNeeded: number)
    }

    @inline(__always)
    private mutating func word<Word>(of words: [Word]) throws(DecodingFailure) -> Word {
        let number = Int(try byte())
        guard number < words.count else { throw failure("a word of the vocabulary") }
        return words[number]
    }

    /// By raw value; the vocabularies are in another target, where each question would be a call.
    private struct Words {
        let methods = Words.all(of: Method.self)
        let caches = Words.all(of: CacheStatus.self)
        let segments = Words.all(of: Segment.self)

        static let known = Words()

        /// Their cases count from 0 without a gap.
        private static func all<Word: RawRepresentable<UInt8> & CaseIterable>(of type: Word.Type) -> [Word] {
            let words = Word.allCases.sorted { $0.rawValue < $1.rawValue }
            precondition(words.enumerated().allSatisfy { $0 == Int($1.rawValue) }, "a vocabulary with a gap")
            return words
        }
    }
}
