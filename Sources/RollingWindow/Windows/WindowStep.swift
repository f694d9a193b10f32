import RequestLog

/// One step of a window: what has been closed, packed, and what came since.
struct WindowStep {
    var number: Int64 = .min
    private(set) var open: [SeriesKey: Cell] = [:]
    private(set) var openTotals: [NameID: Rollup] = [:]
    private(set) var packed = PackedSeries()
    private(set) var packedTotals: [NameID: Rollup] = [:]

    var isEmpty: Bool { open.isEmpty && packed.isEmpty }

    mutating func add(_ requests: [SeriesKey: Cell], totals: [NameID: Rollup]) {
        if open.isEmpty {
            // Shared with whoever else holds it, until one of them changes it.
            open = requests
        } else {
            for (key, cell) in requests { open[key, default: Cell()].add(cell) }
        }
        openTotals.add(totals)
    }

    mutating func close() {
        packed.append(open)
        packedTotals.add(openTotals)
        open = [:]
        openTotals = [:]
    }

    var series: [SeriesKey: Cell] {
        var sum = packed.series
        for (key, cell) in open { sum[key, default: Cell()].add(cell) }
        return sum
    }
}

extension [NameID: Rollup] {
    mutating func add(_ others: [NameID: Rollup]) {
        for (source, total) in others { self[source, default: Rollup()].add(total) }
    }
}

extension [SeriesKey: Cell] {
    var totals: [NameID: Rollup] {
        var sums: [NameID: Rollup] = [:]
        for (key, cell) in self { sums[key.source, default: Rollup()].add(cell, of: key) }
        return sums
    }
}
