package import RequestLog

/// What a group is in, as others are told.
package enum HealthState: String, CaseIterable, Sendable {
    case unseen, pass, warn, fail
    /// Back from a fail, with little weight, until enough requests decide.
    case probation
    /// A fail that is answered with `warn`.
    case guarded
    /// By an operator's word.
    case drain, maint
}

/// One change of state.
package struct HealthChange: Equatable, Sendable {
    package var time: Timestamp
    package var group: String
    package var from: HealthState
    package var to: HealthState
    /// The sentence of the new state.
    package var reason: String

    package init(time: Timestamp, group: String, from: HealthState, to: HealthState, reason: String) {
        self.time = time
        self.group = group
        self.from = from
        self.to = to
        self.reason = reason
    }
}
