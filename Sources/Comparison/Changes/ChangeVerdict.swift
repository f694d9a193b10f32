package import RequestLog

/// One answer to "did it help?", as it was given.
package struct ChangeVerdict: Equatable, Sendable {
    package struct Promise: Equatable, Sendable {
        package var text: String
        package var verdict: Verdict
        /// In words.
        package var reason: String
        /// What users saw; seconds, a share, or calls.
        package var before: Double?
        package var after: Double?
        /// Effects: differences of natural logarithms, or of shares.
        package var total: Double?
        package var code: Double?
        package var codeLow: Double?
        package var codeHigh: Double?
        package var attribution: String?

        package init(
            text: String, verdict: Verdict, reason: String, before: Double? = nil, after: Double? = nil,
            total: Double? = nil, code: Double? = nil, codeLow: Double? = nil, codeHigh: Double? = nil,
            attribution: String? = nil
        ) {
            self.text = text
            self.verdict = verdict
            self.reason = reason
            self.before = before
            self.after = after
            self.total = total
            self.code = code
            self.codeLow = codeLow
            self.codeHigh = codeHigh
            self.attribution = attribution
        }
    }

    package struct Window: Equatable, Sendable {
        package var from: Timestamp
        /// Not included.
        package var to: Timestamp
        package var requests: UInt64

        package init(from: Timestamp, to: Timestamp, requests: UInt64) {
            self.from = from
            self.to = to
            self.requests = requests
        }
    }

    /// When it was given.
    package var time: Timestamp
    package var verdict: Verdict
    /// It is about the time after a rollback: "met" means that the baseline came back.
    package var isAfterRollback: Bool
    package var after: Window
    package var reasons: [String]
    package var promises: [Promise]
    package var checklist: [ChecklistItem]

    package init(
        time: Timestamp, verdict: Verdict, isAfterRollback: Bool = false, after: Window, reasons: [String] = [],
        promises: [Promise] = [], checklist: [ChecklistItem] = []
    ) {
        self.time = time
        self.verdict = verdict
        self.isAfterRollback = isAfterRollback
        self.after = after
        self.reasons = reasons
        self.promises = promises
        self.checklist = checklist
    }
}

extension ChangeVerdict {
    /// What a comparison said.
    package init(_ report: ComparisonReport, time: Timestamp, after: Window, checklist: [ChecklistItem]) {
        self.init(
            time: time, verdict: report.verdict, after: after, reasons: report.reasons,
            promises: report.promises.map { Promise($0, in: report) }, checklist: checklist)
    }
}

extension ChangeVerdict.Promise {
    init(_ promise: ComparisonReport.Promise, in report: ComparisonReport) {
        let row = report.rows.first {
            $0.scope == promise.expectation.scope && $0.metric == promise.expectation.metric
        }
        self.init(
            text: promise.expectation.text, verdict: promise.verdict, reason: promise.reason ?? "", before: row?.before,
            after: row?.after, total: row?.total.estimate, code: row?.within.estimate, codeLow: row?.within.ci95.low,
            codeHigh: row?.within.ci95.high, attribution: row?.attribution.rawValue)
    }
}
