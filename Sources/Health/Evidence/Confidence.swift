/// Bounds that a number holds with 95 % confidence, one-sided: what few requests show is not taken for what is.
///
/// A share of k among n, p = k/n, is above the lower bound of the Wilson score interval,
///
///     (p + z²/2n − z √(p(1−p)/n + z²/4n²)) / (1 + z²/n)
///
/// and below the upper one, which has + before the root (E. B. Wilson, "Probable Inference, the Law of Succession, and
/// Statistical Inference", JASA 22, 1927, pages 209–212). One error in 20 requests is 5 %, of which 1.1 % are
/// sure; 50 in 1,000 are 5 %, of which 4 % are.
package enum Confidence {
    /// The standard normal quantile at 0.95.
    package static let z = 1.6448536269514722

    /// The share is at least this; 0 of nothing.
    package static func lowerBound(_ count: UInt64, of total: UInt64) -> Double {
        guard count > 0, total > 0 else { return 0 }
        let (center, margin, scale) = terms(count, of: total)
        return max(0, (center - margin) / scale)
    }

    /// The share is at most this; 1 of nothing.
    package static func upperBound(_ count: UInt64, of total: UInt64) -> Double {
        guard total > 0, count < total else { return 1 }
        let (center, margin, scale) = terms(count, of: total)
        return min(1, (center + margin) / scale)
    }

    /// How many events a stretch has at most when `count` were seen: the score interval of a Poisson count,
    /// k + z²/2 + z √(k + z²/4), which is Wilson's for n without end.
    package static func upperBound(ofEvents count: UInt64) -> Double {
        let count = Double(count)
        return count + z * z / 2 + z * (count + z * z / 4).squareRoot()
    }

    private static func terms(
        _ count: UInt64, of total: UInt64
    ) -> (center: Double, margin: Double, scale: Double) {
        let n = Double(total)
        let p = min(1, Double(count) / n)
        let margin = z * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
        return (p + z * z / (2 * n), margin, 1 + z * z / n)
    }
}
