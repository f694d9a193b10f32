/// The forms in which `/metrics` is there; plainer ones first.
package enum MetricsFormat: UInt8, CaseIterable, Sendable {
    /// The Prometheus text format 0.0.4, which every reader of such a page knows.
    case text
    /// OpenMetrics 1.0, as text.
    case openMetrics
    /// `io.prometheus.client.MetricFamily` messages, each behind its length: the only one with native histograms.
    case protobuf
}
