package import RequestLog

/// The judgement at one instant, and what it rests on.
package struct HealthReport: Equatable, Sendable {
    /// The worst of the checks.
    package var status: HealthStatus
    /// A sentence a person understands: what is wrong and by how much; when nothing is, what was seen.
    package var output: String
    package var checks: [HealthCheck]
    package var time: Timestamp
    /// What the group is in, and since when; nil of a judgement on one instant.
    package var state: HealthState?
    package var since: Timestamp?
    /// Share of the full weight that should be sent here, in [0, 1].
    package var weight: Double?

    package init(status: HealthStatus, output: String, checks: [HealthCheck], time: Timestamp) {
        self.status = status
        self.output = output
        self.checks = checks
        self.time = time
    }
}

extension HealthReport {
    /// Says how the groups are; one that is not well is a warning for the whole, and no more.
    package mutating func add(_ reports: [HealthReport], of groups: [String]) {
        var unwell: [String] = []
        for (report, group) in zip(reports, groups) {
            let status = min(report.status, .warn)
            checks.append(
                HealthCheck(
                    name: "\(group):state", status: status, observedValue: Double(report.status.severity),
                    observedUnit: "severity", limit: nil, time: report.time, output: report.output))
            // Of a group without traffic there is nothing to warn of while the service is seen.
            if status == .warn, report.state != .unseen { unwell.append("\(group): \(report.output)") }
        }
        guard !unwell.isEmpty else { return }
        output = status == .pass ? unwell.joined(separator: "; ") : ([output] + unwell).joined(separator: "; ")
        status = max(status, .warn)
    }
}

/// One measurement and its own judgement.
package struct HealthCheck: Equatable, Sendable {
    /// `component:measurement`, as draft-inadarei-api-health-check-06 §4 wants its keys.
    package var name: String
    package var status: HealthStatus
    /// Nil where the value is not known, which is never 0.
    package var observedValue: Double?
    /// `ratio`, `seconds`, `requests` or `bytes`.
    package var observedUnit: String
    /// The limit that was passed, or the first that would be; in the unit of the value.
    package var limit: Double?
    package var time: Timestamp
    package var output: String
    /// Routes that the trouble is seen on; empty when that is not known.
    package var affectedEndpoints: [String] = []

    package init(
        name: String, status: HealthStatus, observedValue: Double?, observedUnit: String, limit: Double?,
        time: Timestamp, output: String
    ) {
        self.name = name
        self.status = status
        self.observedValue = observedValue
        self.observedUnit = observedUnit
        self.limit = limit
        self.time = time
        self.output = output
    }
}
