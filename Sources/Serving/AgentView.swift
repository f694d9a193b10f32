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

    /// The changes of state, oldest first.
    func healthHistory() -> [HealthChange]

    func metricsPage() async throws -> MetricsPage

    /// A copy of one rolling window.
    func window(_ length: WindowLength) async throws -> SeriesView

    func ledger() async -> Ledger
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
