package import RequestLog

/// The whole answer; `Exposition` writes it as text, JSON, markdown and HTML.
package struct ComparisonReport: Sendable {
    package struct Promise: Sendable {
        package var expectation: Expectation
        package var basis: Expectation.Basis
        /// On the scale of the effect; of a limit the distance from BEFORE.
        package var target: Double
        package var verdict: Verdict
        /// In words, where the verdict alone does not say it.
        package var reason: String?
        /// How long a window of this traffic would have to be; nil: not asked, or no length would do.
        package var neededSeconds: Double?
    }

    package struct Window: Equatable, Sendable {
        package var from: Timestamp
        /// Not included.
        package var to: Timestamp
        package var requests: UInt64
    }

    /// The guardrails: what must not get worse while the promise is kept.
    package struct Guardrails: Sendable {
        /// How many were tested together.
        package var family = 0
        /// Certainly and considerably worse.
        package var regressed: [String] = []
        /// Likewise, and it was allowed.
        package var allowed: [String] = []
        /// Worth a look: probably worse.
        package var watch: [String] = []

        package static let alpha = 0.025
        package static let watchShare = 0.10
    }

    /// A stratum of the scope that the report is about.
    package struct Stratum: Sendable {
        package var key: StratumKey
        package var share: (before: Double, after: Double)
        package var requests: (before: UInt64, after: UInt64)
        /// Seconds.
        package var p95: (before: Double, after: Double)?
        package var change: Double?
        package var ci95: ComparisonRow.Interval?
        /// Shares of the stratum's response times by bucket, from the lowest on.
        package var densities: (before: [Double], after: [Double])
        /// Seconds at the lower edge of the first bucket.
        package var densitiesFrom: Double
    }

    /// What the cache does not decide: the misses, which selection touches, and the bypasses, which it does not.
    package struct Witness: Sendable {
        package enum Kind: String, Sendable { case miss, bypass }
        package var kind: Kind
        package var metric: Metric
        /// Seconds.
        package var before: Double
        package var after: Double
        package var change: Double
        package var ci95: ComparisonRow.Interval
    }

    /// What a slice looks like, for the timeline.
    package struct Moment: Sendable {
        package var time: Timestamp
        package var requests: UInt64
        package var errors: UInt64
        package var hits: UInt64
        package var lookups: UInt64
        /// Seconds; nil: nothing was timed.
        package var p95: Double?
        package var isExcluded: Bool
    }

    package var verdict = Verdict.inconclusive
    /// Plain sentences, the most important first.
    package var reasons: [String] = []
    package var change: ChangeNote?
    package var promises: [Promise] = []
    package var sides: (before: String, after: String)
    package var before: [Window]
    package var after: [Window]
    package var sliceWidth: Timestamp.Span
    /// How many slices are compared.
    package var slices: (before: Int, after: Int) = (0, 0)
    package var isMatched = false
    package var isPaired = false
    package var excluded: [Exclusion] = []
    package var drift = Drift(source: .allowance, windows: 0, tau: 0)
    package var rows: [ComparisonRow] = []
    /// What the strata and the timeline are of.
    package var focus = Scope.all
    package var strata: [Stratum] = []
    package var timeline: (before: [Moment], after: [Moment]) = ([], [])
    package var marks: [Mark] = []
    package var guardrails = Guardrails()
    /// The greatest |total − within − cache − traffic| of all rows.
    package var greatestResidual = 0.0
    /// Of the leading row's scope.
    package var witnesses: [Witness] = []

    package var exitCode: Int32 { verdict.exitCode }

    /// The row that was promised first, or the p95 of everything.
    package var leadingRow: ComparisonRow? {
        rows.first { $0.role == .promised } ?? rows.first { $0.scope == .all && $0.metric == .p95 } ?? rows.first
    }
}
