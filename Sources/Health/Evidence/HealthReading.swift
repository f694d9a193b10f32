package import RequestLog

/// What a group's requests say at one instant, by themselves: no hold time, no ejection, no memory.
package struct HealthReading: Equatable, Sendable {
    package var evidence: HealthEvidence
    /// A sentence a person understands: what is wrong and by how much; when nothing is, what was seen.
    package var output: String
    package var checks: [HealthCheck]
    package var time: Timestamp
    /// The judged measures that are not well, the worst first.
    package var troubles: [Trouble]

    /// A measure beyond its limit.
    package struct Trouble: Equatable, Sendable {
        package var measure: HealthMeasure
        /// In the unit of the measure.
        package var limit: Double
        package var check: String
    }
}

/// What the state machine is given.
package enum HealthEvidence: Equatable, Sendable {
    /// Nothing can be said; the answer is `warn`, or `fail` where the operator wants that.
    case unseen(UnseenReason, HealthStatus)
    /// How bad it is by the limits, and by the levels of recovery, which are stricter: never better than the first.
    case judged(byLimits: HealthStatus, byRecovery: HealthStatus)
}
