/// A ratio of two counts, such as errors per request, stratum by stratum, before anything is known of its noise.
struct LinearPlan {
    let metric: Metric
    /// Of `mean`: from where on response times count as this long.
    let cap: TailCap?
    private let counts: ScoreScan.Counts
    private let mix: Mix
    private let order: SliceOrder
    /// By side and group: a stratum, of the hit ratio a traffic cell.
    private let sizes: [[Double]]
    private let ratios: [[Double]]
    /// By stratum: its group; nil: it is no part of the metric.
    private let groups: [Int?]

    /// Nil where neither side has the metric, or it is none of this kind.
    init?(_ metric: Metric, _ contrast: Contrast, _ strata: [Int], _ cells: [Int]) {
        self.metric = metric
        order = contrast.order
        let keys = strata.map { contrast.strata[$0] }
        var cap: TailCap?
        let parts: (Half.Total, StratumKey, Int) -> (Double, Double)
        switch metric {
        case .errorRatio:
            counts = .errors
            parts = { total, _, _ in (total.errors, total.requests) }
        case .dbCalls:
            counts = .calls
            parts = { total, _, _ in (total.calls, total.callRequests) }
        case .hitRatio:
            counts = .hits
            parts = { total, key, _ in
                key.cache.isLookup ? (key.cache.isHit ? total.requests : 0, total.requests) : (0, 0)
            }
        case .mean:
            counts = .duration
            guard let tail = TailCap(contrast, strata) else { return nil }
            cap = tail
            parts = { total, _, number in (total.nanoseconds * 1e-9, total.timed) }
        default: return nil
        }
        self.cap = cap
        groups = zip(keys, cells).enumerated().map { place, stratum in
            guard metric == .hitRatio else { return place }
            return stratum.0.cache.isLookup ? stratum.1 : nil
        }
        let groupCount = metric == .hitRatio ? (cells.max() ?? -1) + 1 : strata.count
        var (sizes, sums) = ([[Double]](), [[Double]]())
        for side in 0...1 {
            var size = [Double](repeating: 0, count: groupCount)
            var sum = size
            for (place, stratum) in strata.enumerated() {
                guard let group = groups[place] else { continue }
                var (numerator, denominator) = parts(contrast[side].totals[stratum], keys[place], place)
                if let cap { numerator -= contrast[side].excess(stratum, over: cap) }
                size[group] += denominator
                sum[group] += numerator
            }
            sizes.append(size)
            sums.append(sum)
        }
        guard sizes.contains(where: { $0.contains { $0 > 0 } }) else { return nil }
        self.sizes = sizes
        ratios = (0...1).map { side in
            (0..<groupCount).map { group in
                let known = sizes[side][group] > 0 ? side : 1 - side
                return sums[known][group] / max(sizes[known][group], 1e-12)
            }
        }
        // The hit ratio's groups are the cells themselves: what the cache did is what it measures.
        mix = Mix(
            sizes: (sizes[0], sizes[1]), cells: metric == .hitRatio ? Array(0..<groupCount) : cells)
    }

    /// The functional at traffic mix, cache mix and ratios.
    private func value(_ traffic: Int, _ cache: Int, _ within: Int) -> Double {
        zip(mix.weights(traffic: traffic, cache: cache), ratios[within]).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Of one side: at the average mix, then the whole.
    func ratios(_ side: Int) -> [ScoreScan.Ratio] {
        let average = mix.average
        let whole = sizes[side].reduce(0, +)
        let raw = value(side, side, side)
        return [
            ScoreScan.Ratio(
                counts: counts,
                weights: groups.map { group in
                    group.map { sizes[side][$0] > 0 ? average[$0] / sizes[side][$0] : 0 } ?? 0
                },
                ratios: groups.map { group in group.map { ratios[side][$0] } ?? 0 }),
            ScoreScan.Ratio(
                counts: counts, weights: groups.map { $0 == nil || whole == 0 ? 0 : 1 / whole },
                ratios: groups.map { _ in raw }),
        ]
    }

    func estimate(from column: Int, _ before: ScoreScan, _ after: ScoreScan) -> LinearEstimate {
        let average = mix.average
        let standardised = (0...1).map { side in zip(average, ratios[side]).reduce(0) { $0 + $1.0 * $1.1 } }
        let raw = [value(0, 0, 0), value(1, 1, 1)]
        let wholes = sizes.map { $0.reduce(0, +) }
        var independent = [[0.0, 0.0], [0.0, 0.0]]
        var nominal = [0.0, 0.0]
        for side in 0...1 {
            var sum = 0.0
            for group in average.indices where sizes[side][group] > 0 {
                sum += average[group] * average[group] / sizes[side][group]
                guard metric.isShare else { continue }
                independent[0][side] +=
                    average[group] * average[group] / sizes[side][group] * ratios[side][group]
                    * (1 - ratios[side][group])
            }
            nominal[side] = 1 / max(sum, 1e-12)
            if metric.isShare { independent[1][side] = raw[side] * (1 - raw[side]) / max(wholes[side], 1) }
        }
        func variance(_ number: Int) -> LongRunVariance {
            LongRunVariance(
                Scores(
                    before: before.ratioSeries(column + number), after: after.ratioSeries(column + number),
                    independent: (independent[number][0], independent[number][1])), order)
        }
        let parts = Shapley(value)
        return LinearEstimate(
            metric: metric, parts: metric.isShare ? parts : Shapley { logarithm(max(value($0, $1, $2), 1e-12)) },
            absoluteParts: parts, standardised: (standardised[0], standardised[1]), whole: (raw[0], raw[1]),
            variance: variance(0), totalVariance: variance(1), nominal: (nominal[0], nominal[1]),
            averageWeights: average, ratiosBefore: ratios[0], sizes: (wholes[0], wholes[1]))
    }
}

extension TailCap {
    /// At the p99.9 of both sides together; nil without response times.
    init?(_ contrast: Contrast, _ strata: [Int]) {
        var sum = [Double](repeating: 0, count: contrast.width)
        for side in 0...1 {
            for stratum in strata {
                for bucket in 0..<contrast.width {
                    sum[bucket] += contrast[side].counts[stratum * contrast.width + bucket]
                }
            }
        }
        guard let whole = sum.last, whole > 0 else { return nil }
        self.init(position: Distribution(sum.map { $0 / whole }).position(0.999), lowest: contrast.lowest)
    }
}

extension Half {
    /// Seconds that a stratum's response times are together beyond the cap.
    func excess(_ stratum: Int, over cap: TailCap) -> Double {
        var sum = 0.0
        let start = stratum * width
        for place in max(0, Int(cap.bucket - lowest))..<max(0, width) where place < width {
            let count = counts[start + place] - (place > 0 ? counts[start + place - 1] : 0)
            if count > 0 { sum += count * cap.excess(Int32(place) + lowest) }
        }
        return sum
    }
}
