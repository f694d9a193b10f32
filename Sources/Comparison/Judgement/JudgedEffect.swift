/// An effect with the drift between its windows: intervals and probabilities that a verdict may rest on.
struct JudgedEffect: Sendable {
    let effect: Effect
    let margin: Double
    private(set) var within: ComparisonRow.Interval
    private(set) var total: ComparisonRow.Interval
    /// One-sided, in the direction of growth.
    private(set) var pUp: Double
    /// Half of the interval before drift, and the drift's standard deviation.
    let halfWidth: Double
    let tau: Double

    init(_ effect: Effect, margin: Double, tau: Double, evidence: DriftEvidence? = nil, look: Look? = nil) {
        self.effect = effect
        self.margin = margin
        within = JudgedEffect.interval(effect.within, look)
        total = JudgedEffect.interval(effect.total, look)
        pUp = effect.pUp
        halfWidth = (within.high - within.low) / 2
        let tau = evidence == nil ? tau * Drift.share(of: effect.metric) : 0
        self.tau = tau
        if let evidence {
            widen(by: evidence)
        } else if tau > 0 {
            widen(by: tau)
        }
    }

    private static func interval(_ part: Effect.Part, _ look: Look?) -> ComparisonRow.Interval {
        guard let look else { return part.ci95 }
        let (before, after) = look.multipliers(degreesOfFreedom: part.degreesOfFreedom)
        return part.interval(before, after)
    }

    private var degreesOfFreedom: Double { effect.within.degreesOfFreedom }

    /// The allowance, in quadrature.
    private mutating func widen(by tau: Double) {
        let reach = StudentT.quantile(upper: 0.025, degreesOfFreedom) * tau
        within = JudgedEffect.widened(within, around: effect.within.estimate, by: reach)
        total = JudgedEffect.widened(total, around: effect.total.estimate, by: reach)
        let t = StudentT.quantile(upper: pUp, degreesOfFreedom)
        guard t.isFinite else { return }
        let deviation = effect.within.estimate.magnitude / max(t.magnitude, 1e-9)
        pUp = StudentT.upperTail(t * deviation / max(length(deviation, tau), 1e-300), degreesOfFreedom)
    }

    private static func widened(
        _ interval: ComparisonRow.Interval, around estimate: Double, by reach: Double
    ) -> ComparisonRow.Interval {
        ComparisonRow.Interval(
            estimate - length(estimate - interval.low, reach), estimate + length(interval.high - estimate, reach))
    }

    /// What was seen from window to window: the wider of both.
    private mutating func widen(by evidence: DriftEvidence) {
        within = JudgedEffect.hull(within, effect.within.estimate, evidence.halfWidth)
        total = JudgedEffect.hull(total, effect.total.estimate, evidence.totalHalfWidth)
        let deviation = evidence.halfWidth / StudentT.quantile(upper: 0.025, evidence.degreesOfFreedom)
        let t = effect.within.estimate / max(deviation, 1e-12)
        let p = StudentT.upperTail(t, evidence.degreesOfFreedom)
        // The less certain of both.
        pUp = effect.within.estimate > 0 ? max(pUp, p) : min(pUp, p)
    }

    private static func hull(
        _ interval: ComparisonRow.Interval, _ estimate: Double, _ halfWidth: Double
    ) -> ComparisonRow.Interval {
        ComparisonRow.Interval(min(interval.low, estimate - halfWidth), max(interval.high, estimate + halfWidth))
    }

    /// One-sided in the direction of worse; of a metric that has none, of any change.
    var pWorse: Double {
        switch effect.metric.worse {
        case .up: pUp
        case .down: 1 - pUp
        case nil: min(1, 2 * min(pUp, 1 - pUp))
        }
    }

    var p: Double { min(1, 2 * min(pUp, 1 - pUp)) }

    /// The code effect, or what users see, worse being positive.
    func oriented(_ basis: Expectation.Basis) -> OrientedEffect {
        let interval = basis == .code ? within : total
        let part = basis == .code ? effect.within : effect.total
        let up = effect.metric.worse != .down
        return OrientedEffect(
            estimate: up ? part.estimate : -part.estimate,
            ci95: up ? interval : ComparisonRow.Interval(-interval.high, -interval.low),
            degreesOfFreedom: part.degreesOfFreedom, margin: margin)
    }

    /// As a report shows it, in the metric's own direction.
    func shown(_ basis: Expectation.Basis) -> ComparisonRow.Effect {
        let oriented = oriented(basis)
        let part = basis == .code ? effect.within : effect.total
        let interval = basis == .code ? within : total
        var kind = oriented.kind
        if effect.metric.worse == nil, kind == .regressed || kind == .improved { kind = .changed }
        return ComparisonRow.Effect(
            estimate: part.estimate, ci95: interval,
            ci90: OrientedEffect(
                estimate: part.estimate, ci95: interval, degreesOfFreedom: part.degreesOfFreedom, margin: margin
            ).ci90, degreesOfFreedom: part.degreesOfFreedom, kind: kind)
    }

    /// What would be seen 4 times in 5.
    var detectable: Double {
        let t = StudentT.quantile(upper: 0.025, degreesOfFreedom)
        return (within.high - within.low) / 2 * (t + StudentT.quantile(upper: 0.2, degreesOfFreedom)) / t
    }
}

/// An effect whose positive direction is worse.
struct OrientedEffect: Sendable {
    let estimate: Double
    let ci95: ComparisonRow.Interval
    let degreesOfFreedom: Double
    let margin: Double

    var ci90: ComparisonRow.Interval {
        let scale =
            StudentT.quantile(upper: 0.05, degreesOfFreedom) / StudentT.quantile(upper: 0.025, degreesOfFreedom)
        return ComparisonRow.Interval(
            estimate - (estimate - ci95.low) * scale, estimate + (ci95.high - estimate) * scale)
    }

    /// Significant and large enough to matter, or certainly too small to matter, or neither.
    var kind: EffectClass {
        if ci95.low > 0, estimate >= margin { return .regressed }
        if ci95.high < 0, estimate <= -margin { return .improved }
        let ci90 = ci90
        if ci90.low > -margin, ci90.high < margin { return .unchanged }
        return .inconclusive
    }

    /// Whether an effect of `target` (negative: less) was promised and came.
    func verdict(target: Double) -> Verdict {
        guard ci95.low.isFinite, ci95.high.isFinite else { return .inconclusive }
        if ci95.low > 0, estimate >= margin { return .regressed }
        let ci90 = ci90
        if estimate <= 0.9 * target, ci90.high <= 0.5 * target { return .met }
        return ci90.low > 0.9 * target ? .notMet : .inconclusive
    }

    /// Whether AFTER is beyond a limit, which is an effect of `limit` away.
    func verdict(limit: Double) -> Verdict {
        guard ci95.low.isFinite, ci95.high.isFinite else { return .inconclusive }
        let ci90 = ci90
        if ci90.high <= limit { return .met }
        guard ci90.low > limit else { return .inconclusive }
        return ci95.low > 0 && estimate >= margin ? .regressed : .notMet
    }
}
