package import Health
package import RequestLog

/// The line that HAProxy's `agent-check` reads (configuration manual, "agent-check": words up to the end of the line).
///
/// A judgement only ever moves the weight, and never to nothing: only the agent that said `down`, `fail` or `stopped` can
/// take it back, and an agent that died cannot. `drain` and `maint` are an operator's. `ready` would also end a MAINT or
/// DRAIN that somebody asked of HAProxy itself, so it is said for a minute after this agent's own was lifted, and never else.
///
///     up 100%        up 10%        drain        maint        ready up 100%
package enum AgentCheckText {
    /// - Parameter weight: share of the full weight, in [0, 1]; at least 1 % is said.
    package static func line(weight: Double, word: OperatorWord?, now: Timestamp) -> String {
        let percent = Int(max(1, min(100, (weight * 100).rounded())))
        switch word?.word {
        case .drain: return "drain\n"
        case .maint: return "maint\n"
        case .ready, nil: return word?.isJustLifted(at: now) == true ? "ready up \(percent)%\n" : "up \(percent)%\n"
        }
    }
}
