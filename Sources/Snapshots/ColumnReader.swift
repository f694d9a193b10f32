import RequestLog
import RollingWindow

/// Reads what `ColumnWriter` wrote, and nothing else: counts that contradict each other are damage too.
struct ColumnReader {
    private var reader: ByteReader
    private var bucketsLeft = SnapshotLimits.bucketsPerBlock

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

    mutating func series(names: inout Names) throws(DecodingFailure) -> [SeriesKey: Cell] {
        let texts = try self.texts()
        // Every series has a byte in each of 21 columns at least.
        let count = try reader.count(leastBytes: 21)
        guard count <= SnapshotLimits.seriesPerBlock else { throw reader.failure("fewer series") }
        // Only bytes that are whole enter the table of names.
        var keys = try self.keys(count, texts: texts.count)
        let cells = try self.cells(count)
        guard reader.isAtEnd else { throw reader.failure("the end of the columns") }

        guard Set(keys).count == count else { throw reader.failure("each series once") }
        let identifiers = [NameID.none] + texts.map { names.intern($0) }
        var series = [SeriesKey: Cell](minimumCapacity: count)
        for row in 0..<count {
            keys[row].source = identifiers[Int(keys[row].source.index)]
            keys[row].route = identifiers[Int(keys[row].route.index)]
            keys[row].version = identifiers[Int(keys[row].version.index)]
            // A full table of names makes one name of many.
            if series[keys[row]]?.add(cells[row]) == nil { series[keys[row]] = cells[row] }
        }
        return series
    }

    /// The requests of all series; the columns behind them are not looked at.
    mutating func requests() throws(DecodingFailure) -> UInt64 {
        let texts = try self.texts()
        let count = try reader.count(leastBytes: 21)
        _ = try keys(count, texts: texts.count)
        var requests: UInt64 = 0
        for _ in 0..<count { requests &+= try reader.varint() }
        return requests
    }

    private mutating func texts() throws(DecodingFailure) -> [String] {
        let count = try reader.count(leastBytes: 2)
        var texts: [String] = []
        texts.reserveCapacity(count)
        for _ in 0..<count {
            let text = try reader.text()
            guard (texts.last ?? "").utf8.lexicographicallyPrecedes(text.utf8) else {
                throw reader.failure("names in ascending order")
            }
            texts.append(text)
        }
        return texts
    }

    private mutating func keys(_ count: Int, texts: Int) throws(DecodingFailure) -> [SeriesKey] {
        let empty = SeriesKey(
            source: .none, route: .none, method: .other, status: 0, cache: .none, segment: .unknown, version: .none)
        var keys = [SeriesKey](repeating: empty, count: count)
        for row in 0..<count { keys[row].source = try name(texts) }
        for row in 0..<count { keys[row].route = try name(texts) }
        for row in 0..<count { keys[row].version = try name(texts) }
        for row in 0..<count { keys[row].method = try word() }
        for row in 0..<count {
            guard let status = UInt16(exactly: try reader.varint()) else { throw reader.failure("a status") }
            keys[row].status = status
        }
        for row in 0..<count { keys[row].cache = try word() }
        for row in 0..<count { keys[row].segment = try word() }
        return keys
    }

    private mutating func name(_ count: Int) throws(DecodingFailure) -> NameID {
        let number = try reader.varint()
        guard number <= UInt64(count) else { throw reader.failure("a name of the table") }
        return NameID(index: UInt32(number))
    }

    private mutating func word<Word: RawRepresentable<UInt8>>() throws(DecodingFailure) -> Word {
        guard let word = Word(rawValue: try reader.byte()) else { throw reader.failure("a word of the vocabulary") }
        return word
    }

    private mutating func cells(_ count: Int) throws(DecodingFailure) -> [Cell] {
        var cells = [Cell](repeating: Cell(), count: count)
        for row in 0..<count {
            cells[row].requests = try reader.varint()
            guard cells[row].requests <= SnapshotLimits.requestsPerSeries else {
                throw reader.failure("fewer requests")
            }
        }

        try totals(of: &cells, \.durations.total)
        for row in 0..<count { cells[row].durations.zeros = try reader.varint() }
        try extremes(of: &cells, \.durations.extremes, total: \.durations.total)
        try buckets(of: &cells, \.durations.buckets, in: SnapshotLimits.durationIndices)

        try totals(of: &cells, \.calls.total)
        try extremes(of: &cells, \.calls.extremes, total: \.calls.total)
        try buckets(of: &cells, \.calls.buckets, in: SnapshotLimits.callIndices)

        try totals(of: &cells, \.dbTime)
        try totals(of: &cells, \.upstreamTime)
        try totals(of: &cells, \.bytes)
        for cell in cells {
            guard
                cell.durations.total.count == cell.durations.zeros &+ cell.durations.buckets.total,
                cell.calls.total.count == cell.calls.buckets.total
            else { throw reader.failure("histograms that hold as many values as are counted") }
        }
        return cells
    }

    private mutating func totals(
        of cells: inout [Cell], _ total: WritableKeyPath<Cell, Total>
    ) throws(DecodingFailure) {
        for row in cells.indices {
            cells[row][keyPath: total].count = cells[row].requests &- UInt64(bitPattern: try reader.zigzag())
        }
        for row in cells.indices {
            cells[row][keyPath: total].sum = try reader.wideZigzag()
            guard SnapshotLimits.allow(cells[row][keyPath: total], of: cells[row]) else {
                throw reader.failure("a sum of as many values as are counted, of zero or more each")
            }
        }
    }

    private mutating func extremes(
        of cells: inout [Cell], _ extremes: WritableKeyPath<Cell, Extremes>, total: KeyPath<Cell, Total>
    ) throws(DecodingFailure) {
        let present = cells.indices.filter { cells[$0][keyPath: total].count > 0 }
        for row in present { cells[row][keyPath: extremes].min = try reader.zigzag() }
        for row in present {
            let least = cells[row][keyPath: extremes].min
            let most = least &+ Int64(bitPattern: try reader.varint())
            guard 0 <= least, least <= most else { throw reader.failure("extremes of zero or more, in their order") }
            cells[row][keyPath: extremes].max = most
        }
    }

    private mutating func buckets(
        of cells: inout [Cell], _ buckets: WritableKeyPath<Cell, Buckets>, in range: ClosedRange<Int32>
    ) throws(DecodingFailure) {
        var sizes: [Int] = []
        sizes.reserveCapacity(cells.count)
        for _ in cells.indices { sizes.append(try reader.count()) }
        let filled = cells.indices.filter { sizes[$0] > 0 }
        var places = [[Int32]](repeating: [], count: cells.count)
        for row in filled { places[row].append(try index(Int128(reader.zigzag()), in: range)) }
        for row in filled {
            for _ in 1..<sizes[row] {
                let step = try reader.varint()
                guard step > 0 else { throw reader.failure("a step to another bucket") }
                places[row].append(try index(Int128(places[row].last!) + Int128(step), in: range))
            }
        }
        for row in filled {
            let lowest = places[row][0]
            let width = Int(places[row].last! - lowest) + 1
            guard width <= bucketsLeft else { throw reader.failure("fewer buckets") }
            bucketsLeft -= width
            var counts = [UInt64](repeating: 0, count: width)
            for place in places[row] {
                counts[Int(place - lowest)] = try reader.varint()
                guard counts[Int(place - lowest)] > 0 else { throw reader.failure("a bucket that is not empty") }
            }
            cells[row][keyPath: buckets] = Buckets(lowest: lowest, counts: counts)
        }
    }

    private func index(_ value: Int128, in range: ClosedRange<Int32>) throws(DecodingFailure) -> Int32 {
        guard let index = Int32(exactly: value), range.contains(index) else {
            throw reader.failure("a bucket from \(range.lowerBound) to \(range.upperBound)")
        }
        return index
    }
}
