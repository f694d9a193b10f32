import RequestLog
import TestSupport
import Testing

/// Formats that begin alike are walked once; a line must be read as if each format had been tried by itself.
@Suite("Many formats at once, and one after the other")
struct FormatWalkTests {
    private static let names: [String] = TextFormat.known.reduce(into: []) { names, format in
        if names.last != format.name { names.append(format.name) }
    }

    private static func options(_ format: LineFormat) -> ReaderOptions {
        var options = ReaderOptions(format: format, timeZone: .utc)
        options.reference = Timestamp(seconds: 1_800_000_000)
        return options
    }

    @Test("variants of a name stand together, so that trying by name is trying in order")
    func order() { #expect(Set(Self.names).count == Self.names.count) }

    @Test("the first format that takes a line is the same, with the same values", arguments: [1, 2, 3, 4])
    func walks(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var together = RecordReader(options: Self.options(.auto))
        // One line teaches a reader nothing about the next one's format, so these are used for all lines, too.
        let alone = Readers(Self.names.map { name in { RecordReader(options: Self.options(.known(name))) } })
        var compared = 0
        for number in 0..<1_500 {
            var bytes = Array(random.element(of: KnownFormatTests.samples).line.utf8)
            for _ in 0..<random.below(4) {
                let place = random.below(bytes.count)
                switch random.below(4) {
                case 0: bytes[place] = random.element(of: Array(#" "-[]{}\/:,.09aZ"#.utf8))
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(random.element(of: Array(#" "-[]{}\/:,.09aZ"#.utf8)), at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + random.below(20)))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let found = together.explain(bytes, latest: farFuture)
            // What no text format takes may be wrapped, or of another kind.
            guard let format = found.origin?.format, Self.names.contains(format), found.origin?.wrappers == [] else {
                continue
            }
            compared += 1
            let wanted = alone.first(taking: bytes)
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(wanted?.origin == found.origin, "seed \(seed), line \(number): \(text)")
            #expect(wanted?.findings == found.findings, "seed \(seed), line \(number): \(text)")
        }
        #expect(compared > 500)
    }

    /// Keys of all lengths, some with the same beginning, some missing, some of them longer than any that are remembered.
    @Test("what the keys of the lines before were does not matter", arguments: [LineFormat.logfmt, .ltsv], [1, 2, 3])
    func keysOfOtherLines(format: LineFormat, seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (mark, border) = format == .ltsv ? (":", "\t") : ("=", " ")
        let others = ["x", "xy", "a_key_of_24_bytes_in_all", "a_key_of_25_bytes_in_all1", "statu", "statuses", "timer"]
        let lines = (0..<300).map { _ in
            var pairs = [
                ("time", "2026-11-22T10:14:0\(random.below(10))Z"), ("status", "\(200 + random.below(300))"),
                ("method", "GET"), ("path", "/a\(random.below(3))"), ("bytes", "\(random.below(900))"),
                ("duration_ms", "\(random.below(50))"), ("user", "ada"),
            ]
            if random.below(4) == 0 { pairs.remove(at: 2 + random.below(5)) }
            if random.below(4) == 0 { pairs.insert((random.element(of: others), "7"), at: random.below(pairs.count)) }
            if random.below(8) == 0 { pairs.swapAt(random.below(pairs.count), random.below(pairs.count)) }
            return pairs.map { $0.0 + mark + $0.1 }.joined(separator: border)
        }
        let together = read(Array(lines.joined(separator: "\n").utf8), options: Self.options(format))
        #expect(together.records.count == lines.count)
        for (record, line) in zip(together.records, lines) {
            let alone = read(Array(line.utf8), options: Self.options(format))
            var (found, wanted) = (record, alone.records[0])
            #expect(together.names[found.route] == alone.names[wanted.route], "seed \(seed): \(line)")
            (found.route, wanted.route) = (.none, .none)
            #expect(found == wanted, "seed \(seed): \(line)")
        }
    }

    /// Readers cannot be copied, so they stand in a list of their own.
    private struct Readers: ~Copyable {
        private let readers: UnsafeMutableBufferPointer<RecordReader>

        init(_ make: consuming [@Sendable () -> RecordReader]) {
            readers = .allocate(capacity: make.count)
            for (place, reader) in make.enumerated() { readers.initializeElement(at: place, to: reader()) }
        }

        deinit {
            readers.deinitialize()
            readers.deallocate()
        }

        func first(taking line: [UInt8]) -> LineExplanation? {
            for place in readers.indices {
                let explanation = readers[place].explain(line, latest: farFuture)
                if explanation.origin != nil { return explanation }
            }
            return nil
        }
    }
}
