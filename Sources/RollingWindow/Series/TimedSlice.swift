package import RequestLog

/// A slice with the instants of its first and last event.
package struct TimedSlice: Equatable, Sendable {
    package var slice: Slice
    package var firstEvent: Timestamp
    package var lastEvent: Timestamp

    /// Without events.
    package init(slice: Slice) {
        self.slice = slice
        firstEvent = Timestamp(nanoseconds: .max)
        lastEvent = Timestamp(nanoseconds: .min)
    }

    package init(slice: Slice, firstEvent: Timestamp, lastEvent: Timestamp) {
        self.slice = slice
        self.firstEvent = firstEvent
        self.lastEvent = lastEvent
    }

    package mutating func add(_ cell: Cell, to key: SeriesKey, first: Timestamp, last: Timestamp) {
        slice.add(cell, to: key)
        firstEvent = min(firstEvent, first)
        lastEvent = max(lastEvent, last)
    }

    package mutating func add(_ other: TimedSlice) {
        slice.add(other.slice)
        firstEvent = min(firstEvent, other.firstEvent)
        lastEvent = max(lastEvent, other.lastEvent)
    }
}
