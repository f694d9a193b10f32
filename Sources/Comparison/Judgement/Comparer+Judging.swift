import RequestLog

/// Guardrails and promises.
extension Comparer {
    private func row(_ expectation: Expectation) -> Int? {
        report.rows.firstIndex { $0.scope == expectation.scope && $0.metric == expectation.metric }
    }

    /// Every guarded row that can carry a verdict, and the promised ones where they are several: tested together.
    mutating func judgeGuardrails() {
        let several = question.expectations.count > 1
        let family = report.rows.indices.filter { place in
            let row = report.rows[place]
            guard row.isSufficient, isEnough(row) else { return false }
            return row.role == .guardrail || row.role == .allowed
                || (row.role == .promised && several && row.metric.worse != nil)
        }
        report.guardrails.family = family.count
        let probabilities = family.map { report.rows[$0].pWorse }
        let holm = Adjustment.holm(probabilities)
        let shares = Adjustment.benjaminiHochberg(probabilities)
        for (number, place) in family.enumerated() {
            report.rows[place].pHolm = holm[number]
            let row = report.rows[place]
            let effect = judged[place].oriented(.code)
            guard effect.estimate >= row.margin, row.selection?.undermines != true else { continue }
            let certain =
                look.map { isCertain(place, $0, family.count) } ?? (holm[number] < ComparisonReport.Guardrails.alpha)
            let name = "\(row.metric.rawValue) \(row.scope == .all ? "of all routes" : row.scope.description)"
            if certain {
                if row.role == .allowed {
                    report.guardrails.allowed.append(name)
                } else if row.role == .guardrail {
                    report.guardrails.regressed.append(name)
                }
            } else if shares[number] < ComparisonReport.Guardrails.watchShare, row.role != .promised {
                report.guardrails.watch.append(name)
            }
        }
    }

    /// Routes that nobody named are guarded when their median can be told.
    private func isEnough(_ row: ComparisonRow) -> Bool {
        row.scope == .all || !question.routes.isEmpty || min(row.requests.before, row.requests.after) >= 40
    }

    /// After several looks: by an interval that shares its alpha among the looks and the family.
    private func isCertain(_ place: Int, _ look: Look, _ family: Int) -> Bool {
        let one = judged[place]
        let (before, after) = look.multipliers(
            degreesOfFreedom: one.effect.within.degreesOfFreedom, alpha: 0.05 / Double(max(1, family)))
        let interval = one.effect.within.interval(before, after)
        let reach = StudentT.quantile(upper: 0.025, one.effect.within.degreesOfFreedom) * one.tau
        let estimate = one.effect.within.estimate
        return one.effect.metric.worse == .down
            ? estimate + length(interval.high - estimate, reach) < 0
            : estimate - length(estimate - interval.low, reach) > 0
    }

    mutating func judgePromises() {
        for expectation in question.expectations {
            let basis = expectation.basis(standard: question.basis)
            guard let place = row(expectation) else {
                report.promises.append(
                    ComparisonReport.Promise(
                        expectation: expectation, basis: basis, target: 0, verdict: .inconclusive,
                        reason: "\(expectation): there is no \(expectation.metric.noun) on both sides"))
                continue
            }
            report.promises.append(promise(expectation, basis, place))
        }
    }

    private func promise(
        _ expectation: Expectation, _ basis: Expectation.Basis, _ place: Int
    ) -> ComparisonReport.Promise {
        let (row, one) = (report.rows[place], judged[place])
        let start = basis == .code ? one.effect.baseline : one.effect.before
        let target = Comparer.target(expectation, from: start)
        var effect = one.oriented(basis)
        let goesDown = expectation.metric.worse == .down || (expectation.metric.worse == nil && target > 0)
        if expectation.metric.worse == nil, target > 0 { effect = effect.reversed }
        let oriented = goesDown ? -target : target
        var verdict = expectation.target.isLimit ? effect.verdict(limit: oriented) : effect.verdict(target: oriented)
        var reason: String?
        if verdict == .regressed, question.expectations.count > 1, (row.pHolm ?? 1) >= ComparisonReport.Guardrails.alpha
        {
            verdict = .notMet
        }
        if verdict == .regressed, expectation.metric.worse == nil { verdict = .notMet }
        if let insufficiency = row.insufficiency {
            verdict = .inconclusive
            reason = "\(expectation): \(insufficiency)"
        } else if basis == .code, let selection = row.selection, selection.undermines,
            verdict == .met || verdict == .regressed
        {
            verdict = .inconclusive
            reason =
                "\(expectation): the hit ratio moved, so the misses are other requests than before: their change may be "
                + "that alone"
        }
        let needed =
            verdict == .inconclusive
            ? Sufficiency.neededSeconds(one, target: target, layout: layout, sliceSeconds: before.sliceWidth.seconds)
            : nil
        return ComparisonReport.Promise(
            expectation: expectation, basis: basis, target: target, verdict: verdict, reason: reason,
            neededSeconds: needed)
    }

    /// What is promised, on the scale of the effect; of a limit how far it is away.
    static func target(_ expectation: Expectation, from start: Double) -> Double {
        switch expectation.target {
        case .points(let points): points
        case .ratio(let ratio): expectation.metric.isShare ? (ratio - 1) * start : logarithm(ratio)
        case .below(let value), .above(let value):
            expectation.metric.isShare ? value - start : logarithm(value / max(start, 1e-12))
        }
    }
}

extension OrientedEffect {
    /// For a promise of more where neither direction is worse.
    var reversed: OrientedEffect {
        OrientedEffect(
            estimate: -estimate, ci95: ComparisonRow.Interval(-ci95.high, -ci95.low),
            degreesOfFreedom: degreesOfFreedom, margin: margin)
    }
}

extension Metric {
    /// As a sentence calls it.
    package var noun: String {
        switch self {
        case .p50, .p90, .p95, .p99, .mean: "response time"
        case .errorRatio: "request"
        case .hitRatio: "request that asked a cache"
        case .dbCalls: "count of database calls"
        case .requests: "request"
        }
    }
}
