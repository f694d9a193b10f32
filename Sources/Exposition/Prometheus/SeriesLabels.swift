internal import RequestLog
internal import RollingWindow

/// The series of `/metrics` by the texts of their keys, so that two pages differ only in what happened, each with its
/// labels as they stand between the braces.
///
/// Both follow from the keys, so they are kept from page to page until a series comes or goes. They are of one table of
/// names, in which no text ever changes: one agent's.
package struct SeriesLabels: Sendable {
    private(set) var texts: [[UInt8]] = []
    private var keys: [SeriesKey] = []

    package init() {}

    /// What is counted for each of the series, which are those of the page afterwards.
    mutating func cells(of page: MetricsPage) -> [Cell] {
        if let cells = cells(in: page.counters) { return cells }
        keys = SeriesOrder(of: page.counters.keys, names: page.names).sorted(page.counters.keys)
        texts = keys.map { key in
            var labels: [UInt8] = []
            for dimension in SeriesDimension.allCases {
                labels.append(label: dimension.rawValue, dimension.text(of: key, names: page.names))
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
