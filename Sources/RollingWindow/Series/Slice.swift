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
