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

        append(
            cells.map {
                Distribution(of: $0.durations.total, $0.durations.extremes, $0.durations.buckets, $0.durations.zeros)
            },
            of: cells, .durations, hasZeros: true)
        append(
            cells.map { Distribution(of: $0.calls.total, $0.calls.extremes, $0.calls.buckets) }, of: cells, .calls,
            hasZeros: false)
        append(cells) { $0.dbTime }
        append(cells) { $0.upstreamTime }
        append(cells) { $0.bytes }
    }

    /// The texts in use, then those made of paths, each in the order of their UTF-8; the n-th is number n + 1, and 0 is
    /// the text that is not there.
    private mutating func appendNames(of series: [SeriesKey: Cell], names: Names) -> [NameID: UInt32] {
        var used: Set<NameID> = []
        for key in series.keys {
            used.insert(key.source)
            used.insert(key.route)
            used.insert(key.version)
        }
        used.remove(.none)
        let sorted = used.sorted { names[$0].utf8.lexicographicallyPrecedes(names[$1].utf8) }
        var locals: [NameID: UInt32] = [.none: 0]
        for areOfPaths in [false, true] {
            let list = sorted.filter { names.areOfPaths[Int($0.index)] == areOfPaths }
            writer.varint(UInt64(list.count))
            for name in list {
                writer.text(names[name])
                locals[name] = UInt32(locals.count)
            }
        }
        return locals
    }

    /// Counts as their distance from the requests, which is mostly zero; the unit of the sums; then these.
    private mutating func append(_ cells: [Cell], total: (borrowing Cell) -> Total) {
        for cell in cells { writer.zigzag(Int64(bitPattern: cell.requests &- total(cell).count)) }
        var unit = CommonUnit()
        for cell in cells { unit.add(total(cell).sum) }
        writer.varint(unit.value)
        for cell in cells { writer.varint(UInt128(bitPattern: unit.count(of: total(cell).sum))) }
    }

    /// The histograms, and the sums and extremes as their distance from what these make one expect.
    private mutating func append(
        _ all: [Distribution], of cells: [Cell], _ values: BucketValues, hasZeros: Bool
    ) {
        for (one, cell) in zip(all, cells) { writer.zigzag(Int64(bitPattern: cell.requests &- one.total.count)) }
        if hasZeros { for one in all { writer.varint(one.zeros) } }
        append(buckets: all)
        let present = all.filter { $0.total.count > 0 }
        var unit = CommonUnit()
        for one in all { unit.add(one.total.sum) }
        for one in present {
            unit.add(Int128(one.extremes.min))
            unit.add(Int128(one.extremes.max))
        }
        writer.varint(unit.value)
        for one in all { writer.zigzag(unit.difference(one.total.sum, values.sum(of: one.buckets))) }
        for one in present {
            let expected = values.min(
                of: one.total, zeros: one.zeros, lowest: one.buckets.isEmpty ? nil : one.buckets.lowest)
            writer.varint(UInt128(bitPattern: unit.difference(Int128(one.extremes.min), expected)))
        }
        for one in present {
            let expected = values.max(of: one.total, min: one.extremes.min, highest: one.buckets.highest)
            writer.varint(UInt128(bitPattern: unit.difference(expected, Int128(one.extremes.max))))
        }
    }

    /// How many buckets are not empty; the first index of each histogram; the steps to the next; the counts.
    private mutating func append(buckets distributions: [Distribution]) {
        var firsts = ByteWriter()
        var steps = ByteWriter()
        var counts = ByteWriter()
        for one in distributions {
            let all = one.buckets
            buckets += all.width
            var filled: UInt64 = 0
            var last = 0
            all.forEachFilled { place, count in
                if filled == 0 {
                    firsts.zigzag(Int64(all.lowest) + Int64(place))
                } else {
                    steps.varint(UInt64(place - last))
                }
                counts.varint(count)
                filled += 1
                last = place
            }
            writer.varint(filled)
        }
        for column in [firsts, steps, counts] { writer.append(contentsOf: column.bytes) }
    }

    /// What durations and calls have in common.
    private struct Distribution {
        let total: Total
        let extremes: Extremes
        let buckets: Buckets
        let zeros: UInt64

        init(of total: Total, _ extremes: Extremes, _ buckets: Buckets, _ zeros: UInt64 = 0) {
            self.total = total
            self.extremes = extremes
            self.buckets = buckets
            self.zeros = zeros
        }
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
