/// When a cache takes more requests, those that are left are others: a dearer MISS may be no dearer code.
package struct Selection: Equatable, Sendable {
    /// The hit ratio before and after.
    package var hitRatios: (before: Double, after: Double)
    /// How strongly cost and cacheability would have to go together to explain the change of the misses alone.
    package var correlation: Double
    /// The code verdict rests on less than that.
    package var undermines: Bool

    package static func == (left: Self, right: Self) -> Bool {
        left.hitRatios == right.hitRatios && left.correlation == right.correlation
            && left.undermines == right.undermines
    }

    /// A hit ratio that moves by less is not worth the words.
    private static let leastMove = 0.10
    private static let weakCorrelation = 0.2

    /// - Parameters:
    ///   - missEffect: the change of the misses' response time, in the natural logarithm.
    ///   - missDeviation: the standard deviation of the logarithm of theirs.
    init?(hitRatios: (before: Double, after: Double), missEffect: Double, missDeviation: Double) {
        let (before, after) = hitRatios
        guard (after - before).magnitude >= Selection.leastMove, missDeviation > 0, (0.0..<1).contains(before),
            (0.0..<1).contains(after)
        else { return nil }
        self.hitRatios = hitRatios
        correlation = missEffect / (missDeviation * (Selection.inverseMills(after) - Selection.inverseMills(before)))
        undermines = correlation.magnitude < Selection.weakCorrelation
    }

    /// The mean of a standard normal variate above its quantile h.
    private static func inverseMills(_ h: Double) -> Double {
        h <= 0 ? 0 : Normal.density(Normal.quantile(h)) / (1 - h)
    }
}
