/// What one window differs from another by when nothing was done, which nothing inside two windows can tell.
package struct Drift: Equatable, Sendable {
    package enum Source: String, Sendable {
        /// Earlier windows at the same clock time.
        case history
        /// Windows of one length, one after the other, right before BEFORE.
        case chain
        /// A stated allowance, for want of either.
        case allowance
        /// Both sides at the same time, as a canary and what it stands beside: they share it.
        case concurrent
    }

    package var source: Source
    /// How many windows it was seen in.
    package var windows: Int
    /// One standard deviation of the logarithm of a response time; other metrics have their share of it.
    package var tau: Double

    /// 5 %, or 4 % for windows of half a day and more.
    static func standardAllowance(windowSeconds: Double) -> Double { windowSeconds < 12 * 3600 ? 0.05 : 0.04 }

    package static let fewestHistoryWindows = 5
    package static let fewestChainWindows = 6

    /// Errors come and go for reasons of their own, calls of a request are made by code, a hit ratio is a share.
    static func share(of metric: Metric) -> Double {
        switch metric {
        case .p50, .p90, .p95, .p99, .mean, .requests: 1
        case .dbCalls: 0.4
        case .hitRatio: 0.2
        case .errorRatio: 0
        }
    }
}

/// How far a metric of a scope moves from window to window, seen in windows in which nothing was done.
struct DriftEvidence: Sendable {
    /// Of the code effect and of what users see, at 95 %.
    var halfWidth: Double
    var totalHalfWidth: Double
    var degreesOfFreedom: Double
}

extension DriftEvidence {
    /// - Parameters:
    ///   - values: the metric in each window, on the scale of the effect: at the common mix, and as users saw it.
    ///   - beforeWindows: how many windows BEFORE is the mean of.
    init?(history values: [(within: Double, total: Double)], beforeWindows: Int) {
        guard values.count >= Drift.fewestHistoryWindows else { return nil }
        degreesOfFreedom = Double(values.count - 1)
        let factor =
            StudentT.quantile(upper: 0.025, degreesOfFreedom) * (1 + 1 / Double(max(1, beforeWindows))).squareRoot()
        halfWidth = DriftEvidence.deviation(values.map(\.within)) * factor
        totalHalfWidth = DriftEvidence.deviation(values.map(\.total)) * factor
    }

    init?(chain values: [(within: Double, total: Double)]) {
        guard values.count >= Drift.fewestChainWindows else { return nil }
        degreesOfFreedom = Double(values.count - 1)
        let factor = StudentT.quantile(upper: 0.025, degreesOfFreedom)
        halfWidth = DriftEvidence.step(values.map(\.within)) * factor
        totalHalfWidth = DriftEvidence.step(values.map(\.total)) * factor
    }

    private static func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }

    /// The root of the mean square of the differences of neighbours.
    private static func step(_ values: [Double]) -> Double {
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        return (steps.reduce(0) { $0 + $1 * $1 } / Double(steps.count)).squareRoot()
    }
}
