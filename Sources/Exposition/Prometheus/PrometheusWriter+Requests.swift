internal import RequestLog
internal import RollingWindow

/// The families about the service.
extension PrometheusWriter {
    mutating func requests(_ series: [LabeledSeries]) {
        counter("plumbline_requests_total", "Requests, by committed log lines.", series) { cell in
            .integer(cell.requests)
        }
        histograms(series)
        counter("plumbline_request_db_calls_total", "Database calls of the requests.", series) { cell in
            cell.calls.total.count == 0 ? nil : .large(cell.calls.total.sum)
        }
        counter("plumbline_request_db_seconds_total", "Time that requests spent in the database.", series) { cell in
            cell.dbTime.count == 0 ? nil : .nanoseconds(cell.dbTime.sum)
        }
        counter("plumbline_response_bytes_total", "Bytes of the responses.", series) { cell in
            cell.bytes.count == 0 ? nil : .large(cell.bytes.sum)
        }
    }

    private enum Value {
        case integer(UInt64)
        case large(Int128)
        case nanoseconds(Int128)
    }

    private mutating func counter(
        _ name: String, _ help: String, _ series: [LabeledSeries], _ value: (borrowing Cell) -> Value?
    ) {
        var isFirst = true
        for one in series {
            guard let value = value(one.cell) else { continue }
            if isFirst { family(name, .counter, help) }
            isFirst = false
            sample(name, one.labels) { bytes in
                switch value {
                case .integer(let number): bytes.append(integer: number)
                case .large(let number): bytes.append(integer: number)
                case .nanoseconds(let number): bytes.append(secondsOfNanoseconds: number)
                }
            }
        }
    }
}

/// The classic histogram: 17 buckets whose edges, 2^-10 s to 2^6 s, are edges of the exponential histogram too, so the
/// counts are exact.
extension PrometheusWriter {
    private mutating func histograms(_ series: [LabeledSeries]) {
        let name = "plumbline_request_duration_seconds"
        let measured = series.filter { $0.cell.durations.total.count > 0 }
        guard !measured.isEmpty else { return }
        family(name, .histogram, "Response time.")
        let edges = BucketEdge.all
        let indices = edges.map(\.lastIndex)
        for one in measured {
            let bucket = Array("\(name)_bucket{".utf8) + one.labels
            var edge = edges.startIndex
            one.cell.durations.forEachCumulative(upTo: indices) { count in
                append(bucket)
                append(edges[edge].suffix)
                append(integer: count)
                append([UInt8(ascii: "\n")])
                edge += 1
            }
            append(bucket)
            append(BucketEdge.infinitySuffix)
            append(integer: one.cell.durations.total.count)
            append([UInt8(ascii: "\n")])
            sample("\(name)_sum", one.labels) { $0.append(secondsOfNanoseconds: one.cell.durations.total.sum) }
            sample("\(name)_count", one.labels, one.cell.durations.total.count)
        }
    }
}

/// One upper bound, `le`, of the classic histogram.
private struct BucketEdge {
    /// The last bucket of the exponential histogram that lies at or below the bound.
    var lastIndex: Int32
    /// `,le="0.5"} `
    var suffix: [UInt8]

    static let infinitySuffix = Array(",le=\"+Inf\"} ".utf8)

    static let all: [BucketEdge] = (-10...6).map { power in
        var suffix = Array(",le=\"".utf8)
        // Down to 2^-10 a power of two has at most ten decimals.
        let ten: Int128 = 10_000_000_000
        suffix.append(decimal: power < 0 ? ten >> Int128(-power) : ten << Int128(power), places: 10)
        suffix.append(contentsOf: "\"} ".utf8)
        return BucketEdge(lastIndex: DurationScale.bucketsPerDoubling * Int32(power) - 1, suffix: suffix)
    }
}

extension Durations {
    /// For each of the ascending indices: the number of durations in buckets up to it, zeros included.
    fileprivate func forEachCumulative(upTo indices: [Int32], _ body: (UInt64) -> Void) {
        var seen = zeros
        var place = 0
        for last in indices {
            let end = min(buckets.counts.count, Int(last) - Int(buckets.lowest) + 1)
            while place < end {
                seen &+= buckets.counts[place]
                place += 1
            }
            body(seen)
        }
    }
}
