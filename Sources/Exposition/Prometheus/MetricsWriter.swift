internal import RollingWindow

/// One format of `/metrics`: families and their samples → bytes.
///
/// A family is begun and its samples follow; labels come as the format has encoded them, since those of a series are
/// kept from page to page.
protocol MetricsWriter {
    /// One more label behind those that are there.
    static func append(label name: String, _ value: String, to labels: inout [UInt8])

    /// Room for so many series, whose labels have so many bytes together.
    mutating func reserve(series: Int, labelBytes: Int)

    mutating func begin(_ family: MetricFamily)

    mutating func sample(_ labels: [UInt8], _ value: MetricValue)

    /// - Parameter cumulativeCounts: for each of `ClassicBuckets.bounds` and, last, for infinity.
    mutating func histogram(_ labels: [UInt8], _ durations: borrowing Durations, cumulativeCounts: [UInt64])

    /// The page, once.
    mutating func finish() -> [UInt8]
}

extension MetricsWriter {
    static func labels(_ pairs: [(name: String, value: String)]) -> [UInt8] {
        var labels: [UInt8] = []
        for pair in pairs { append(label: pair.name, pair.value, to: &labels) }
        return labels
    }

    mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
        begin(MetricFamily(name, .counter, help))
        sample([], .count(value))
    }

    mutating func gauge(_ name: String, _ help: String, _ value: MetricValue) {
        begin(MetricFamily(name, .gauge, help))
        sample([], value)
    }
}
