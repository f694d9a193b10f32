/// A quantile of the response time before and after: what users saw, its exact parts, and how sure each is.
package struct QuantileEstimate: Sendable {
    package let p: Double
    /// Positions in buckets at traffic mix, cache mix and distributions of either side.
    let positions: [Double]
    /// In the natural logarithm.
    package let parts: Shapley
    package let total: Double
    /// Of the four mixtures that the code effect is the average of.
    let mixtures: [Mixture]
    let whole: Mixture
    package let degreesOfFreedom: Double
    package let totalDegreesOfFreedom: Double
    /// By stratum: its weight in the code effect.
    let averageWeights: [Double]
    /// As many independent requests would say as much.
    package let effectiveRequests: (before: Double, after: Double)

    struct Mixture: Sendable {
        var weight: Double
        var distributions: (before: Distribution, after: Distribution)
        var positions: (before: Double, after: Double)
        var variance: LongRunVariance
    }

    package var before: Double { positions[0] }
    package var after: Double { positions[7] }

    /// The code effect's interval by Woodruff's inversion of each mixture, both sides combined by MOVER.
    package func within(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
        QuantileEstimate.interval(mixtures, p, before, after)
    }

    package func total(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
        QuantileEstimate.interval([whole], p, before, after)
    }

    /// How far the code effect may be off because of the buckets, in the natural logarithm.
    package var bucketError: Double { QuantileEstimate.bucketError(mixtures) }
    package var totalBucketError: Double { QuantileEstimate.bucketError([whole]) }

    private static func bucketError(_ mixtures: [Mixture]) -> Double {
        mixtures.reduce(0) { sum, mixture in
            let errors =
                mixture.distributions.before.error(at: mixture.positions.before)
                + mixture.distributions.after.error(at: mixture.positions.after)
            return sum + mixture.weight * errors * Contrast.bucketWidth
        }
    }

    /// - Parameters:
    ///   - before: how many standard deviations BEFORE is given, likewise AFTER.
    private static func interval(
        _ mixtures: [Mixture], _ p: Double, _ before: Double, _ after: Double
    ) -> ComparisonRow.Interval {
        var (low0, high0, middle0, low1, high1, middle1) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        for mixture in mixtures {
            let weight = mixture.weight * Contrast.bucketWidth
            let first = bounds(mixture.distributions.before, p, before * mixture.variance.variances.before.squareRoot())
            let second = bounds(mixture.distributions.after, p, after * mixture.variance.variances.after.squareRoot())
            low0 += weight * first.low
            high0 += weight * first.high
            middle0 += weight * mixture.positions.before
            low1 += weight * second.low
            high1 += weight * second.high
            middle1 += weight * mixture.positions.after
        }
        let effect = middle1 - middle0
        return ComparisonRow.Interval(
            effect - length(middle1 - low1, high0 - middle0), effect + length(high1 - middle1, middle0 - low0))
    }

    private static func bounds(
        _ distribution: Distribution, _ p: Double, _ spread: Double
    ) -> (low: Double, high: Double) {
        (
            p - spread > 0 ? distribution.position(p - spread) : -.infinity,
            p + spread < 1 ? distribution.position(p + spread) : .infinity
        )
    }
}
