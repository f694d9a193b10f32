package import RequestLog

/// A copy of some series, ready to be shown: what a window, a summary or a directory of snapshots comes down to.
package struct SeriesView: Sendable {
    /// Event time covered, `to` not included; nil where there is nothing.
    package var from: Timestamp?
    package var to: Timestamp?
    /// The source that `total` and `routes` speak of.
    package var primary: NameID
    package var names: Names
    package var series: [SeriesKey: Cell]

    package init(
        from: Timestamp?, to: Timestamp?, primary: NameID, names: Names, series: [SeriesKey: Cell]
    ) {
        self.from = from
        self.to = to
        self.primary = primary
        self.names = names
        self.series = series
    }

    /// The primary source's requests, all together.
    package var total: Rollup {
        var sum = Rollup()
        for (key, cell) in series where key.source == primary { sum.add(cell, of: key) }
        return sum
    }

    /// The primary source's requests by route.
    package var routes: [NameID: Rollup] {
        var sums: [NameID: Rollup] = [:]
        for (key, cell) in series where key.source == primary { sums[key.route, default: Rollup()].add(cell, of: key) }
        return sums
    }
}
