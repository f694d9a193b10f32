package import Health
package import RequestLog
package import RollingWindow

/// Everything that stands on `/metrics`.
package struct MetricsPage: Sendable {
    /// A health group and how it is; the group of the whole service is `default`.
    package struct GroupHealth: Equatable, Sendable {
        package var group: String
        package var status: HealthStatus

        package init(group: String, status: HealthStatus) {
            self.group = group
            self.status = status
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
