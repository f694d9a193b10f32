package import Comparison
package import Exposition
package import Health
package import RollingWindow

/// What the server asks of the agent.
///
/// `liveness`, `readiness` and those of health are called on the event loop, once per probe: they must neither wait nor
/// compute, only read what was published last. The others may take their time; the connection waits for them, and
/// only that connection.
package protocol AgentView: Sendable {
    /// Whether the agent's loop turns. Never depends on the watched service, nor on a stalled disk.
    func liveness() -> Liveness

    /// Whether inputs are open, the last hour is rebuilt and the agent has caught up.
    func readiness() -> Readiness

    /// The judgement on the service, or on one group of its routes; nil where there is no such group.
    func health(group: String?) -> HealthReport?

    /// The agent's own judgement, before peers and guards have a say.
    func localHealth() -> HealthReport

    /// What HAProxy's agent-check is answered, with its line end.
    func agentCheckLine() -> String

    /// Takes an operator's word, at once.
    func say(_ word: OperatorWord.Word) async -> OperatorAnswer

    /// The changes of state, oldest first.
    func healthHistory() -> [HealthChange]

    func metricsPage() async throws -> MetricsPage

    /// A copy of one rolling window.
    func window(_ length: WindowLength) async throws -> SeriesView

    /// Metrics over time; throws `TimelineError` where the question cannot be answered.
    func timeline(_ query: TimelineQuery) async throws -> TimelineAnswer

    /// How things stand, for the pages that are open. Called on the event loop, once a second at most.
    func beat() -> Beat

    func inputs() async -> [InputReport]

    func ledger() async -> Ledger

    /// What the last hour says about where to begin.
    func insights() async throws -> Insights

    /// The change records, as they are now.
    func changes() async -> ChangeListing

    /// The verdict between two stretches of time, or on a change.
    func compare(_ inquiry: ComparisonInquiry) async throws(ComparisonRefusal) -> ComparisonReport
}

/// What stands after an operator has spoken.
package struct OperatorAnswer: Equatable, Sendable {
    package var standing: OperatorWord?
    /// Whether a restart would find it; false while the disk does not take it.
    package var isKept: Bool

    package init(standing: OperatorWord?, isKept: Bool) {
        self.standing = standing
        self.isKept = isKept
    }
}

package enum Liveness: Equatable, Sendable {
    case alive
    case stuck(reason: String)
}

package enum Readiness: Equatable, Sendable {
    case ready
    /// Each reason is one line of text.
    case notReady(reasons: [String])
}
