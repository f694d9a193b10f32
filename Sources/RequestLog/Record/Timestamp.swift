/// An instant in UTC: nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// The range is 1677 to 2262; what a log line may say is narrower (`TimestampParser`).
package struct Timestamp: Hashable, Comparable, Sendable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package init(seconds: Int64) { nanoseconds = seconds &* 1_000_000_000 }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    package static func + (instant: Timestamp, span: Span) -> Timestamp {
        Timestamp(nanoseconds: instant.nanoseconds &+ span.nanoseconds)
    }

    package static func - (instant: Timestamp, span: Span) -> Timestamp {
        Timestamp(nanoseconds: instant.nanoseconds &- span.nanoseconds)
    }

    package static func - (later: Timestamp, earlier: Timestamp) -> Span {
        Span(nanoseconds: later.nanoseconds &- earlier.nanoseconds)
    }

    /// The start of the slice of this width that holds the instant; slices are aligned to the epoch.
    package func floored(to width: Span) -> Timestamp {
        let remainder = nanoseconds % width.nanoseconds
        return Timestamp(nanoseconds: nanoseconds &- (remainder < 0 ? remainder &+ width.nanoseconds : remainder))
    }
}

extension Timestamp {
    /// A length of time in integer nanoseconds; may be negative.
    package struct Span: Hashable, Comparable, Sendable {
        package var nanoseconds: Int64

        package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

        package static func seconds(_ count: Int64) -> Span { Span(nanoseconds: count &* 1_000_000_000) }
        package static func milliseconds(_ count: Int64) -> Span { Span(nanoseconds: count &* 1_000_000) }
        package static func minutes(_ count: Int64) -> Span { .seconds(count &* 60) }

        package static let zero = Span(nanoseconds: 0)

        package var seconds: Double { Double(nanoseconds) / 1e9 }

        package static func < (left: Span, right: Span) -> Bool { left.nanoseconds < right.nanoseconds }
        package static func + (left: Span, right: Span) -> Span {
            Span(nanoseconds: left.nanoseconds &+ right.nanoseconds)
        }
        package static func - (left: Span, right: Span) -> Span {
            Span(nanoseconds: left.nanoseconds &- right.nanoseconds)
        }
    }
}
