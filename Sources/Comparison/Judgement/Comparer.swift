import RequestLog

/// One comparison, from two sides to a report.
struct Comparer {
    let question: ComparisonQuestion
    let before: Side
    let after: Side
    let history: [Side]
    let look: Look?
    let lanes: Lanes
    let layout: Layout
    var report: ComparisonReport
    /// Rows as they were judged, in the order of the report's.
    var judged: [JudgedEffect] = []

    /// The metrics of every scope.
    static let guarded: [Metric] = [.p50, .p95, .p99, .errorRatio, .dbCalls, .hitRatio]
    /// Fewer slices than this are not even estimated.
    private static let fewestEstimatedSlices = 4

    init(
        _ question: ComparisonQuestion, _ before: Side, _ after: Side, _ history: [Side], _ look: Look?, _ lanes: Lanes
    ) {
        precondition(before.sliceWidth == after.sliceWidth, "sides with slices of different widths")
        self.question = question
        self.before = before
        self.after = after
        self.history = history
        self.look = look
        self.lanes = lanes
        let totals = lanes.map([before, after]) { SliceTotals($0) }
        layout = Layout(before: before, after: after, change: question.change?.id, totals: (totals[0], totals[1]))
        report = ComparisonReport(
            change: question.change, sides: (before.name, after.name),
            before: Comparer.windows(before, layout.beforeWindows, totals[0]),
            after: Comparer.windows(after, layout.afterWindows, totals[1]),
            sliceWidth: before.sliceWidth)
    }

    private static func windows(
        _ side: Side, _ windows: [Side.Window], _ totals: SliceTotals
    ) -> [ComparisonReport.Window] {
        windows.map { window in
            var requests: UInt64 = 0
            for slice in side.number(of: window.from)..<side.behind(window.to) {
                let place = Int(slice - totals.first)
                if place >= 0, place < totals.requests.count { requests &+= totals.requests[place] }
            }
            return ComparisonReport.Window(from: window.from, to: window.to, requests: requests)
        }
    }

    mutating func compare() -> ComparisonReport {
        report.slices = (layout.before.count, layout.after.count)
        report.isMatched = layout.isMatched
        report.isPaired = layout.isPaired
        report.excluded = layout.excluded
        report.marks = (before.marks + after.marks).sorted { $0.time < $1.time }
        var confounders: [String] = []
        for (name, windows) in [("BEFORE", report.before), ("AFTER", report.after)]
        where windows.allSatisfy({ $0.requests == 0 }) {
            confounders.append("\(name) has no requests")
        }
        var drift = DriftSource(question, layout, before, history)
        report.drift = drift.drift
        confounders += Confounders.find(
            before, after, layout, change: question.change?.id, hasHistory: drift.drift.source == .history,
            comparesVersions: question.comparesVersions)
        if min(layout.before.count, layout.after.count) >= Comparer.fewestEstimatedSlices {
            let contrast = Contrast(
                before: before, layout.before, after: after, layout.after, isPaired: layout.isPaired, lanes: lanes)
            confounders += unknownScopes(contrast)
            drift.look(at: contrast)
            makeRows(contrast, drift)
            confounders += coarseClock()
            describe(contrast)
        }
        judgeGuardrails()
        judgePromises()
        decide(confounders)
        return report
    }

    // MARK: Rows

    var resolutionSeconds: (before: Double, after: Double) {
        (Double(before.facts.resolutionNanoseconds) * 1e-9, Double(after.facts.resolutionNanoseconds) * 1e-9)
    }

    private mutating func makeRows(_ contrast: Contrast, _ drift: DriftSource) {
        let comparer = self
        let findings = lanes.map(scopes(contrast)) { comparer.findings($0, contrast, drift) }
        for finding in findings.joined() { add(finding) }
    }

    /// What is known of one metric in one scope.
    private struct Finding {
        let judged: JudgedEffect
        let cacheMoved: Bool
        let selection: Selection?
    }

    private func findings(_ scope: Scope, _ contrast: Contrast, _ drift: DriftSource) -> [Finding] {
        let strata = contrast.strata(in: scope)
        guard !strata.isEmpty else { return [] }
        let promised = question.expectations.filter { $0.scope == scope }.map(\.metric)
        let metrics = Metric.allCases.filter { Comparer.guarded.contains($0) || promised.contains($0) }
        let estimator = ScopeEstimator(contrast, strata, metrics: metrics)
        let effects = metrics.compactMap { effect($0, scope, estimator, contrast) }
        let cacheMoved = cacheHasMoved(effects)
        return effects.map { effect in
            let margin = question.margins.margin(of: effect.metric, baseline: effect.baseline)
            let judged = JudgedEffect(
                effect, margin: margin, tau: drift.drift.tau, evidence: drift.evidence(effect.metric, estimator),
                look: look)
            return Finding(
                judged: judged, cacheMoved: cacheMoved, selection: selection(effect, effects, contrast, strata))
        }
    }

    /// What was promised first, then everything, then the guarded routes.
    private func scopes(_ contrast: Contrast) -> [Scope] {
        var scopes: [Scope] = []
        let routes =
            question.routes.isEmpty
            ? Set(contrast.strata.map(\.route)).subtracting(["(unmatched)"]).sorted() : question.routes
        for scope in question.expectations.map(\.scope) + [.all] + routes.map({ Scope(route: $0) })
        where !scopes.contains(scope) {
            scopes.append(scope)
        }
        return scopes
    }

    private func effect(
        _ metric: Metric, _ scope: Scope, _ estimator: ScopeEstimator, _ contrast: Contrast
    ) -> Effect? {
        if let estimate = estimator.quantiles[metric] {
            let requests = estimator.timedRequests
            guard requests.before > 0, requests.after > 0 else { return nil }
            return Effect(
                estimate, metric, scope, contrast, resolutionSeconds: resolutionSeconds, requests: requests,
                question.terms)
        }
        if let estimate = estimator.linears[metric] {
            guard estimate.sizes.before > 0, estimate.sizes.after > 0 else { return nil }
            return Effect(estimate, scope)
        }
        guard metric == .requests, let estimate = estimator.traffic else { return nil }
        return Effect(
            estimate, scope, sliceSeconds: before.sliceWidth.seconds, requests: estimator.allRequests)
    }

    /// The hit ratio's interval excludes no change; where there is none to tell, the cache itself came or went.
    private func cacheHasMoved(_ effects: [Effect]) -> Bool {
        guard let hits = effects.first(where: { $0.metric == .hitRatio }) else { return true }
        return !hits.within.ci95.contains(0)
    }

    private mutating func add(_ finding: Finding) {
        let (judged, selection) = (finding.judged, finding.selection)
        let effect = judged.effect
        let isPromised = question.expectations.contains { $0.scope == effect.scope && $0.metric == effect.metric }
        let insufficiency = Sufficiency.shortcoming(effect, layout: layout, resolutionSeconds: resolutionSeconds)
        var within = judged.shown(.code)
        if selection?.undermines == true, within.kind == .regressed || within.kind == .improved {
            within.kind = .inconclusive
        }
        if insufficiency != nil { within.kind = .inconclusive }
        let isGuarded = Comparer.guarded.contains(effect.metric) && (effect.scope.method == nil)
        let isAllowed = question.allowed.contains {
            $0.metric == effect.metric && ($0.route == nil || $0.route == effect.scope.route)
        }
        report.rows.append(
            ComparisonRow(
                scope: effect.scope, metric: effect.metric,
                role: isPromised ? .promised : isGuarded ? isAllowed ? .allowed : .guardrail : .shown,
                before: effect.before, after: effect.after, total: judged.shown(.total), within: within,
                cache: effect.parts.cache, traffic: effect.parts.traffic,
                attribution: insufficiency == nil ? Attribution(judged, cacheMoved: finding.cacheMoved) : .inconclusive,
                margin: judged.margin, detectable: judged.detectable, p: judged.p, pWorse: judged.pWorse,
                bucketError: effect.bucketError, resolutionError: effect.resolutionError, requests: effect.requests,
                effectiveRequests: effect.effectiveRequests, selection: selection, insufficiency: insufficiency,
                neededSeconds: Sufficiency.neededSeconds(
                    judged, target: judged.margin, layout: layout, sliceSeconds: before.sliceWidth.seconds)))
        self.judged.append(judged)
        let residual = effect.total.estimate - effect.parts.sum
        report.greatestResidual = max(report.greatestResidual, residual.magnitude)
    }

    // MARK: The whole

    private mutating func decide(_ confounders: [String]) {
        let kept = report.promises.map(\.verdict)
        if !confounders.isEmpty {
            report.verdict = .notComparable
            report.reasons = confounders.map { "not comparable because \($0)" }
            return
        }
        if kept.contains(.regressed) || !report.guardrails.regressed.isEmpty {
            report.verdict = .regressed
        } else if kept.contains(.notMet) {
            report.verdict = .notMet
        } else if kept.contains(where: { $0 != .met }) {
            report.verdict = .inconclusive
        } else if kept.isEmpty {
            report.verdict = report.guardrails.family > 0 ? .noExpectation : .inconclusive
        } else {
            report.verdict = .met
        }
        for name in report.guardrails.regressed { report.reasons.append("\(name) regressed") }
        report.reasons += report.promises.compactMap(\.reason)
        if report.rows.isEmpty { report.reasons += layout.shortcomings }
        if report.guardrails.family == 0, report.promises.isEmpty, report.reasons.isEmpty {
            report.reasons.append("no route has enough requests on both sides to be judged")
        }
    }
}
