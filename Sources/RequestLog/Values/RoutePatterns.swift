import CScan

/// Patterns laid out for the reader: plain memory, tried in their order, the first that takes a path names its route.
///
/// Most patterns are passed over by their first 16 bytes; one that is looked at costs at most the path's segments times
/// its own.
struct RoutePatterns: ~Copyable {
    private struct Pattern {
        /// What a path begins with, where the masks say so.
        var low: UInt64
        var lowMask: UInt64
        var high: UInt64
        var highMask: UInt64
        var segments: Range<Int>
        var text: ByteRun
    }

    private enum Kind { case text, one, many, pieces }

    private struct Segment {
        var kind: Kind
        /// Of a text; the pieces of the others are runs of their own.
        var text: ByteRun
        var pieces: Range<Int>
    }

    let isEmpty: Bool
    /// Longer paths are taken as they are written.
    private static let longestEncoded = 4_096
    /// A path without its percent signs; nil: no pattern asks for one.
    private let unencoded: UnsafeMutableBufferPointer<UInt8>?
    private let patterns: UnsafeMutableBufferPointer<Pattern>
    private let segments: UnsafeMutableBufferPointer<Segment>
    private let pieces: UnsafeMutableBufferPointer<ByteRun>
    private let bytes: UnsafeMutablePointer<UInt8>

    init(_ list: [RoutePattern]) {
        isEmpty = list.isEmpty
        unencoded =
            list.contains(where: \.isWide)
            ? .allocate(capacity: RoutePatterns.longestEncoded + ByteRun.padding) : nil
        unencoded?.initialize(repeating: 0)
        let all = list.flatMap(\.segments)
        let allPieces = all.flatMap { segment -> [[UInt8]] in
            if case .pieces(let pieces) = segment { pieces } else { [] }
        }
        patterns = .allocate(capacity: list.count)
        segments = .allocate(capacity: all.count)
        pieces = .allocate(capacity: allPieces.count)
        // Every byte of a pattern stands here twice: in its text, and in the segments that it consists of.
        bytes = .allocate(capacity: 1 + 2 * list.reduce(0) { $0 + $1.text.utf8.count } + ByteRun.padding)
        bytes[0] = UInt8(ascii: "/")
        var (segment, piece, byte) = (0, 0, 1)
        let memory = bytes
        func keep(_ text: some Collection<UInt8>) -> ByteRun {
            for (place, value) in text.enumerated() { memory[byte + place] = value }
            byte += text.count
            return ByteRun(start: memory + byte - text.count, count: text.count)
        }
        for (number, pattern) in list.enumerated() {
            let first = segment
            for part in pattern.segments {
                var laid = Segment(kind: .one, text: ByteRun(start: memory, count: 0), pieces: piece..<piece)
                switch part {
                case .one: break
                case .many: laid.kind = .many
                case .text(let text): (laid.kind, laid.text) = (.text, keep(text))
                case .pieces(let list):
                    laid.kind = .pieces
                    for text in list {
                        pieces.initializeElement(at: piece, to: keep(text))
                        piece += 1
                    }
                    laid.pieces = laid.pieces.lowerBound..<piece
                }
                segments.initializeElement(at: segment, to: laid)
                segment += 1
            }
            let (low, lowMask) = RoutePatterns.word(pattern.beginning.prefix(8))
            let (high, highMask) = RoutePatterns.word(pattern.beginning.dropFirst(8).prefix(8))
            patterns.initializeElement(
                at: number,
                to: Pattern(
                    low: low, lowMask: lowMask, high: high, highMask: highMask, segments: first..<segment,
                    text: keep(pattern.text.utf8)))
        }
    }

    deinit {
        patterns.deallocate()
        segments.deallocate()
        pieces.deallocate()
        bytes.deallocate()
        unencoded?.deallocate()
    }

    private static func word(_ bytes: ArraySlice<UInt8>) -> (value: UInt64, mask: UInt64) {
        var (value, mask): (UInt64, UInt64) = (0, 0)
        for (place, byte) in bytes.enumerated() {
            value |= UInt64(byte) << UInt64(8 * place)
            mask |= 0xff << UInt64(8 * place)
        }
        return (value, mask)
    }

    /// The first pattern that takes the path of a request target.
    ///
    /// Query, fragment and the parameters of segments (`;v=1`) are no part of it. `ByteRun.padding` bytes behind the
    /// target are readable.
    func first(matching target: ByteRun) -> ByteRun? {
        var path = RouteTemplate.pathOnly(target)
        if path.isEmpty { path = ByteRun(start: bytes, count: 1) }
        guard path[0] == bytes[0] else { return nil }
        if let unencoded, path.count <= RoutePatterns.longestEncoded {
            var copy = UnsafeMutableBufferPointer(rebasing: unencoded[..<path.count])
            copy.baseAddress!.update(from: path.start, count: path.count)
            path = ByteRun(start: copy.baseAddress!, count: RoutePattern.withoutPercentSigns(&copy))
        }
        let low = cscan_word(path.start)
        let high = cscan_word(path.start + 8)
        let hasParameters = path.firstPlace(of: UInt8(ascii: ";")) != nil
        for pattern in patterns {
            let differs = (low ^ pattern.low) & pattern.lowMask | (high ^ pattern.high) & pattern.highMask
            if differs != 0, !hasParameters { continue }
            if matches(pattern.segments, path) { return pattern.text }
        }
        return nil
    }

    /// Whether these segments are the path's. What a `**` takes grows until the ones behind it fit; only the last `**`
    /// has to, for the one before it took the least it could.
    private func matches(_ range: Range<Int>, _ path: ByteRun) -> Bool {
        var segment = range.lowerBound
        // Of a slash, or the end.
        var place = 0
        var last: (segment: Int, place: Int)?
        while true {
            if segment < range.upperBound, segments[segment].kind == .many {
                segment += 1
                if segment == range.upperBound { return true }
                last = (segment, place)
                continue
            }
            if place == path.count, segment == range.upperBound { return true }
            if place < path.count, segment < range.upperBound {
                let (end, kept) = RoutePatterns.segmentEnd(path, from: place + 1)
                if matches(segments[segment], ByteRun(start: path.start + place + 1, count: kept - place - 1)) {
                    segment += 1
                    place = end
                    continue
                }
            }
            guard let (first, start) = last, start < path.count else { return false }
            place = RoutePatterns.segmentEnd(path, from: start + 1).end
            segment = first
            last = (first, place)
        }
    }

    /// Where the next slash or the end is, and where the parameters begin.
    private static func segmentEnd(_ path: ByteRun, from start: Int) -> (end: Int, kept: Int) {
        var end = start
        var kept: Int?
        while end < path.count, path[end] != UInt8(ascii: "/") {
            if kept == nil, path[end] == UInt8(ascii: ";") { kept = end }
            end += 1
        }
        return (end, kept ?? end)
    }

    private func matches(_ segment: Segment, _ run: ByteRun) -> Bool {
        switch segment.kind {
        case .many: true
        case .one: !run.isEmpty
        case .text: run.count == segment.text.count && run.isAt(0, segment.text)
        case .pieces: matches(pieces: segment.pieces, run)
        }
    }

    /// The first piece is where the run begins, the last one where it ends, and the others stand between them in order,
    /// each as early as it can.
    private func matches(pieces range: Range<Int>, _ run: ByteRun) -> Bool {
        let (first, last) = (pieces[range.lowerBound], pieces[range.upperBound - 1])
        let end = run.count - last.count
        guard !run.isEmpty, first.count <= end, run.isAt(0, first), run.isAt(end, last) else { return false }
        var place = first.count
        for piece in range.dropFirst().dropLast() {
            while place + pieces[piece].count <= end, !run.isAt(place, pieces[piece]) { place += 1 }
            place += pieces[piece].count
            if place > end { return false }
        }
        return true
    }
}

extension ByteRun {
    /// Whether these bytes stand at this place, which has room for them.
    fileprivate func isAt(_ place: Int, _ bytes: ByteRun) -> Bool {
        for offset in 0..<bytes.count where self[place + offset] != bytes[offset] { return false }
        return true
    }
}
