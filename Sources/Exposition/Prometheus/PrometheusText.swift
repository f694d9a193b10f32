internal import Health

/// `/metrics` in the Prometheus text format 0.0.4. What a series' log does not have is left out, never 0.
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ page: MetricsPage) -> [UInt8] {
        var labels = SeriesLabels()
        return render(page, &labels)
    }

    /// - Parameter labels: those of an earlier page of the same agent, which the new one mostly shares.
    package static func render(_ page: MetricsPage, _ labels: inout SeriesLabels) -> [UInt8] {
        var writer = PrometheusWriter()
        let cells = labels.cells(of: page)
        // 24 lines per series at most, each with the labels, up to 50 bytes of name, an edge and a number.
        writer.reserve(labels.texts.reduce(16 << 10) { $0 + 24 * ($1.count + 80) })
        writer.requests(labels.texts, cells)
        writer.health(page.health)
        writer.agent(page.agent)
        return writer.bytes
    }
}

extension PrometheusWriter {
    fileprivate mutating func health(_ groups: [MetricsPage.GroupHealth]) {
        guard !groups.isEmpty else { return }
        let groups = groups.sorted { $0.group.utf8.lexicographicallyPrecedes($1.group.utf8) }
        let status = "plumbline_health_status"
        family(status, .gauge, "The judgement on the service: 0 pass, 1 warn, 2 fail.")
        for health in groups { sample(status, labels(health), UInt64(health.status.severity)) }
        let weight = "plumbline_health_weight_ratio"
        family(weight, .gauge, "Share of the full weight that should be sent here.")
        for health in groups { sample(weight, labels(health)) { $0.append(estimate: health.weight) } }
        let changes = "plumbline_health_changes_total"
        family(changes, .counter, "Changes of state since the start.")
        for health in groups { sample(changes, labels(health), health.changes) }
        let flaps = "plumbline_health_flaps_total"
        family(flaps, .counter, "Fails that followed on another before the service had been well for long.")
        for health in groups { sample(flaps, labels(health), health.flaps) }
    }

    private func labels(_ health: MetricsPage.GroupHealth) -> [UInt8] {
        var labels: [UInt8] = []
        labels.append(label: "group", health.group)
        return labels
    }
}
