package import RequestLog
package import RollingWindow

/// Everything a judgement depends on; there is no clock behind it.
package struct HealthInputs: Sendable {
    package var now: Timestamp
    /// The primary source's requests over the rules' window.
    package var total: Rollup
    /// Event time of the newest request ever seen; nil when none was.
    package var lastEvent: Timestamp?
    /// Why the agent cannot see the service, in words that continue "cannot see the service: "; nil when it can.
    package var blind: String?
    /// Bytes that are in the inputs and not yet read.
    package var lagBytes: UInt64

    package init(now: Timestamp, total: Rollup, lastEvent: Timestamp?, blind: String?, lagBytes: UInt64) {
        self.now = now
        self.total = total
        self.lastEvent = lastEvent
        self.blind = blind
        self.lagBytes = lagBytes
    }
}
