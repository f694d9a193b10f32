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
    mutating func seriesCount() throws(DecodingFailure) -> Int { try count(leastBytes: 21) }

    /// Keys whose names are their numbers in the block's own tables, which have so many.
    mutating func read(keys: inout [SeriesKey], count: Int, names: Int) throws(DecodingFailure) {
        let empty = SeriesKey(
            source: .none, route: .none, method: .other, status: 0, cache: .none, segment: .unknown, version: .none)
        keys.fill(count, with: empty)
        try keys.withUnsafeMutableBufferPointer { keys throws(DecodingFailure) in
            for row in 0..<count { keys[row].source = try name(of: names) }
            for row in 0..<count { keys[row].route = try name(of: names) }
            for row in 0..<count { keys[row].version = try name(of: names) }
            for row in 0..<count { keys[row].method = try word() }
            for row in 0..<count {
                guard let status = UInt16(exactly: try varint()) else { throw failure("a status") }
                keys[row].status = status
            }
            for row in 0..<count { keys[row].cache = try word() }
            for row in 0..<count { keys[row].segment = try word() }
        }
    }

    @inline(__always)
    private mutating func name(of count: Int) throws(DecodingFailure) -> NameID {
        let number = try varint()
        guard number <= UInt64(count) else { throw failure("a name of the table") }
        return NameID(index: UInt32(truncatingIfNeeded: number))
    }

    @inline(__always)
    private mutating func word<Word: RawRepresentable<UInt8>>() throws(DecodingFailure) -> Word {
        guard let word = Word(rawValue: try byte()) else { throw failure("a word of the vocabulary") }
        return word
    }
}
