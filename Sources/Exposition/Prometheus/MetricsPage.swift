package import Health
package import RequestLog
package import RollingWindow

/// Everything that stands on `/metrics`.
package struct MetricsPage: Sendable {
    /// A health group and how it is; the group of the whole service is `service`.
    package struct GroupHealth: Equatable, Sendable {
        package var group: String
        package var status: HealthStatus
        /// Changes of state since the start.
        package var changes: UInt64
        /// Fails that followed on another before the service had been well for long.
        package var flaps: UInt64
        /// Share of the full weight, in [0, 1].
        package var weight: Double

        package init(group: String, status: HealthStatus, changes: UInt64 = 0, flaps: UInt64 = 0, weight: Double = 1) {
            self.group = group
            self.status = status
            self.changes = changes
            self.flaps = flaps
            self.weight = weight
        }
    }

    package var names: Names
    /// Committed totals since the data directory began, by series.
    package var counters: [SeriesKey: Cell]
    package var health: [GroupHealth]
    package var agent: AgentMetrics

    package init(names: Names, counters: [SeriesKey: Cell], health: [GroupHealth], agent: AgentMetrics) {
        self.names = names
        self.counters = counters
        self.health = health
        self.agent = agent
    }
}
