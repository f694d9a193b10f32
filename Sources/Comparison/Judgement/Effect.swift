/// One metric's change in one scope as the estimators give it: not yet judged.
struct Effect: Sendable {
    /// One of the two numbers a row has: the code effect, or the change that users see.
    struct Part: Sendable {
        let estimate: Double
        let degreesOfFreedom: Double
        /// What buckets and the log's clock may add on either side.
        let error: Double
        /// The interval when each side is given so many standard deviations; without `error`.
        private let interval: @Sendable (Double, Double) -> ComparisonRow.Interval

        init(
            _ estimate: Double, _ degreesOfFreedom: Double, error: Double = 0,
            _ interval: @escaping @Sendable (Double, Double) -> ComparisonRow.Interval
        ) {
            self.estimate = estimate
            self.degreesOfFreedom = degreesOfFreedom
            self.error = error
            self.interval = interval
        }

        func interval(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
            let inner = interval(before, after)
            return ComparisonRow.Interval(inner.low - error, inner.high + error)
        }

        var ci95: ComparisonRow.Interval {
            let c = StudentT.quantile(upper: 0.025, degreesOfFreedom)
            return interval(c, c)
        }
    }

    let scope: Scope
    let metric: Metric
    /// What users saw.
    let before: Double
    let after: Double
    let within: Part
    let total: Part
    let parts: Shapley
    let bucketError: Double
    let resolutionError: Double
    /// BEFORE at the common mix: what a relative margin or target is relative to.
    let baseline: Double
    let requests: (before: UInt64, after: UInt64)
    let effectiveRequests: (before: Double, after: Double)?
    /// One-sided, in the direction of growth: how probable as much growth is when nothing has changed.
    let pUp: Double
}

extension Effect {
    init(
        _ estimate: QuantileEstimate, _ metric: Metric, _ scope: Scope, _ contrast: Contrast,
        resolutionSeconds: (before: Double, after: Double), requests: (before: UInt64, after: UInt64),
        _ terms: IntervalTerms
    ) {
        self.scope = scope
        self.metric = metric
        before = contrast.seconds(estimate.before)
        after = contrast.seconds(estimate.after)
        bucketError = terms.withBuckets ? estimate.bucketError : 0
        resolutionError =
            terms.withResolution
            ? resolutionSeconds.before / (2 * before) + resolutionSeconds.after / (2 * after) : 0
        within = Part(
            estimate.parts.within, estimate.degreesOfFreedom, error: bucketError + resolutionError,
            { estimate.within($0, $1) })
        total = Part(
            estimate.total, estimate.totalDegreesOfFreedom,
            error: (terms.withBuckets ? estimate.totalBucketError : 0) + resolutionError, { estimate.total($0, $1) })
        parts = estimate.parts
        baseline = before
        self.requests = requests
        effectiveRequests = estimate.effectiveRequests
        let both = Effect.twoSided(within)
        pUp = within.estimate > 0 ? both / 2 : 1 - both / 2
    }

    /// The largest alpha whose interval covers 0.
    private static func twoSided(_ part: Part) -> Double {
        var (low, high) = (1e-6, 40.0)
        if part.interval(low, low).contains(0) { return 1 }
        for _ in 0..<40 {
            let middle = 0.5 * (low + high)
            if part.interval(middle, middle).contains(0) { high = middle } else { low = middle }
        }
        return 2 * StudentT.upperTail(low, part.degreesOfFreedom)
    }

    init(_ estimate: LinearEstimate, _ scope: Scope) {
        self.scope = scope
        metric = estimate.metric
        before = estimate.whole.before
        after = estimate.whole.after
        bucketError = 0
        resolutionError = 0
        within = Part(estimate.within, estimate.variance.degreesOfFreedom, { estimate.within($0, $1) })
        total = Part(estimate.total, estimate.totalVariance.degreesOfFreedom, { estimate.total($0, $1) })
        parts = estimate.parts
        baseline = estimate.standardised.before
        requests = (UInt64(estimate.sizes.before), UInt64(estimate.sizes.after))
        effectiveRequests = estimate.effectiveRequests
        pUp = Effect.upward(within)
    }

    /// Of an interval that is symmetric, or at least known on the side of zero.
    private static func upward(_ part: Part) -> Double {
        let interval = part.ci95
        let reach = part.estimate > 0 ? part.estimate - interval.low : interval.high - part.estimate
        let c = StudentT.quantile(upper: 0.025, part.degreesOfFreedom)
        let t = part.estimate.magnitude / max(reach, 1e-12) * c
        return StudentT.upperTail(part.estimate < 0 ? -t : t, part.degreesOfFreedom)
    }

    /// - Parameter sliceSeconds: the rates are told by the second.
    init(_ estimate: TrafficEstimate, _ scope: Scope, sliceSeconds: Double, requests: (before: UInt64, after: UInt64)) {
        self.scope = scope
        metric = .requests
        before = estimate.rates.before / sliceSeconds
        after = estimate.rates.after / sliceSeconds
        bucketError = 0
        resolutionError = 0
        total = Part(estimate.total, estimate.variance.degreesOfFreedom, { estimate.total($0, $1) })
        within = total
        parts = Shapley(traffic: estimate.total)
        baseline = before
        self.requests = requests
        effectiveRequests = nil
        pUp = Effect.upward(total)
    }
}

/// What an interval of a response time is widened by beside noise.
package struct IntervalTerms: Equatable, Sendable {
    package var withBuckets = true
    package var withResolution = true

    package init() {}
}
