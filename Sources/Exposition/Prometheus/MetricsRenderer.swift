internal import RollingWindow

/// `/metrics`, in each of its formats. What a series' log does not have is left out, never 0.
///
/// It keeps the labels of the series, in each form that was asked for, for the next page of the same agent, which mostly
/// has the same ones.
package struct MetricsRenderer: Sendable {
    private var texts = SeriesLabels()
    private var messages = SeriesLabels()

    package init() {}

    package mutating func render(_ page: MetricsPage, as format: MetricsFormat) -> [UInt8] {
        switch format {
        case .text: MetricsRenderer.render(page, TextWriter(.prometheus), &texts)
        case .openMetrics: MetricsRenderer.render(page, TextWriter(.openMetrics), &texts)
        case .protobuf: MetricsRenderer.render(page, ProtobufWriter(), &messages)
        }
    }

    private static func render<Writer: MetricsWriter>(
        _ page: MetricsPage, _ empty: Writer, _ labels: inout SeriesLabels
    ) -> [UInt8] {
        let cells = labels.cells(of: page, encode: Writer.append)
        var writer = empty
        writer.reserve(series: cells.count, labelBytes: labels.encoded.reduce(0) { $0 + $1.count })
        writer.requests(labels.encoded, cells)
        writer.health(page.health)
        writer.agent(page.agent)
        return writer.finish()
    }
}
