/// How many requests a slice has, before and after; they have no parts.
package struct TrafficEstimate: Sendable {
    /// A slice.
    package let rates: (before: Double, after: Double)
    /// Of the rates.
    package let variance: LongRunVariance

    init(before: [Double], after: [Double], _ order: SliceOrder) {
        let counts = (max(1, Double(before.count)), max(1, Double(after.count)))
        let rates = (before.reduce(0, +) / counts.0, after.reduce(0, +) / counts.1)
        self.rates = rates
        variance = LongRunVariance(
            Scores(
                before: before.map { ($0 - rates.0) / counts.0 }, after: after.map { ($0 - rates.1) / counts.1 },
                independent: (rates.0 / counts.0, rates.1 / counts.1)), order)
    }

    package var total: Double { logarithm(max(rates.after, 1e-12)) - logarithm(max(rates.before, 1e-12)) }

    package func total(_ before: Double, _ after: Double) -> ComparisonRow.Interval {
        let halfWidth = length(
            before * variance.variances.before.squareRoot() / max(rates.before, 1e-12),
            after * variance.variances.after.squareRoot() / max(rates.after, 1e-12))
        return ComparisonRow.Interval(total - halfWidth, total + halfWidth)
    }
}
