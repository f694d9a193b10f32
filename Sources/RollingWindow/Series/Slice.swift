package import RequestLog

/// What happened in one stretch of event time, by series.
package struct Slice: Equatable, Sendable {
    package var start: Timestamp
    package var width: Timestamp.Span
    package var series: [SeriesKey: Cell]

    package init(start: Timestamp, width: Timestamp.Span, series: [SeriesKey: Cell] = [:]) {
        self.start = start
        self.width = width
        self.series = series
    }

    package var end: Timestamp { start + width }

    package mutating func add(_ cell: Cell, to key: SeriesKey) { series[key, default: Cell()].add(cell) }

    package mutating func add(_ other: Slice) {
        for (key, cell) in other.series { add(cell, to: key) }
    }
}

extension [SeriesKey: Cell] {
    /// The same requests where some routes have become others.
    package func rerouted(_ routes: [NameID: NameID]) -> [SeriesKey: Cell] {
        guard !routes.isEmpty, keys.contains(where: { routes[$0.route] != nil }) else { return self }
        var rerouted = Self(minimumCapacity: count)
        for (key, cell) in self {
            var key = key
            key.route = routes[key.route] ?? key.route
            rerouted[key, default: Cell()].add(cell)
        }
        return rerouted
    }
}
