internal import Health

/// The families about the judgement on the service.
extension MetricsWriter {
    mutating func health(_ groups: [MetricsPage.GroupHealth]) {
        guard !groups.isEmpty else { return }
        let groups = groups.sorted { $0.group.utf8.lexicographicallyPrecedes($1.group.utf8) }
        begin(MetricFamily("plumbline_health_status", .gauge, "The judgement on the service: 0 pass, 1 warn, 2 fail."))
        samples(of: groups) { .count($0.status.severity) }
        begin(
            MetricFamily("plumbline_health_weight_ratio", .gauge, "Share of the full weight that should be sent here."))
        samples(of: groups) { .estimate($0.weight) }
        begin(MetricFamily("plumbline_health_changes_total", .counter, "Changes of state since the start."))
        samples(of: groups) { .count($0.changes) }
        let flaps = "Fails that followed on another before the service had been well for long."
        begin(MetricFamily("plumbline_health_flaps_total", .counter, flaps))
        samples(of: groups) { .count($0.flaps) }
    }

    private mutating func samples(
        of groups: [MetricsPage.GroupHealth], value: (MetricsPage.GroupHealth) -> MetricValue
    ) {
        for health in groups { sample(Self.labels([("group", health.group)]), value(health)) }
    }
}
