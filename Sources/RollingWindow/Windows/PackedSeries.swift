import RequestLog

/// The series of a stretch of time that is past, small: varints in one array instead of a dictionary of histograms.
///
/// Each row begins with its length, its key and its extremes, so that the extremes can be read without the rest. What
/// comes late is appended, so a key may have several rows.
package struct PackedSeries: Sendable {
    private var bytes: [UInt8] = []
    /// How many there are.
    package private(set) var rows = 0
    /// Rows when each key had one; with twice as many they are put together again.
    private var rowsOnceMerged = 0

    package init() {}

    package var isEmpty: Bool { bytes.isEmpty }

    package var byteCount: Int { bytes.count }

    package mutating func append(_ series: [SeriesKey: Cell]) {
        rows += series.count
        guard !isEmpty else {
            rowsOnceMerged = rows
            bytes = PackedSeries.rows(series)
            return
        }
        guard rows > 2 * rowsOnceMerged else {
            // Without the room that growing leaves.
            bytes = bytes + PackedSeries.rows(series)
            return
        }
        var merged = self.series
        for (key, cell) in series { merged[key, default: Cell()].add(cell) }
        self = PackedSeries()
        append(merged)
    }

    private static func rows(_ series: [SeriesKey: Cell]) -> [UInt8] {
        var all = ByteWriter()
        var row = ByteWriter()
        for (key, cell) in series {
            row.removeAll()
            row.key(key)
            row.extremes(cell.durations.extremes)
            row.extremes(cell.calls.extremes)
            row.varint(cell.requests)
            row.total(cell.durations.total)
            row.varint(cell.durations.zeros)
            row.buckets(cell.durations.buckets)
            row.total(cell.calls.total)
            row.buckets(cell.calls.buckets)
            row.total(cell.dbTime)
            row.total(cell.upstreamTime)
            row.total(cell.bytes)
            all.varint(UInt64(row.bytes.count))
            all.append(contentsOf: row.bytes)
        }
        // They stay for as long as the window is: here too.
        return all.bytes.withUnsafeBufferPointer { Array($0) }
    }

    package var series: [SeriesKey: Cell] {
        var series: [SeriesKey: Cell] = [:]
        series.reserveCapacity(rows)
        forEachCell { key, cell in series[key, default: Cell()].add(cell) }
        return series
    }

    package func forEachCell(
        where isWanted: (SeriesKey) -> Bool = { _ in true }, _ body: (SeriesKey, Cell) -> Void
    ) {
        forEachRow { row throws(DecodingFailure) in
            let key = try row.key()
            guard isWanted(key) else { return }
            var cell = Cell()
            cell.durations.extremes = try row.extremes()
            cell.calls.extremes = try row.extremes()
            cell.requests = try row.varint()
            cell.durations.total = try row.total()
            cell.durations.zeros = try row.varint()
            cell.durations.buckets = try row.buckets()
            cell.calls.total = try row.total()
            cell.calls.buckets = try row.buckets()
            cell.dbTime = try row.total()
            cell.upstreamTime = try row.total()
            cell.bytes = try row.total()
            body(key, cell)
        }
    }

    func forEachExtremes(_ body: (SeriesKey, _ durations: Extremes, _ calls: Extremes) -> Void) {
        forEachRow { row throws(DecodingFailure) in body(try row.key(), try row.extremes(), try row.extremes()) }
    }

    private func forEachRow(_ body: (inout ByteReader) throws(DecodingFailure) -> Void) {
        do throws(DecodingFailure) {
            var reader = ByteReader(bytes)
            while !reader.isAtEnd {
                var row = ByteReader(try reader.slice(try reader.count()))
                try body(&row)
            }
        } catch {
            preconditionFailure("packed series are written and read by this type alone: \(error)")
        }
    }
}

extension ByteWriter {
    fileprivate mutating func key(_ key: SeriesKey) {
        varint(UInt64(key.source.index))
        varint(UInt64(key.route.index))
        varint(UInt64(key.version.index))
        varint(UInt64(key.status))
        append(key.method.rawValue)
        append(key.cache.rawValue)
        append(key.segment.rawValue)
    }

    fileprivate mutating func extremes(_ extremes: Extremes) {
        append(extremes.isNone ? 0 : 1)
        guard !extremes.isNone else { return }
        zigzag(extremes.min)
        zigzag(extremes.max &- extremes.min)
    }

    fileprivate mutating func total(_ total: Total) {
        varint(total.count)
        if total.count > 0 { zigzag(total.sum) }
    }

    /// For each bucket that is not empty a byte: in its upper half how many empty ones are before it, in its lower half
    /// its count. A half that is too small is `Packed.wide`, and the number less what fits follows as a varint.
    fileprivate mutating func buckets(_ buckets: Buckets) {
        var filled: UInt64 = 0
        buckets.forEachFilled { _, _ in filled += 1 }
        varint(filled)
        guard filled > 0 else { return }
        zigzag(Int64(buckets.lowest))
        var next = 0
        buckets.forEachFilled { place, count in
            let gap = UInt64(place - next)
            append(UInt8(min(gap, Packed.wide)) << 4 | UInt8(min(count, Packed.wide)))
            if gap >= Packed.wide { varint(gap - Packed.wide) }
            if count >= Packed.wide { varint(count - Packed.wide) }
            next = place + 1
        }
    }
}

private enum Packed {
    static let wide: UInt64 = 15
}

extension ByteReader {
    fileprivate mutating func key() throws(DecodingFailure) -> SeriesKey {
        let (source, route, version) = (try varint(), try varint(), try varint())
        let status = try varint()
        guard let method = Method(rawValue: try byte()), let cache = CacheStatus(rawValue: try byte()),
            let segment = Segment(rawValue: try byte())
        else { throw failure("a known method, cache status and segment") }
        return SeriesKey(
            source: NameID(index: UInt32(source)), route: NameID(index: UInt32(route)), method: method,
            status: UInt16(status), cache: cache, segment: segment, version: NameID(index: UInt32(version)))
    }

    fileprivate mutating func extremes() throws(DecodingFailure) -> Extremes {
        guard try byte() == 1 else { return .none }
        let least = try zigzag()
        return Extremes(min: least, max: least &+ (try zigzag()))
    }

    fileprivate mutating func total() throws(DecodingFailure) -> Total {
        let count = try varint()
        return count == 0 ? Total() : Total(count: count, sum: try wideZigzag())
    }

    fileprivate mutating func buckets() throws(DecodingFailure) -> Buckets {
        let filled = try self.count()
        guard filled > 0 else { return Buckets() }
        let lowest = Int32(try zigzag())
        var counts: [UInt64] = []
        counts.reserveCapacity(filled * 2)
        for _ in 0..<filled {
            let both = try byte()
            var (gap, count) = (UInt64(both >> 4), UInt64(both & 15))
            if gap == Packed.wide { gap += try varint() }
            if count == Packed.wide { count += try varint() }
            for _ in 0..<gap { counts.append(0) }
            counts.append(count)
        }
        return Buckets(lowest: lowest, counts: counts)
    }
}
