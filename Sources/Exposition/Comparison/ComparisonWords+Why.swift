import Comparison
import Health
import RequestLog

/// Why users see what they see.
extension ComparisonWords {
    var why: [String] {
        if report.verdict == .notComparable { return report.reasons.map { sentence($0) } }
        guard let row = report.leadingRow else { return report.reasons.map { sentence($0) } }
        var lines: [String] = []
        if let insufficiency = row.insufficiency {
            lines.append(sentence(insufficiency))
        } else {
            lines.append(sentence(first(row)))
        }
        lines += report.reasons.filter { reason in
            row.insufficiency.map { !reason.hasSuffix($0) } ?? true && !reason.hasSuffix("regressed")
        }.map { sentence($0) }
        if !report.witnesses.isEmpty {
            lines.append(report.witnesses.map(witness).joined(separator: ";  "))
        }
        if let advice = advice(row) { lines.append(advice) }
        return lines
    }

    private func sentence(_ text: String) -> String {
        let first = text.prefix(1)
        return (first.allSatisfy(\.isLetter) && !text.hasPrefix("p") ? first.uppercased() : String(first))
            + text.dropFirst() + (text.hasSuffix(".") ? "" : ".")
    }

    private func first(_ row: ComparisonRow) -> String {
        let metric = row.metric
        let total = ComparisonNumbers.effect(row.total.estimate, metric)
        let code = ComparisonNumbers.effect(row.within.estimate, metric)
        let name = "\(metric.rawValue) of \(ComparisonWords.scope(row.scope))"
        let isBetter = (row.total.estimate < 0) == (metric.worse != .down)
        let gain = isBetter ? "gain" : metric.worse == .down ? "fall" : "rise"
        func share(_ part: Double) -> String {
            let percent = (part / row.total.estimate * 100).rounded()
            return percent > 110 ? "more than all" : "\(Int(min(100, max(0, percent)))) %"
        }
        switch row.attribution {
        case .realImprovement, .realRegression:
            return
                "\(share(row.within.estimate)) of the \(metric.rawValue) \(gain) is the code's: the same requests cost "
                + (row.attribution == .realImprovement ? "less" : "more")
        case .cacheMix:
            return "\(share(row.cache)) of the \(metric.rawValue) \(gain) comes from the cache\(hits(row)); "
                + "the same requests cost what they did (\(code))"
        case .trafficMix:
            return "\(share(row.traffic)) of the \(metric.rawValue) \(gain) comes from other traffic\(traffic(row)); "
                + "the same requests cost what they did (\(code))"
        case .mix:
            return
                "The \(metric.rawValue) \(gain) comes from another mix of traffic and cache; the same requests cost what "
                + "they did (\(code))"
        case .maskedImprovement, .maskedRegression:
            let hiding =
                row.cache.magnitude >= row.traffic.magnitude ? "the cache\(hits(row))" : "other traffic\(traffic(row))"
            return "Users see \(total) in \(name), for \(hiding) hides a code effect of \(code)"
        case .noChange: return "\(name) is what it was, certainly within \(margin(row))"
        case .unattributed: return "Users see \(total) in \(name); no one part is most of it"
        case .inconclusive:
            return row.total.kind == .unchanged || row.total.kind == .inconclusive
                ? "\(name): users see \(total), and that may be noise"
                : "Users see \(total) in \(name); what it comes from cannot be told"
        }
    }

    private func margin(_ row: ComparisonRow) -> String {
        row.metric.isShare
            ? "\(ComparisonNumbers.signed(row.margin * 100, places: 2).dropFirst()) pp"
            : "\(HumanUnits.decimal((ComparisonMath.exponential(row.margin) - 1) * 100, places: 1)) %"
    }

    /// ` (hit ratio 60 % -> 85 %)`
    private func hits(_ row: ComparisonRow) -> String {
        guard let hits = report.rows.first(where: { $0.scope == row.scope && $0.metric == .hitRatio }) else {
            return ""
        }
        let levels = [hits.before, hits.after].map { HumanUnits.percent(ratio: $0) + " %" }
        return " (hit ratio \(levels[0]) -> \(levels[1]))"
    }

    /// ` (/search: 11 % -> 27 % of requests)`: the route, or the users, whose share moved most.
    private func traffic(_ row: ComparisonRow) -> String {
        var shares: [String: (before: Double, after: Double)] = [:]
        for stratum in report.strata {
            let name = row.scope.route == nil ? stratum.key.route : stratum.key.segment.name
            shares[name, default: (0, 0)].before += stratum.share.before
            shares[name, default: (0, 0)].after += stratum.share.after
        }
        guard
            let most = shares.max(by: {
                let (left, right) = (
                    ($0.value.after - $0.value.before).magnitude, ($1.value.after - $1.value.before).magnitude
                )
                return left != right ? left < right : $0.key < $1.key
            }), (most.value.after - most.value.before).magnitude >= 0.01
        else { return "" }
        let levels = [most.value.before, most.value.after].map { HumanUnits.percent(ratio: $0) + " %" }
        return " (\(most.key): \(levels[0]) -> \(levels[1]) of requests)"
    }

    private func witness(_ witness: ComparisonReport.Witness) -> String {
        let name = witness.kind == .miss ? "MISS" : "BYPASS (no cache asked)"
        let levels = [witness.before, witness.after].map { HumanUnits.duration(seconds: $0) }
        return "\(name) \(witness.metric.rawValue) \(levels[0]) -> \(levels[1]) "
            + "\(ComparisonNumbers.interval(witness.ci95, witness.metric)) %"
    }

    private func advice(_ row: ComparisonRow) -> String? {
        guard row.role == .promised, row.attribution == .cacheMix,
            report.promises.first?.basis == .code, row.metric.isDuration
        else { return nil }
        let scope = row.scope == .all ? "" : " \(row.scope)"
        return "If the cache was the plan, promise it: --expect \"hit_ratio\(scope) +20pp\", or judge what users see: "
            + "--basis total."
    }
}
