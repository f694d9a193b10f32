internal import Glibc

/// Whether the baseline came back.
extension ChangeVerdict {
    /// "met": no number is worse than it was, and one that were would have been seen; "regressed": one is; else nobody can
    /// say yet.
    package func ofRollback(_ report: ComparisonReport) -> ChangeVerdict {
        var verdict = self
        verdict.isAfterRollback = true
        verdict.promises = []
        guard report.verdict == .noExpectation else {
            if report.verdict == .regressed { verdict.reasons.insert("the baseline did not come back", at: 0) }
            return verdict
        }
        let judged = report.rows.filter { $0.isSufficient && $0.metric != .requests }
        let worse = judged.filter { $0.within.kind == .regressed }
        let times = judged.filter { $0.metric == .p95 }.map(\.detectable)
        if let row = worse.first {
            verdict.verdict = .regressed
            let name = "\(row.metric.rawValue) \(row.scope)"
            verdict.reasons.insert("the baseline did not come back: \(name) is worse than before the change", at: 0)
        } else if let seen = times.max(), seen <= ChangeVerdict.largestUnseen {
            verdict.verdict = .met
            verdict.reasons.insert(
                "the baseline came back: nothing is worse than before the change (p95 within "
                    + "\(Words.number((exp(seen) - 1) * 100)) % would have been seen)", at: 0)
        } else {
            verdict.verdict = .inconclusive
            verdict.reasons.insert("too little data to say whether the baseline came back", at: 0)
        }
        return verdict
    }

    /// A larger effect that nobody would have seen says that nobody has looked: ln 1.5.
    private static let largestUnseen = 0.405
}
