import Glibc

/// How large an effect must be to matter; smaller ones are "unchanged" when they are certainly smaller.
package struct Margins: Equatable, Sendable {
    /// As a ratio less one: 0.05 is 5 %.
    package var p50 = 0.05
    package var p90 = 0.05
    package var p95 = 0.05
    package var p99 = 0.10
    package var mean = 0.05
    package var dbCalls = 0.05
    package var requests = 0.10
    /// Of all requests: 0.1 points of a hundred, or a quarter of what it was.
    package var errorRatio = 0.001
    package var errorRatioOfBaseline = 0.25
    package var hitRatio = 0.02

    package init() {}

    /// On the scale of the effect: a difference of shares, else of natural logarithms.
    package func margin(of metric: Metric, baseline: Double) -> Double {
        switch metric {
        case .p50: log(1 + p50)
        case .p90: log(1 + p90)
        case .p95: log(1 + p95)
        case .p99: log(1 + p99)
        case .mean: log(1 + mean)
        case .dbCalls: log(1 + dbCalls)
        case .requests: log(1 + requests)
        case .errorRatio: max(errorRatio, errorRatioOfBaseline * baseline)
        case .hitRatio: hitRatio
        }
    }
}
