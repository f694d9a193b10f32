package import RequestLog
package import RollingWindow

/// Everything a judgement depends on; there is no clock behind it.
package struct HealthInputs: Sendable {
    package var now: Timestamp
    /// The group's requests over the rules' window.
    package var total: Rollup
    /// The same over their baseline window.
    package var baseline: Rollup
    /// Event time of the newest request of the primary source; nil when none was.
    package var lastEvent: Timestamp?
    /// Requests per second that the primary source has over its longest window.
    package var usualRate: Double
    /// Why the agent cannot see the service, in words that continue "cannot see the service: "; nil when it can.
    package var blind: String?
    /// Bytes that are in the inputs and not yet read.
    package var lagBytes: UInt64
    /// Whether the agent has not read its inputs to their end once since the start.
    package var isCatchingUp: Bool
    /// How far ahead of the clock the newest request is dated; zero when none is.
    package var ahead: Timestamp.Span

    package init(
        now: Timestamp, total: Rollup, baseline: Rollup = Rollup(), lastEvent: Timestamp?, usualRate: Double = 0,
        blind: String?, lagBytes: UInt64, isCatchingUp: Bool = false, ahead: Timestamp.Span = .zero
    ) {
        self.now = now
        self.total = total
        self.baseline = baseline
        self.lastEvent = lastEvent
        self.usualRate = usualRate
        self.blind = blind
        self.lagBytes = lagBytes
        self.isCatchingUp = isCatchingUp
        self.ahead = ahead
    }
}
