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
        // Only the rows are sorted, for cells are large; then these come in the rows' order.
        let unsorted = Array(series)
        var rows = unsorted.indices.map { Row(key: unsorted[$0].key, place: $0, locals: locals) }
        rows.sort { $0.order < $1.order }
        let cells = rows.map { unsorted[$0.place].value }
        writer.varint(UInt64(rows.count))
        for row in rows { writer.varint(UInt64(row.source)) }
        for row in rows { writer.varint(UInt64(row.route)) }
        for row in rows { writer.varint(UInt64(row.version)) }
        for row in rows { writer.append(row.key.method.rawValue) }
        for row in rows { writer.varint(UInt64(row.key.status)) }
        for row in rows { writer.append(row.key.cache.rawValue) }
        for row in rows { writer.append(row.key.segment.rawValue) }
        for cell in cells { writer.varint(cell.requests) }

        append(cells) { $0.durations.total }
        for cell in cells { writer.varint(cell.durations.zeros) }
        append(cells) { $0.durations.total.count > 0 ? $0.durations.extremes : nil }
        append(cells) { $0.durations.buckets }

        append(cells) { $0.calls.total }
        append(cells) { $0.calls.total.count > 0 ? $0.calls.extremes : nil }
        append(cells) { $0.calls.buckets }

        append(cells) { $0.dbTime }
        append(cells) { $0.upstreamTime }
        append(cells) { $0.bytes }
    }

    /// The texts in use, in the order of their UTF-8; the n-th is number n + 1, and 0 is the text that is not there.
    private mutating func appendNames(of series: [SeriesKey: Cell], names: Names) -> [NameID: UInt32] {
        var used: Set<NameID> = []
        for key in series.keys {
            used.insert(key.source)
            used.insert(key.route)
            used.insert(key.version)
        }
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
    private mutating func append(_ cells: [Cell], total: (borrowing Cell) -> Total) {
        for cell in cells { writer.zigzag(Int64(bitPattern: cell.requests &- total(cell).count)) }
        for cell in cells { writer.zigzag(total(cell).sum) }
    }

    /// The smallest, then how far the largest is above it; nothing for a cell without values.
    private mutating func append(_ cells: [Cell], extremes: (borrowing Cell) -> Extremes?) {
        let present = cells.compactMap { extremes($0) }
        for one in present { writer.zigzag(one.min) }
        for one in present { writer.varint(UInt64(bitPattern: one.max &- one.min)) }
    }

    /// How many buckets are not empty; the first index of each histogram; the steps to the next; the counts.
    private mutating func append(_ cells: [Cell], buckets: (borrowing Cell) -> Buckets) {
        var firsts = ByteWriter()
        var steps = ByteWriter()
        var counts = ByteWriter()
        for cell in cells {
            let all = buckets(cell)
            self.buckets += all.counts.count
            var filled: UInt64 = 0
            var last = 0
            let span = all.counts.span
            for place in span.indices where span[unchecked: place] > 0 {
                if filled == 0 {
                    firsts.zigzag(Int64(all.lowest) + Int64(place))
                } else {
                    steps.varint(UInt64(place - last))
                }
                counts.varint(span[unchecked: place])
                filled += 1
                last = place
            }
            writer.varint(filled)
        }
        for column in [firsts, steps, counts] { writer.append(contentsOf: column.bytes) }
    }

    private struct Row {
        let key: SeriesKey
        /// Of its cell, before they were sorted.
        let place: Int
        let source: UInt32
        let route: UInt32
        let version: UInt32

        init(key: SeriesKey, place: Int, locals: [NameID: UInt32]) {
            self.key = key
            self.place = place
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
