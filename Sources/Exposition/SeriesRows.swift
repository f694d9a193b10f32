internal import RequestLog
package import RollingWindow

/// One group of series, added up.
package struct SeriesRow: Sendable {
    package var key: SeriesKey
    package var rollup: Rollup
}

extension SeriesView {
    /// The groups by requests, most first; equal ones by their texts, so the order never depends on a hash.
    ///
    /// Without `source` in the grouping, the primary source's alone.
    package func rows(by grouping: SeriesGrouping) -> [SeriesRow] {
        var groups: [SeriesKey: Rollup] = [:]
        for (key, cell) in series where grouping.contains(.source) || key.source == primary {
            groups[grouping.project(key), default: Rollup()].add(cell, of: key)
        }
        let order = SeriesOrder(of: groups.keys, names: names)
        return order.sorted(groups.keys) { groups[$0]?.cell.requests ?? 0 }.map { key in
            SeriesRow(key: key, rollup: groups[key] ?? Rollup())
        }
    }
}

extension SeriesDimension {
    /// The text of one part of a key; empty for the version that a log does not have.
    func text(of key: SeriesKey, names: Names) -> String {
        switch self {
        case .source: names[key.source]
        case .route: names[key.route]
        case .method: key.method.name
        case .status: String(key.status)
        case .cache: key.cache.name
        case .segment: key.segment.name
        case .version: names[key.version]
        }
    }
}
