/// What can be promised and compared; the raw values are the names in `--expect` and in JSON.
package enum Metric: String, CaseIterable, Hashable, Sendable {
    case p50, p90, p95, p99, mean
    case errorRatio = "error_ratio"
    case hitRatio = "hit_ratio"
    case dbCalls = "db_calls"
    case requests

    /// Of the response time, which is compared as the logarithm of a ratio.
    package var quantile: Double? {
        switch self {
        case .p50: 0.5
        case .p90: 0.9
        case .p95: 0.95
        case .p99: 0.99
        case .mean, .errorRatio, .hitRatio, .dbCalls, .requests: nil
        }
    }

    /// A share of requests: its effect is a difference (in points of a hundred), not a ratio.
    package var isShare: Bool { self == .errorRatio || self == .hitRatio }

    package var isDuration: Bool { quantile != nil || self == .mean }

    /// Which way is worse; nil where neither is.
    package var worse: Direction? {
        switch self {
        case .requests: nil
        case .hitRatio: .down
        default: .up
        }
    }

    package enum Direction: Sendable { case up, down }
}
