import RequestLog
import RollingWindow

/// Reads what `ColumnWriter` wrote, and nothing else: counts that contradict each other are damage too.
struct ColumnReader {
    private var reader: ByteReader
    private var bucketsLeft = SnapshotLimits.bucketsPerBlock
    /// Of the sums that were read last.
    private var unit: UInt64 = 1

    init(_ bytes: [UInt8]) { reader = ByteReader(bytes) }

    mutating func series(names: inout Names) throws(DecodingFailure) -> [SeriesKey: Cell] {
        let texts = try self.texts()
        let paths = try self.texts()
        // Every series has a byte in each of 21 columns at least.
        let count = try reader.count(leastBytes: 21)
        guard count <= SnapshotLimits.seriesPerBlock else { throw reader.failure("fewer series") }
        // Only bytes that are whole enter the table of names.
        var keys = try self.keys(count, texts: texts.count + paths.count)
        let cells = try self.cells(count)
        guard reader.isAtEnd else { throw reader.failure("the end of the columns") }

        guard Set(keys).count == count else { throw reader.failure("each series once") }
        let identifiers =
            [NameID.none] + texts.map { names.intern($0) } + paths.map { names.intern(storedPath: $0) }
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
        let texts = try self.texts().count + self.texts().count
        let count = try reader.count(leastBytes: 21)
        _ = try keys(count, texts: texts)
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

        try counts(of: &cells, \.durations.total)
        for row in 0..<count { cells[row].durations.zeros = try reader.varint() }
        try buckets(of: &cells, \.durations.buckets, in: SnapshotLimits.durationIndices)
        try sums(of: &cells, \.durations.total, \.durations.buckets, .durations)
        try extremes(of: &cells, \.durations.extremes, total: \.durations.total, \.durations.buckets, .durations)

        try counts(of: &cells, \.calls.total)
        try buckets(of: &cells, \.calls.buckets, in: SnapshotLimits.callIndices)
        try sums(of: &cells, \.calls.total, \.calls.buckets, .calls)
        try extremes(of: &cells, \.calls.extremes, total: \.calls.total, \.calls.buckets, .calls)

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
        try counts(of: &cells, total)
        try readUnit()
        for row in cells.indices {
            try set(total, of: &cells[row], value(Int128(bitPattern: reader.wideVarint())))
        }
    }

    private mutating func counts(
        of cells: inout [Cell], _ total: WritableKeyPath<Cell, Total>
    ) throws(DecodingFailure) {
        for row in cells.indices {
            cells[row][keyPath: total].count = cells[row].requests &- UInt64(bitPattern: try reader.zigzag())
        }
    }

    private mutating func sums(
        of cells: inout [Cell], _ total: WritableKeyPath<Cell, Total>, _ buckets: KeyPath<Cell, Buckets>,
        _ values: BucketValues
    ) throws(DecodingFailure) {
        try readUnit()
        for row in cells.indices {
            let expected = values.sum(of: cells[row][keyPath: buckets])
            try set(total, of: &cells[row], value(reader.wideZigzag(), above: expected))
        }
    }

    private func set(_ total: WritableKeyPath<Cell, Total>, of cell: inout Cell, _ sum: Int128) throws(DecodingFailure)
    {
        cell[keyPath: total].sum = sum
        guard SnapshotLimits.allow(cell[keyPath: total], of: cell) else {
            throw reader.failure("a sum of as many values as are counted, of zero or more each")
        }
    }

    private mutating func readUnit() throws(DecodingFailure) {
        unit = try reader.varint()
        guard unit > 0 else { throw reader.failure("a unit above 0") }
    }

    /// In the unit that was read last. What lies wraps around, and is refused or not like any other number.
    private func value(_ units: Int128, above expected: Int128 = 0) -> Int128 {
        guard unit > 1 else { return expected &+ units }
        return (expected / Int128(unit) &+ units) &* Int128(unit)
    }

    /// In the unit of the sums before them.
    private mutating func extremes(
        of cells: inout [Cell], _ extremes: WritableKeyPath<Cell, Extremes>, total: KeyPath<Cell, Total>,
        _ buckets: KeyPath<Cell, Buckets>, _ values: BucketValues
    ) throws(DecodingFailure) {
        let present = cells.indices.filter { cells[$0][keyPath: total].count > 0 }
        for row in present {
            let (total, buckets) = (cells[row][keyPath: total], cells[row][keyPath: buckets])
            let expected = values.min(of: total, zeros: total.count &- buckets.total, buckets)
            let least = Int64(exactly: value(Int128(bitPattern: try reader.wideVarint()), above: expected))
            guard let least, least >= 0 else { throw reader.failure("a smallest value of zero or more") }
            cells[row][keyPath: extremes].min = least
        }
        for row in present {
            let least = cells[row][keyPath: extremes].min
            let expected = values.max(of: cells[row][keyPath: total], min: least, cells[row][keyPath: buckets])
            let most = Int64(exactly: value(0 &- Int128(bitPattern: try reader.wideVarint()), above: expected))
            guard let most, least <= most else {
                throw reader.failure("a largest value that is no smaller than the smallest")
            }
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
