package import RequestLog

/// How long things must last before the answer changes, and how far it may go.
package struct HealthTiming: Equatable, Sendable {
    /// How long it must be worse before the state is.
    package var down = Timestamp.Span.seconds(5)
    /// How long it must be better before the state is.
    package var up = Timestamp.Span.seconds(30)
    /// How long the first ejection lasts before probation; the n-th in a row lasts n times as long, up to the cap.
    package var ejectionTime = Timestamp.Span.minutes(1)
    /// How long the window remembers what was seen before a fail: probation waits for its end, or the old would decide.
    package var memory = Timestamp.Span.minutes(1)
    /// The cap, and how long a service must have been well before its ejections are counted anew.
    package var maxEjectionTime = Timestamp.Span.minutes(5)
    /// A fail that lasts longer than this answers `warn`.
    package var maxFailDuration = Timestamp.Span.minutes(10)
    /// How long a fail may wait for peers that were asked after it began; zero where there are none.
    package var peersWait = Timestamp.Span.zero
    /// A larger share than this of the peers that answer must fail before this one does not.
    package var peersShare = 0.5
    /// In how long the weight falls from 1 to nothing, and rises from nothing to 1.
    package var rampDown = Timestamp.Span.seconds(10)
    package var rampUp = Timestamp.Span.minutes(1)
    /// Shares of the full weight, in [0, 1].
    package var probationWeight = 0.1
    package var failWeight = 0.01

    package init() {}

    func ejection(number: UInt64) -> Timestamp.Span {
        let (time, overflow) = ejectionTime.nanoseconds.multipliedReportingOverflow(
            by: Int64(clamping: max(1, number)))
        let capped = min(Timestamp.Span(nanoseconds: overflow ? .max : time), max(ejectionTime, maxEjectionTime))
        return max(capped, memory)
    }
}

/// One moment by both clocks: what lasts is measured on the monotonic one, which nobody sets.
package struct HealthMoment: Equatable, Sendable {
    package var wall: Timestamp
    /// Since some beginning; never goes back.
    package var uptime: Timestamp.Span

    package init(wall: Timestamp, uptime: Timestamp.Span) {
        self.wall = wall
        self.uptime = uptime
    }
}

/// What the peers last said of themselves, before their own guards.
package struct PeerCount: Equatable, Sendable {
    /// Those that did not answer tell nothing and are in neither count.
    package var answered: Int
    package var failing: Int
    /// Uptime of when they were asked; nil of those who never were.
    package var askedAt: Timestamp.Span?

    package init(answered: Int = 0, failing: Int = 0, askedAt: Timestamp.Span? = nil) {
        self.answered = answered
        self.failing = failing
        self.askedAt = askedAt
    }
}
