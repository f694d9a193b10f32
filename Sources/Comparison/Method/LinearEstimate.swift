/// A ratio of two counts before and after: errors, hits, database calls, the mean response time.
package struct LinearEstimate: Sendable {
    package let metric: Metric
    /// Of shares absolute, else of the natural logarithm of the mean.
    package let parts: Shapley
    /// Das Gupta's parts of the mean itself.
    package let absoluteParts: Shapley
    /// At the average mix.
    package let standardised: (before: Double, after: Double)
    /// What users saw.
    package let whole: (before: Double, after: Double)
    package let variance: LongRunVariance
    package let totalVariance: LongRunVariance
    /// As many requests as the standardised ratio would need if all weighed the same.
    package let nominal: (before: Double, after: Double)
    /// By group (a stratum; of the hit ratio a traffic cell): its weight in the code effect, and BEFORE's ratio.
    let averageWeights: [Double]
    let ratiosBefore: [Double]
    /// What was divided by.
    package let sizes: (before: Double, after: Double)

    package var total: Double {
        metric.isShare
            ? whole.after - whole.before : logarithm(max(whole.after, 1e-12)) - logarithm(max(whole.before, 1e-12))
    }

    package var within: Double { metric.isShare ? standardised.after - standardised.before : parts.within }

    /// The code effect's interval when each side is given so many standard deviations.
    package func within(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
        interval(within, standardised, variance, nominal, before, after)
    }

    package func total(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
        interval(total, whole, totalVariance, sizes, before, after)
    }

    package var effectiveRequests: (before: Double, after: Double)? {
        guard metric.isShare else { return nil }
        return (
            Proportion.effective(standardised.before, variance.variances.before, nominal.before),
            Proportion.effective(standardised.after, variance.variances.after, nominal.after)
        )
    }

    private func interval(
        _ effect: Double, _ values: (before: Double, after: Double), _ variance: LongRunVariance,
        _ nominal: (before: Double, after: Double), _ before: Double, _ after: Double
    ) -> ComparisonRow.Interval {
        let variances = variance.variances
        guard metric.isShare else {
            let halfWidth = length(
                before * variances.before.squareRoot() / max(values.before, 1e-12),
                after * variances.after.squareRoot() / max(values.after, 1e-12))
            return ComparisonRow.Interval(effect - halfWidth, effect + halfWidth)
        }
        // Newcombe's hybrid of two score intervals, each with the number of requests that its variance stands for.
        let first = Proportion.wilson(
            values.before, Proportion.effective(values.before, variances.before, nominal.before), before)
        let second = Proportion.wilson(
            values.after, Proportion.effective(values.after, variances.after, nominal.after), after)
        return ComparisonRow.Interval(
            effect - length(values.after - second.low, first.high - values.before),
            effect + length(second.high - values.after, values.before - first.low))
    }
}

/// Shares of dependent requests (Korn and Graubard 1998; Newcombe 1998).
enum Proportion {
    /// How many independent requests would have this variance.
    static func effective(_ share: Double, _ variance: Double, _ nominal: Double) -> Double {
        let count = variance > 0 && share > 0 && share < 1 ? min(share * (1 - share) / variance, nominal) : nominal
        return max(count, 1)
    }

    static func wilson(_ share: Double, _ count: Double, _ c: Double) -> ComparisonRow.Interval {
        let scale = 1 + c * c / count
        let center = (share + c * c / (2 * count)) / scale
        let halfWidth = c * (share * (1 - share) / count + c * c / (4 * count * count)).squareRoot() / scale
        return ComparisonRow.Interval(center - halfWidth, center + halfWidth)
    }
}
