package import RequestLog

/// A stretch of event time that a block speaks of: `start` is in it, `end` is not.
package struct Stretch: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var start: Timestamp
    package var width: Timestamp.Span

    package init(start: Timestamp, width: Timestamp.Span) {
        self.start = start
        self.width = width
    }

    package var end: Timestamp { start + width }

    package func overlaps(_ other: Stretch) -> Bool { start < other.end && other.start < end }

    package func contains(_ other: Stretch) -> Bool { start <= other.start && other.end <= end }

    package func contains(_ instant: Timestamp) -> Bool { start <= instant && instant < end }

    package static func < (left: Stretch, right: Stretch) -> Bool {
        left.start != right.start ? left.start < right.start : left.width < right.width
    }

    package var description: String { "\(start)/\(end)" }
}
