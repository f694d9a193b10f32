internal import RequestLog
internal import RollingWindow

/// The columns of an export, in their order; the raw values are the names that users write queries with.
///
/// Sums stand twice where a double would lose digits: as exact seconds, and as integer nanoseconds.
enum ExportColumn: String, CaseIterable {
    case start, end, source, route, method, status, cache, segment, version, requests, errors
    case durationCount = "duration_count"
    case durationSumSeconds = "duration_sum_seconds"
    case durationSumNanoseconds = "duration_sum_nanoseconds"
    case durationMinSeconds = "duration_min_seconds"
    case durationMaxSeconds = "duration_max_seconds"
    case durationP50Seconds = "duration_p50_seconds"
    case durationP90Seconds = "duration_p90_seconds"
    case durationP95Seconds = "duration_p95_seconds"
    case durationP99Seconds = "duration_p99_seconds"
    case durationZeroCount = "duration_zero_count"
    case durationHistogram = "duration_histogram"
    case dbCallsCount = "db_calls_count"
    case dbCallsSum = "db_calls_sum"
    case dbCallsMin = "db_calls_min"
    case dbCallsMax = "db_calls_max"
    case dbCallsHistogram = "db_calls_histogram"
    case dbCount = "db_count"
    case dbSumSeconds = "db_sum_seconds"
    case dbSumNanoseconds = "db_sum_nanoseconds"
    case upstreamCount = "upstream_count"
    case upstreamSumSeconds = "upstream_sum_seconds"
    case upstreamSumNanoseconds = "upstream_sum_nanoseconds"
    case bytesCount = "bytes_count"
    case bytesSum = "bytes_sum"

    enum Value {
        /// What the log does not say: empty or null, never 0.
        case absent
        case text(String)
        /// A time, or a word of a vocabulary: safe to write as it is.
        case word(String)
        case integer(Int128)
        /// Nanoseconds, written as seconds.
        case seconds(Int128)
        case estimate(Double)
        case buckets(Buckets)
    }

    func value(of row: ExportRow) -> Value {
        let (key, cell) = (row.key, row.cell)
        switch self {
        case .start: return .word(row.start)
        case .end: return .word(row.end)
        case .source: return .text(row.source)
        case .route: return .text(row.route)
        case .method: return .word(key.method.name)
        case .status: return .integer(Int128(key.status))
        case .cache: return .word(key.cache.name)
        case .segment: return .word(key.segment.name)
        case .version: return key.version == .none ? .absent : .text(row.version)
        case .requests: return .integer(Int128(cell.requests))
        case .errors: return .integer(key.isError ? Int128(cell.requests) : 0)
        case .durationCount, .durationSumSeconds, .durationSumNanoseconds, .durationMinSeconds, .durationMaxSeconds,
            .durationP50Seconds, .durationP90Seconds, .durationP95Seconds, .durationP99Seconds, .durationZeroCount,
            .durationHistogram:
            return cell.durations.total.count == 0 ? .absent : value(of: cell.durations)
        case .dbCallsCount, .dbCallsSum, .dbCallsMin, .dbCallsMax, .dbCallsHistogram:
            return cell.calls.total.count == 0 ? .absent : value(of: cell.calls)
        case .dbCount: return count(cell.dbTime)
        case .dbSumSeconds: return seconds(cell.dbTime)
        case .dbSumNanoseconds: return sum(cell.dbTime)
        case .upstreamCount: return count(cell.upstreamTime)
        case .upstreamSumSeconds: return seconds(cell.upstreamTime)
        case .upstreamSumNanoseconds: return sum(cell.upstreamTime)
        case .bytesCount: return count(cell.bytes)
        case .bytesSum: return sum(cell.bytes)
        }
    }

    private func value(of durations: Durations) -> Value {
        switch self {
        case .durationCount: .integer(Int128(durations.total.count))
        case .durationSumSeconds: .seconds(durations.total.sum)
        case .durationSumNanoseconds: .integer(durations.total.sum)
        case .durationMinSeconds: .seconds(Int128(durations.extremes.min))
        case .durationMaxSeconds: .seconds(Int128(durations.extremes.max))
        case .durationP50Seconds: quantile(0.5, durations)
        case .durationP90Seconds: quantile(0.9, durations)
        case .durationP95Seconds: quantile(0.95, durations)
        case .durationP99Seconds: quantile(0.99, durations)
        case .durationZeroCount: .integer(Int128(durations.zeros))
        case .durationHistogram: .buckets(durations.buckets)
        default: .absent
        }
    }

    private func value(of calls: Calls) -> Value {
        switch self {
        case .dbCallsCount: .integer(Int128(calls.total.count))
        case .dbCallsSum: .integer(calls.total.sum)
        case .dbCallsMin: .integer(Int128(calls.extremes.min))
        case .dbCallsMax: .integer(Int128(calls.extremes.max))
        case .dbCallsHistogram: .buckets(calls.buckets)
        default: .absent
        }
    }

    private func quantile(_ fraction: Double, _ durations: Durations) -> Value {
        durations.quantile(fraction).map { .estimate($0) } ?? .absent
    }

    private func count(_ total: Total) -> Value { total.count == 0 ? .absent : .integer(Int128(total.count)) }

    private func sum(_ total: Total) -> Value { total.count == 0 ? .absent : .integer(total.sum) }

    private func seconds(_ total: Total) -> Value { total.count == 0 ? .absent : .seconds(total.sum) }
}

/// One series in one slice.
struct ExportRow {
    /// RFC 3339; `end` is not in the slice.
    var start: String
    var end: String
    var source: String
    var route: String
    var version: String
    var key: SeriesKey
    var cell: Cell
}
