internal import RequestLog
internal import RollingWindow

/// The families about the service, each with a line or more for every series that has it.
extension PrometheusWriter {
    /// - Parameters:
    ///   - labels: of each series, as they stand between the braces.
    ///   - cells: what is counted for each.
    mutating func requests(_ labels: [[UInt8]], _ cells: [Cell]) {
        counter("plumbline_requests_total", "Requests, by committed log lines.", labels, cells) { cell, number in
            number.append(integer: cell.requests)
        }
        histograms(labels, cells)
        counter("plumbline_request_db_calls_total", "Database calls of the requests.", labels, cells) { cell, number in
            if cell.calls.total.count > 0 { number.append(integer: cell.calls.total.sum) }
        }
        counter(
            "plumbline_request_db_seconds_total", "Time that requests spent in the database.", labels, cells
        ) { cell, number in
            if cell.dbTime.count > 0 { number.append(secondsOfNanoseconds: cell.dbTime.sum) }
        }
        counter("plumbline_response_bytes_total", "Bytes of the responses.", labels, cells) { cell, number in
            if cell.bytes.count > 0 { number.append(integer: cell.bytes.sum) }
        }
    }

    /// - Parameter value: appends the digits, or nothing where the series does not have the family.
    private mutating func counter(
        _ name: String, _ help: String, _ labels: [[UInt8]], _ cells: [Cell],
        value: (borrowing Cell, inout [UInt8]) -> Void
    ) {
        let beginning = Array("\(name){".utf8)
        var number: [UInt8] = []
        var isFirst = true
        // By their places: a copy of each would count the references to all that it holds.
        for place in cells.indices {
            number.removeAll(keepingCapacity: true)
            value(cells[place], &number)
            guard !number.isEmpty else { continue }
            if isFirst { family(name, .counter, help) }
            isFirst = false
            append(room: beginning.count + labels[place].count + number.count + 3) {
                $0.appendSample(beginning, labels[place], number)
            }
        }
    }
}

/// The classic histogram: 17 buckets whose edges, 2^-10 s to 2^6 s, are edges of the exponential histogram too, so the
/// counts are exact.
extension PrometheusWriter {
    private mutating func histograms(_ labels: [[UInt8]], _ cells: [Cell]) {
        let name = "plumbline_request_duration_seconds"
        let measured = cells.indices.filter { cells[$0].durations.total.count > 0 }
        guard !measured.isEmpty else { return }
        family(name, .histogram, "Response time.")
        let bucket = Array("\(name)_bucket{".utf8)
        let sumBeginning = Array("\(name)_sum{".utf8)
        let countBeginning = Array("\(name)_count{".utf8)
        let edges = BucketEdge.all
        let edgesLength = edges.reduce(0) { $0 + $1.suffix.count }
        var (sum, count): ([UInt8], [UInt8]) = ([], [])
        for place in measured {
            let counts = cells[place].durations.cumulativeCounts(upTo: edges)
            sum.removeAll(keepingCapacity: true)
            sum.append(secondsOfNanoseconds: cells[place].durations.total.sum)
            count.removeAll(keepingCapacity: true)
            count.append(integer: cells[place].durations.total.count)
            // No line begins with a longer name than that of a bucket, nor has more around its number.
            let line = bucket.count + labels[place].count + 3
            let digits = edges.count * UInt64.mostDigits + sum.count + count.count
            append(room: (edges.count + 2) * line + edgesLength + digits) {
                for edge in edges.indices {
                    $0.append(bucket)
                    $0.append(labels[place])
                    $0.append(edges[edge].suffix)
                    $0.append(integer: counts[edge])
                    $0.append(UInt8(ascii: "\n"))
                }
                $0.appendSample(sumBeginning, labels[place], sum)
                $0.appendSample(countBeginning, labels[place], count)
            }
        }
    }
}

/// One upper bound, `le`, of the classic histogram.
private struct BucketEdge {
    /// The last bucket of the exponential histogram that lies at or below the bound.
    var lastIndex: Int32
    /// `,le="0.5"} `
    var suffix: [UInt8]

    static let all: [BucketEdge] =
        (-10...6).map { power in
            var suffix = Array(",le=\"".utf8)
            // Down to 2^-10 a power of two has at most ten decimals.
            let ten: Int128 = 10_000_000_000
            suffix.append(decimal: power < 0 ? ten >> Int128(-power) : ten << Int128(power), places: 10)
            suffix.append(contentsOf: "\"} ".utf8)
            return BucketEdge(lastIndex: DurationScale.bucketsPerDoubling * Int32(power) - 1, suffix: suffix)
        } + [BucketEdge(lastIndex: .max, suffix: Array(",le=\"+Inf\"} ".utf8))]
}

extension Durations {
    /// For each of the ascending edges, of which the last is infinity: the number of durations up to it, zeros included.
    fileprivate func cumulativeCounts(upTo edges: [BucketEdge]) -> [UInt64] {
        var seen = zeros
        var place = 0
        var cumulative: [UInt64] = []
        cumulative.reserveCapacity(edges.count)
        let width = buckets.width
        for edge in edges.dropLast() {
            let end = min(width, Int(edge.lastIndex) - Int(buckets.lowest) + 1)
            while place < end {
                seen &+= buckets[place: place]
                place += 1
            }
            cumulative.append(seen)
        }
        cumulative.append(total.count)
        return cumulative
    }
}
