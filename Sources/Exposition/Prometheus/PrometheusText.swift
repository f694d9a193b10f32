internal import Health
internal import RequestLog
internal import RollingWindow

/// `/metrics` in the Prometheus text format 0.0.4. What a series' log does not have is left out, never 0.
package enum PrometheusText {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func render(_ page: MetricsPage) -> [UInt8] {
        var writer = PrometheusWriter()
        let series = LabeledSeries.sorted(page)
        // 24 lines per series at most, each with the labels, up to 50 bytes of name, an edge and a number.
        writer.reserve(series.reduce(16 << 10) { $0 + 24 * ($1.labels.count + 80) })
        writer.requests(series)
        writer.health(page.health)
        writer.agent(page.agent)
        return writer.bytes
    }
}

/// A series with its labels as they stand between the braces.
struct LabeledSeries {
    var labels: [UInt8]
    var cell: Cell

    /// By the texts of the keys, so that two scrapes differ only in what happened.
    static func sorted(_ page: MetricsPage) -> [LabeledSeries] {
        let order = SeriesOrder(of: page.counters.keys, names: page.names)
        return order.sorted(page.counters.keys).map { key in
            var labels: [UInt8] = []
            labels.reserveCapacity(160)
            for dimension in SeriesDimension.allCases {
                labels.append(label: dimension.rawValue, dimension.text(of: key, names: page.names))
            }
            return LabeledSeries(labels: labels, cell: page.counters[key] ?? Cell())
        }
    }
}

extension PrometheusWriter {
    fileprivate mutating func health(_ groups: [MetricsPage.GroupHealth]) {
        guard !groups.isEmpty else { return }
        let name = "plumbline_health_status"
        family(name, .gauge, "The judgement on the service: 0 pass, 1 warn, 2 fail.")
        for health in groups.sorted(by: { $0.group.utf8.lexicographicallyPrecedes($1.group.utf8) }) {
            var labels: [UInt8] = []
            labels.append(label: "group", health.group)
            sample(name, labels, UInt64(health.status.severity))
        }
    }
}
