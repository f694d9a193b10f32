/// Everything that is estimated of one scope of a contrast: one look at every cell on either side, whatever is asked.
package struct ScopeEstimator: Sendable {
    let contrast: Contrast
    /// Numbers of strata in the contrast, ascending.
    let strata: [Int]
    /// By stratum of the scope: its traffic cell, numbered from 0.
    let cells: [Int]
    private let metrics: [Metric]

    package private(set) var quantiles: [Metric: QuantileEstimate] = [:]
    package private(set) var linears: [Metric: LinearEstimate] = [:]
    package private(set) var traffic: TrafficEstimate?

    package init(_ contrast: Contrast, _ strata: [Int], metrics: [Metric]) {
        self.contrast = contrast
        self.strata = strata
        self.metrics = metrics
        let known = Set(strata.map { contrast.cells[$0] }).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: known.enumerated().map { ($1, $0) })
        cells = strata.map { numbers[contrast.cells[$0]]! }
        estimate()
    }

    /// Requests of the scope whose response time is known.
    var timedRequests: (before: UInt64, after: UInt64) { sums { $0.timed } }

    var allRequests: (before: UInt64, after: UInt64) { sums { $0.requests } }

    private func sums(_ part: (Half.Total) -> Double) -> (before: UInt64, after: UInt64) {
        (
            UInt64(strata.reduce(0) { $0 + part(contrast.before.totals[$1]) }),
            UInt64(strata.reduce(0) { $0 + part(contrast.after.totals[$1]) })
        )
    }

    private mutating func estimate() {
        let quantilePlan = QuantilePlan(contrast, strata, cells, metrics.filter { $0.quantile != nil })
        let linearPlans = metrics.compactMap { LinearPlan($0, contrast, strata, cells) }
        var scans: [ScoreScan] = []
        for side in 0...1 {
            var scan = ScoreScan(rows: contrast[side].sliceCount)
            scan.levels = quantilePlan.levels(side)
            scan.ratios = linearPlans.flatMap { $0.ratios(side) }
            scan.cap = linearPlans.lazy.compactMap(\.cap).first
            scan.run(contrast[side], strata, isHit: contrast.strata.map(\.cache.isHit))
            scans.append(scan)
        }
        for (number, metric) in quantilePlan.metrics.enumerated() {
            quantiles[metric] = quantilePlan.estimate(number, scans[0], scans[1])
        }
        var place = 0
        for plan in linearPlans {
            linears[plan.metric] = plan.estimate(from: place, scans[0], scans[1])
            place += plan.ratios(0).count
        }
        if metrics.contains(.requests) {
            traffic = TrafficEstimate(before: scans[0].requests, after: scans[1].requests, contrast.order)
        }
    }
}
