/// What the user said about a log, beyond what its lines say themselves.
package struct ReaderOptions: Hashable, Sendable {
    package var format: LineFormat
    /// The unit of a duration whose key and value have none; nil: such a duration is a `bad_duration`.
    package var durationUnit: DurationUnit?

    /// Where the clock hung that wrote times without a zone; nil: such a time is a `bad_time`.
    package var timeZone: TimeZone?
    /// Times without a year are the last ones before this, where the reader is not told what time it is.
    package var reference = Timestamp(seconds: 0)

    /// Of paths, where a line has no route; the first that takes a path names its route.
    package var routes: [RoutePattern] = []
    /// Requests that are not to be counted: those that one of these takes.
    package var filters: [LineFilter] = []

    /// The key that tells who, or whether somebody, is logged in; nil: the usual ones. Where it is absent, nobody is.
    package var segmentKey: String?

    /// A line that a container runtime has cut is too long when its parts together are longer.
    package var lineLimitBytes = 1 << 20

    /// An hour that clocks show twice is told by the lines before it.
    package var hasChangingClocks: Bool { timeZone?.changes == true }

    package init(format: LineFormat = .auto, durationUnit: DurationUnit? = nil, timeZone: TimeZone? = nil) {
        self.format = format
        self.durationUnit = durationUnit
        self.timeZone = timeZone
    }
}

/// Why a line is not a record, and where it stopped being one.
package struct LineFault: Error, Equatable, Sendable {
    package var reason: RejectReason
    /// Bytes into the line.
    package var offset: Int
    package var expected: String

    /// For people: the reason, the byte from 1 on (what is missing has none), and what was expected there.
    package var text: String {
        let isMissing = reason == .missingTime || reason == .missingStatus
        return "\(reason.name): " + (isMissing ? "" : "byte \(offset + 1): ") + "expected \(expected)"
    }
}
