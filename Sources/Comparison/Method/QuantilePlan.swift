/// Which positions the quantiles of a scope are at, before anything is known of their noise.
struct QuantilePlan {
    let metrics: [Metric]
    private let mix: Mix
    private let contrast: Contrast
    private let strata: [Int]
    private let sizes: [[Double]]
    /// At traffic mix, cache mix, distributions: 4 × traffic + 2 × cache + distributions.
    private let distributions: [Distribution]
    /// By metric, likewise.
    private let positions: [[Double]]

    init(_ contrast: Contrast, _ strata: [Int], _ cells: [Int], _ metrics: [Metric]) {
        self.contrast = contrast
        self.strata = strata
        self.metrics = metrics
        sizes = (0...1).map { side in strata.map { contrast[side].totals[$0].timed } }
        mix = Mix(sizes: (sizes[0], sizes[1]), cells: cells)
        var distributions: [Distribution] = []
        for number in metrics.isEmpty ? 0..<0 : 0..<8 {
            let weights = mix.weights(traffic: number >> 2, cache: number >> 1 & 1)
            distributions.append(QuantilePlan.mixture(contrast, strata, weights, sizes, number & 1))
        }
        self.distributions = distributions
        positions = metrics.map { metric in distributions.map { $0.position(metric.quantile!) } }
    }

    /// A stratum that one side does not have borrows the other's distribution: that it appears is mix, not code.
    private static func mixture(
        _ contrast: Contrast, _ strata: [Int], _ weights: [Double], _ sizes: [[Double]], _ side: Int
    ) -> Distribution {
        var sum = [Double](repeating: 0, count: contrast.width)
        for (place, stratum) in strata.enumerated() where weights[place] != 0 {
            let known = sizes[side][place] > 0 ? side : 1 - side
            let (weight, start) = (weights[place], stratum * contrast.width)
            contrast[known].cumulative.withUnsafeBufferPointer { cumulative in
                for bucket in 0..<contrast.width { sum[bucket] += weight * cumulative[start + bucket] }
            }
        }
        return Distribution(sum)
    }

    /// The levels of one side: for each metric the four mixtures, then the whole.
    func levels(_ side: Int) -> [ScoreScan.Level] {
        let whole = sizes[side].reduce(0, +)
        return metrics.indices.flatMap { number in
            (0..<4).map { pair in
                let position = positions[number][2 * pair + side]
                let weights = mix.weights(traffic: pair >> 1, cache: pair & 1)
                return ScoreScan.Level(
                    position: position,
                    weights: zip(weights, sizes[side]).map { $1 > 0 ? $0 / $1 : 0 },
                    shares: strata.map { contrast[side].share($0, below: position) })
            } + [
                ScoreScan.Level(
                    position: positions[number][7 * side],
                    weights: sizes[side].map { $0 > 0 ? 1 / whole : 0 },
                    shares: strata.map { _ in metrics[number].quantile! })
            ]
        }
    }

    func estimate(_ number: Int, _ before: ScoreScan, _ after: ScoreScan) -> QuantileEstimate {
        let p = metrics[number].quantile!
        let positions = positions[number]
        let mixtures = (0..<4).map { pair in
            let weights = mix.weights(traffic: pair >> 1, cache: pair & 1)
            let independent = (0...1).map { side in
                let position = positions[2 * pair + side]
                return strata.indices.reduce(0.0) { sum, place in
                    guard sizes[side][place] > 0 else { return sum }
                    let share = contrast[side].share(strata[place], below: position)
                    return sum + weights[place] * weights[place] / sizes[side][place] * share * (1 - share)
                }
            }
            let scores = Scores(
                before: before.levelSeries(5 * number + pair), after: after.levelSeries(5 * number + pair),
                independent: (independent[0], independent[1]))
            return QuantileEstimate.Mixture(
                weight: Shapley.weight(pair >> 1, pair & 1),
                distributions: (distributions[2 * pair], distributions[2 * pair + 1]),
                positions: (positions[2 * pair], positions[2 * pair + 1]),
                variance: LongRunVariance(scores, contrast.order))
        }
        let wholes = sizes.map { $0.reduce(0, +) }
        let scores = Scores(
            before: before.levelSeries(5 * number + 4), after: after.levelSeries(5 * number + 4),
            independent: (p * (1 - p) / max(wholes[0], 1), p * (1 - p) / max(wholes[1], 1)))
        let whole = QuantileEstimate.Mixture(
            weight: 1, distributions: (distributions[0], distributions[7]), positions: (positions[0], positions[7]),
            variance: LongRunVariance(scores, contrast.order))
        let variances = mixtures.map(\.variance.variances)
        return QuantileEstimate(
            p: p, positions: positions,
            parts: Shapley { positions[4 * $0 + 2 * $1 + $2] * Contrast.bucketWidth },
            total: positions[7] * Contrast.bucketWidth - positions[0] * Contrast.bucketWidth, mixtures: mixtures,
            whole: whole,
            degreesOfFreedom: mixtures.map(\.variance.degreesOfFreedom).min()!,
            totalDegreesOfFreedom: whole.variance.degreesOfFreedom, averageWeights: mix.average,
            effectiveRequests: (
                variances.map { p * (1 - p) / max($0.before, 1e-300) }.min()!,
                variances.map { p * (1 - p) / max($0.after, 1e-300) }.min()!
            ))
    }
}

extension Half {
    /// The share of a stratum's response times below a position.
    func share(_ stratum: Int, below position: Double) -> Double {
        let floor = position.rounded(.down)
        let bucket = min(max(Int(floor), 0), width - 1)
        let start = stratum * width
        let upper = counts[start + bucket]
        let lower = bucket > 0 ? counts[start + bucket - 1] : 0
        return (lower + (position - floor) * (upper - lower)) / max(totals[stratum].timed, 1)
    }
}
