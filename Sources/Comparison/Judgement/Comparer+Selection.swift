/// What a moving hit ratio does to the misses.
extension Comparer {
    func selection(_ effect: Effect, _ effects: [Effect], _ contrast: Contrast, _ strata: [Int]) -> Selection? {
        guard effect.metric.quantile != nil, let hits = effects.first(where: { $0.metric == .hitRatio }) else {
            return nil
        }
        let misses = strata.filter { contrast.strata[$0].cache == .miss }
        guard (hits.after - hits.before).magnitude >= 0.1, !misses.isEmpty,
            let estimate = ScopeEstimator(contrast, misses, metrics: [effect.metric]).quantiles[effect.metric]
        else { return nil }
        return Selection(
            hitRatios: (hits.before, hits.after), missEffect: estimate.parts.within,
            missDeviation: contrast.logarithmicDeviation(misses))
    }
}

extension Contrast {
    /// The standard deviation of the logarithm of some strata's response times, within the sides.
    func logarithmicDeviation(_ strata: [Int]) -> Double {
        var (variance, weight) = (0.0, 0.0)
        for side in [before, after] {
            var (count, sum, squares) = (0.0, 0.0, 0.0)
            for stratum in strata {
                for bucket in 0..<width {
                    let place = stratum * width + bucket
                    let number = side.counts[place] - (bucket > 0 ? side.counts[place - 1] : 0)
                    guard number > 0 else { continue }
                    let position = (Double(bucket) + 0.5) * Contrast.bucketWidth
                    count += number
                    sum += number * position
                    squares += number * position * position
                }
            }
            guard count > 1 else { continue }
            variance += squares - sum * sum / count
            weight += count - 1
        }
        return weight > 0 ? (variance / weight).squareRoot() : 0
    }
}
