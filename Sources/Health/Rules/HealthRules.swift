package import RequestLog
package import RollingWindow

/// What the requests of one group are held to.
package struct HealthRules: Equatable, Sendable {
    /// The group of everything that the primary source has.
    package static let service = "service"

    package var group = HealthRules.service
    /// Which requests are the group's.
    package var selection = HealthSelection()
    package var window = WindowLength.oneMinute
    /// What relative limits compare with.
    package var baseline = WindowLength.oneHour
    /// Below this many requests (response times, cache lookups) in the window, nothing is said about them.
    package var minRequests: UInt64 = 20
    /// A measure without limits is not judged.
    package var limits: [HealthMeasure: HealthLimits] = [
        .errorRatio: HealthLimits(warn: .absolute(0.01), fail: .absolute(0.05)),
        .p95: HealthLimits(warn: .absolute(1), fail: .absolute(5)),
    ]
    /// The share of a limit that a value must come back to before it counts as kept again, in (0, 1].
    package var recover = 0.8
    package var unseen = UnseenRules()

    package init() {}

    package var hasRelativeLimits: Bool {
        limits.values.contains { limits in
            [limits.warn, limits.fail].contains { if case .relative = $0 { true } else { false } }
        }
    }
}

/// When the service counts as not seen, and what is answered then.
package struct UnseenRules: Equatable, Sendable {
    /// Its last request is older than this.
    package var staleAfter = Timestamp.Span.seconds(60)
    /// More than this is not yet read.
    package var behindBytes: UInt64 = 16 << 20
    /// Requests are dated ahead of the agent's clock by more than this.
    package var clockSkew = Timestamp.Span.seconds(5)
    /// `warn`, where nothing else is asked for.
    package var answers: [UnseenReason: HealthStatus] = [:]

    package init() {}

    /// Never `pass`; and too few requests never fail.
    package func answer(_ reason: UnseenReason) -> HealthStatus {
        guard reason.isConfigurable else { return .warn }
        return max(.warn, answers[reason] ?? .warn)
    }
}

/// Why nothing can be said about the service: the third state, neither good nor bad.
package enum UnseenReason: String, CaseIterable, Sendable {
    case starting
    /// The inputs cannot be read, or the agent does not turn.
    case blind
    /// There is more to read than the agent has read.
    case behind
    case clockSkew = "clock_skew"
    /// Silence, where silence is nothing unusual.
    case noTraffic = "no_traffic"
    /// Silence where by the service's own longer window there should be requests: the writer hangs, or the log went.
    case stale
    case tooFew = "too_few"

    package var isConfigurable: Bool { self != .starting && self != .tooFew }
}
