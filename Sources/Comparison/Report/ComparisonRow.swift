/// One metric of one scope, before and after.
///
/// Effects are differences of natural logarithms, of shares for error and hit ratio; "worse" keeps the metric's own
/// sign, so a falling hit ratio is negative.
package struct ComparisonRow: Sendable {
    package struct Interval: Equatable, Sendable {
        package var low: Double
        package var high: Double

        package init(_ low: Double, _ high: Double) {
            self.low = low
            self.high = high
        }

        package func contains(_ value: Double) -> Bool { low <= value && value <= high }
    }

    package struct Effect: Sendable {
        package var estimate: Double
        package var ci95: Interval
        package var ci90: Interval
        package var degreesOfFreedom: Double
        package var kind: EffectClass
    }

    /// Why the row is in the report.
    package enum Role: String, Sendable {
        case promised, guardrail
        /// A guardrail that may regress.
        case allowed
        case shown
    }

    package var scope: Scope
    package var metric: Metric
    package var role: Role
    /// What users saw: seconds, a share, calls, or requests a second.
    package var before: Double
    package var after: Double
    package var total: Effect
    /// The code effect: at a common mix.
    package var within: Effect
    package var cache: Double
    package var traffic: Double
    package var attribution: Attribution
    package var margin: Double
    /// The code effect that would be seen 4 times in 5.
    package var detectable: Double
    /// Two-sided.
    package var p: Double
    /// One-sided, in the direction of worse.
    package var pWorse: Double
    /// Of a guardrail: after Holm's correction.
    package var pHolm: Double?
    package var bucketError: Double
    package var resolutionError: Double
    /// Requests that the metric is about.
    package var requests: (before: UInt64, after: UInt64)
    /// As many independent requests would say as much.
    package var effectiveRequests: (before: Double, after: Double)?
    package var selection: Selection?
    /// nil: the data carry a verdict.
    package var insufficiency: String?
    /// How long windows of this traffic would have to be to see the promise or the margin; nil: no length would do.
    package var neededSeconds: Double?

    package var isSufficient: Bool { insufficiency == nil }
}
