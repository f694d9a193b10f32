internal import RollingWindow

/// The families about the service, each with a sample or more for every series that has it.
extension MetricsWriter {
    /// - Parameters:
    ///   - labels: of each series.
    ///   - cells: what is counted for each.
    mutating func requests(_ labels: [[UInt8]], _ cells: [Cell]) {
        let requests = MetricFamily("plumbline_requests_total", .counter, "Requests, by committed log lines.")
        counter(requests, labels, cells) { .count($0.requests) }
        histograms(labels, cells)
        let calls = MetricFamily("plumbline_request_db_calls_total", .counter, "Database calls of the requests.")
        counter(calls, labels, cells) { $0.calls.total.count > 0 ? .integer($0.calls.total.sum) : nil }
        let time = MetricFamily(
            "plumbline_request_db_seconds_total", .counter, "Time that requests spent in the database.")
        counter(time, labels, cells) { $0.dbTime.count > 0 ? .nanoseconds($0.dbTime.sum) : nil }
        let bytes = MetricFamily("plumbline_response_bytes_total", .counter, "Bytes of the responses.")
        counter(bytes, labels, cells) { $0.bytes.count > 0 ? .integer($0.bytes.sum) : nil }
    }

    /// - Parameter value: nil where the series does not have the family.
    private mutating func counter(
        _ family: MetricFamily, _ labels: [[UInt8]], _ cells: [Cell], value: (borrowing Cell) -> MetricValue?
    ) {
        var isFirst = true
        // In place: a copy of each would count the references to all that it holds.
        let cells = cells.span
        for place in cells.indices {
            guard let value = value(cells[place]) else { continue }
            if isFirst { begin(family) }
            isFirst = false
            sample(labels[place], value)
        }
    }

    private mutating func histograms(_ labels: [[UInt8]], _ cells: [Cell]) {
        let measured = cells.indices.filter { cells[$0].durations.total.count > 0 }
        guard !measured.isEmpty else { return }
        begin(MetricFamily("plumbline_request_duration_seconds", .histogram, "Response time."))
        let cells = cells.span
        var counts = ClassicBuckets.none
        for place in measured {
            ClassicBuckets.count(cells[place].durations, cumulatively: &counts)
            histogram(labels[place], cells[place].durations, cumulativeCounts: counts)
        }
    }
}
