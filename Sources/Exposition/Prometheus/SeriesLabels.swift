internal import RequestLog
internal import RollingWindow

/// The series of `/metrics` by the texts of their keys, so that two pages differ only in what happened, each with its
/// labels as one format has them.
///
/// Both follow from the keys, so they are kept from page to page until a series comes or goes. They are of one table of
/// names, in which no text ever changes: one agent's.
struct SeriesLabels: Sendable {
    private(set) var encoded: [[UInt8]] = []
    private var keys: [SeriesKey] = []

    /// What is counted for each of the series, which are those of the page afterwards.
    ///
    /// - Parameter encode: appends a label behind those that are there; always the same.
    mutating func cells(
        of page: MetricsPage, encode: (_ name: String, _ value: String, inout [UInt8]) -> Void
    ) -> [Cell] {
        if let cells = cells(in: page.counters) { return cells }
        keys = SeriesOrder(of: page.counters.keys, names: page.names).sorted(page.counters.keys)
        encoded = keys.map { key in
            var labels: [UInt8] = []
            for dimension in SeriesDimension.allCases {
                encode(dimension.rawValue, dimension.text(of: key, names: page.names), &labels)
            }
            return labels
        }
        return cells(in: page.counters) ?? []
    }

    /// Nil where these are not the series.
    private func cells(in counters: [SeriesKey: Cell]) -> [Cell]? {
        guard counters.count == keys.count else { return nil }
        var cells: [Cell] = []
        cells.reserveCapacity(keys.count)
        for key in keys {
            guard let cell = counters[key] else { return nil }
            cells.append(cell)
        }
        return cells
    }
}
