import Comparison
import Health
import RequestLog

/// What a comparison says in sentences.
struct ComparisonWords {
    let report: ComparisonReport

    var verdict: String {
        switch report.verdict {
        case .met: "MET"
        case .notMet: "NOT MET"
        case .regressed: "REGRESSED"
        case .inconclusive: "INCONCLUSIVE"
        case .notComparable: "NOT COMPARABLE"
        case .noExpectation: "NOTHING REGRESSED"
        }
    }

    /// What stands behind the verdict; nil: it says it all.
    var qualification: String? {
        if !report.guardrails.regressed.isEmpty, !report.promises.contains(where: { $0.verdict == .regressed }) {
            return "a guardrail got worse: \(ComparisonWords.list(report.guardrails.regressed, most: 3))"
        }
        guard report.verdict != .notComparable, let row = report.leadingRow else { return nil }
        let isBetter = (row.total.estimate < 0) == (row.metric.worse == .up)
        let got = isBetter ? "fix" : "regression"
        return switch row.attribution {
        case .realImprovement: "a real improvement"
        case .realRegression: "a real regression"
        case .maskedImprovement: "a real improvement that other traffic or the cache hides"
        case .maskedRegression: "a real regression that other traffic or the cache hides"
        case .cacheMix: "cache mix, not a \(got)"
        case .trafficMix: "traffic mix, not a \(got)"
        case .mix: "cache and traffic mix, not a \(got)"
        case .noChange: "no change"
        case .unattributed, .inconclusive: nil
        }
    }

    static func scope(_ scope: Scope) -> String { scope == .all ? "all routes" : scope.description }

    /// - Parameter isShort: where something stands beside it.
    static func metric(_ metric: Metric, isShort: Bool = false) -> String {
        switch metric {
        case .hitRatio where isShort: "hit ratio"
        case .dbCalls where isShort: "DB calls"
        case .mean where isShort: "mean"
        case .errorRatio: "errors"
        case .hitRatio: "hit ratio (cacheable)"
        case .dbCalls: "DB calls/request"
        case .requests: "requests"
        case .mean: "mean (tail capped)"
        default: metric.rawValue
        }
    }

    static func verdict(_ verdict: Verdict) -> String {
        switch verdict {
        case .met: "met"
        case .notMet: "not met"
        case .regressed: "regressed"
        case .inconclusive, .notComparable: "inconclusive"
        case .noExpectation: ""
        }
    }

    /// `p95 /orders falls by 20 % (code effect)`.
    static func promise(_ promise: ComparisonReport.Promise) -> String {
        let expectation = promise.expectation
        let scope = expectation.scope == .all ? "" : " \(expectation.scope)"
        let metric = expectation.metric
        let basis = promise.basis == .code ? "code effect" : "what users see"
        let what: String
        switch expectation.target {
        case .ratio(let ratio):
            what = "\(ratio < 1 ? "falls" : "rises") by \(number((ratio - 1).magnitude * 100)) %"
        case .points(let points):
            what = "\(points < 0 ? "falls" : "rises") by \(number(points.magnitude * 100)) pp"
        case .below(let value): what = "stays below \(ComparisonNumbers.level(value, metric))"
        case .above(let value): what = "stays above \(ComparisonNumbers.level(value, metric))"
        }
        return "\(metric.rawValue)\(scope) \(what)  (\(basis))"
    }

    private static func number(_ value: Double) -> String { HumanUnits.decimal(value, places: 1) }

    static func list(_ names: [String], most: Int) -> String {
        let shown = names.prefix(most).joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }

    // MARK: Can I trust it

    var data: String {
        var text = "before \(HumanUnits.count(ComparisonNumbers.requests(report.before))) req, "
        text += "after \(HumanUnits.count(ComparisonNumbers.requests(report.after))) req · "
        let (before, after) = report.slices
        text += before == after ? "\(after) slices" : "\(before) and \(after) slices"
        text += " of \(report.sliceWidth.shortText)"
        let left = exclusions
        if !left.isEmpty { text += ", left out: \(left.joined(separator: "; "))" }
        return text
    }

    /// What was left out, the two sides of one reason together.
    private var exclusions: [String] {
        var sums: [(text: String, slices: Int)] = []
        for exclusion in report.excluded where exclusion.reason != .matched {
            let text: String
            switch exclusion.reason {
            case .warmUp:
                let mark = exclusion.mark.map { " after \($0.kind.rawValue) \(ComparisonNumbers.clock($0.time))" } ?? ""
                text = "warm-up\(mark)"
            case .deploy, .rollback: text = "the other side of the \(exclusion.reason.rawValue)"
            case .gap: text = "gaps \(exclusion.isAfter ? "in AFTER" : "in BEFORE")"
            case .matched: continue
            }
            if let place = sums.firstIndex(where: { $0.text == text }) {
                sums[place].slices += exclusion.slices
            } else {
                sums.append((text, exclusion.slices))
            }
        }
        return sums.map { "\($0.slices) (\($0.text))" }
    }

    var baseline: String {
        let drift = report.drift
        switch drift.source {
        case .history: return "\(drift.windows) days at this time of day tell what days differ by"
        case .chain: return "\(drift.windows) windows right before tell what windows differ by"
        case .concurrent: return "both at the same time: no drift between them to allow for"
        case .allowance:
            let matched = report.isMatched ? "1 matched day" : "1 window"
            let tau = HumanUnits.decimal(drift.tau * 100, places: 1)
            return "\(matched), no history: ±\(tau) % drift allowance added "
                + "(\(Drift.fewestHistoryWindows) matched days replace it)"
        }
    }

    var guardrails: String {
        let rails = report.guardrails
        var text = "\(rails.family) checked (Holm 2.5 %): "
        text +=
            rails.regressed.isEmpty ? "none regressed" : "regressed: \(ComparisonWords.list(rails.regressed, most: 4))"
        if !rails.allowed.isEmpty { text += " · allowed to: \(ComparisonWords.list(rails.allowed, most: 3))" }
        text += " · worth a look (BH 10 %): "
        return text + (rails.watch.isEmpty ? "none" : ComparisonWords.list(rails.watch, most: 4))
    }

    /// What could be seen with such data, and what more would take.
    var power: String? {
        guard let row = report.leadingRow else { return nil }
        var text = "with these data no code effect would be seen"
        if row.detectable.isFinite {
            let seen =
                row.metric.isShare
                ? "\(ComparisonNumbers.signed(row.detectable * 100, places: 2).dropFirst()) pp"
                : "\(HumanUnits.decimal((1 - ComparisonMath.exponential(-row.detectable)) * 100, places: 0)) %"
            text = "with these data a code effect of \(seen) would be seen 4 times in 5"
        }
        if let promise = report.promises.first, promise.verdict == .inconclusive {
            if let needed = promise.neededSeconds {
                text += "; for the promise: windows of about \(ComparisonNumbers.wait(needed))"
            } else {
                text += "; more time will not do, \(Drift.fewestHistoryWindows) matched days of history will"
            }
        }
        return text
    }
}
