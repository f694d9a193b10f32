/// The same metric in another window, for what windows differ by.
extension ScopeEstimator {
    /// At the common mix of the two sides, and as users saw it, on the scale of the effect; nil: it has none of it.
    func value(of metric: Metric, in window: Half.Totals) -> (within: Double, total: Double)? {
        if let p = metric.quantile, let estimate = quantiles[metric] {
            return quantile(p, estimate.averageWeights, window)
        }
        guard let estimate = linears[metric] else {
            guard metric == .requests else { return nil }
            let sum = strata.reduce(0) { $0 + window.sums[$1].requests }
            return sum > 0 ? (logarithm(sum), logarithm(sum)) : nil
        }
        let parts = strata.map { ratio(metric, contrast.strata[$0], window.sums[$0]) }
        let (numerator, denominator) = parts.reduce((0.0, 0.0)) { ($0.0 + $1.0, $0.1 + $1.1) }
        guard denominator > 0 else { return nil }
        let within: Double
        if metric == .hitRatio {
            // Its groups are the traffic cells.
            var sums = estimate.averageWeights.map { _ in (0.0, 0.0) }
            for (place, part) in parts.enumerated() {
                sums[cells[place]].0 += part.0
                sums[cells[place]].1 += part.1
            }
            within = mean(sums, estimate.averageWeights, estimate.ratiosBefore)
        } else {
            within = mean(parts, estimate.averageWeights, estimate.ratiosBefore)
        }
        let total = numerator / denominator
        return metric.isShare ? (within, total) : (logarithm(max(within, 1e-12)), logarithm(max(total, 1e-12)))
    }

    private func ratio(_ metric: Metric, _ key: StratumKey, _ sum: Half.Total) -> (Double, Double) {
        switch metric {
        case .errorRatio: (sum.errors, sum.requests)
        case .dbCalls: (sum.calls, sum.callRequests)
        case .hitRatio: key.cache.isLookup ? (key.cache.isHit ? sum.requests : 0, sum.requests) : (0, 0)
        default: (sum.nanoseconds * 1e-9, sum.timed)
        }
    }

    /// What the window does not have is as in BEFORE.
    private func mean(_ parts: [(Double, Double)], _ weights: [Double], _ known: [Double]) -> Double {
        var sum = 0.0
        for (place, part) in parts.enumerated() {
            sum += weights[place] * (part.1 > 0 ? part.0 / part.1 : known[place])
        }
        return sum
    }

    private func quantile(
        _ p: Double, _ weights: [Double], _ window: Half.Totals
    ) -> (within: Double, total: Double)? {
        let sizes = strata.map { window.sums[$0].timed }
        let whole = sizes.reduce(0, +)
        guard whole > 0 else { return nil }
        var common = [Double](repeating: 0, count: contrast.width)
        var seen = common
        for (place, stratum) in strata.enumerated() {
            let weight = weights[place]
            guard sizes[place] > 0 else {
                // Known from one side at least, or it would be no stratum.
                let side = contrast.before.totals[stratum].timed > 0 ? contrast.before : contrast.after
                for bucket in 0..<contrast.width {
                    let start = stratum * contrast.width + bucket
                    common[bucket] +=
                        weight * (side.cumulative[start] - (bucket > 0 ? side.cumulative[start - 1] : 0))
                }
                continue
            }
            for (index, count) in window.buckets[stratum] {
                let bucket = min(max(Int(index - contrast.lowest), 0), contrast.width - 1)
                common[bucket] += weight * Double(count) / sizes[place]
                seen[bucket] += Double(count) / whole
            }
        }
        return (
            Distribution(accumulating: common).position(p) * Contrast.bucketWidth,
            Distribution(accumulating: seen).position(p) * Contrast.bucketWidth
        )
    }
}

extension Distribution {
    init(accumulating masses: [Double]) {
        var sum = 0.0
        self.init(
            masses.map {
                sum += $0
                return sum
            })
    }
}
