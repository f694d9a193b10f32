import RequestLog
import RollingWindow

/// Writes series as columns: names, keys, counts, sums, extremes, histograms.
///
/// Names and series are sorted, so that the same content gives the same bytes whatever the identifiers are.
struct ColumnWriter {
    private(set) var writer = ByteWriter()
    /// Buckets that the reader will make room for.
    private(set) var buckets = 0

    mutating func append(_ series: [SeriesKey: Cell], names: Names) {
        let locals = appendNames(of: series, names: names)
        let rows = series.map { Row(key: $0.key, cell: $0.value, locals: locals) }.sorted { $0.order < $1.order }
        writer.varint(UInt64(rows.count))
        for row in rows { writer.varint(UInt64(row.source)) }
        for row in rows { writer.varint(UInt64(row.route)) }
        for row in rows { writer.varint(UInt64(row.version)) }
        for row in rows { writer.append(row.key.method.rawValue) }
        for row in rows { writer.varint(UInt64(row.key.status)) }
        for row in rows { writer.append(row.key.cache.rawValue) }
        for row in rows { writer.append(row.key.segment.rawValue) }
        for row in rows { writer.varint(row.cell.requests) }

        append(rows) { $0.durations.total }
        for row in rows { writer.varint(row.cell.durations.zeros) }
        append(rows) { $0.durations.total.count > 0 ? $0.durations.extremes : nil }
        append(rows) { $0.durations.buckets }

        append(rows) { $0.calls.total }
        append(rows) { $0.calls.total.count > 0 ? $0.calls.extremes : nil }
        append(rows) { $0.calls.buckets }

        append(rows) { $0.dbTime }
        append(rows) { $0.upstreamTime }
        append(rows) { $0.bytes }
    }

    /// The texts in use, in the order of their UTF-8; the n-th is number n + 1, and 0 is the text that is not there.
    private mutating func appendNames(of series: [SeriesKey: Cell], names: Names) -> [NameID: UInt32] {
        var used: Set<NameID> = []
        for key in series.keys { used.formUnion([key.source, key.route, key.version]) }
        used.remove(.none)
        let sorted = used.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
        writer.varint(UInt64(sorted.count))
        var locals: [NameID: UInt32] = [.none: 0]
        for (place, name) in sorted.enumerated() {
            writer.text(names[name])
            locals[name] = UInt32(place) + 1
        }
        return locals
    }

    /// Counts as their distance from the requests, which is mostly zero; then the sums.
    private mutating func append(_ rows: [Row], total: (Cell) -> Total) {
        for row in rows {
            writer.zigzag(Int64(bitPattern: row.cell.requests &- total(row.cell).count))
        }
        for row in rows { writer.zigzag(total(row.cell).sum) }
    }

    /// The smallest, then how far the largest is above it; nothing for a cell without values.
    private mutating func append(_ rows: [Row], extremes: (Cell) -> Extremes?) {
        let present = rows.compactMap { extremes($0.cell) }
        for one in present { writer.zigzag(one.min) }
        for one in present { writer.varint(UInt64(bitPattern: one.max &- one.min)) }
    }

    /// How many buckets are not empty; the first index of each histogram; the steps to the next; the counts.
    private mutating func append(_ rows: [Row], buckets: (Cell) -> Buckets) {
        let filled = rows.map { row in
            let buckets = buckets(row.cell)
            self.buckets += buckets.counts.count
            return (lowest: buckets.lowest, entries: buckets.counts.enumerated().filter { $0.element > 0 })
        }
        for one in filled { writer.varint(UInt64(one.entries.count)) }
        for one in filled where !one.entries.isEmpty {
            writer.zigzag(Int64(one.lowest) + Int64(one.entries[0].offset))
        }
        for one in filled {
            for (previous, next) in zip(one.entries, one.entries.dropFirst()) {
                writer.varint(UInt64(next.offset - previous.offset))
            }
        }
        for one in filled {
            for entry in one.entries { writer.varint(entry.element) }
        }
    }

    private struct Row {
        let key: SeriesKey
        let cell: Cell
        let source: UInt32
        let route: UInt32
        let version: UInt32

        init(key: SeriesKey, cell: Cell, locals: [NameID: UInt32]) {
            self.key = key
            self.cell = cell
            source = locals[key.source]!
            route = locals[key.route]!
            version = locals[key.version]!
        }

        var order: (UInt64, UInt32, UInt64) {
            let rest =
                UInt64(key.method.rawValue) << 32 | UInt64(key.status) << 16 | UInt64(key.cache.rawValue) << 8
                | UInt64(key.segment.rawValue)
            return (UInt64(source) << 32 | UInt64(route), version, rest)
        }
    }
}
