import Glibc

/// One look of several at a comparison that is still running: each look must cost something, or the first lucky one
/// decides.
package enum Look: Equatable, Sendable {
    /// As often as somebody likes, after so many slices of AFTER: a confidence sequence (Howard and Ramdas 2021; the
    /// normal mixture of Robbins 1970).
    case openEnded(slices: Int)
    /// The n-th of four, 1…4: O'Brien and Fleming 1979.
    case planned(Int)

    package static let fewestSlices = 30
    package static let plannedLooks = 4
    private static let boundaries = [4.049, 2.863, 2.337, 2.024]
    /// Where the sequence is narrowest, in slices.
    private static let tuned = 90.0

    /// How many standard deviations each side is given, so that `alpha` is all that goes wrong over all looks.
    func multipliers(degreesOfFreedom: Double, alpha: Double = 0.05) -> (before: Double, after: Double) {
        let tails = StudentT.quantile(upper: 0.025, degreesOfFreedom) / Normal.quantile(upper: 0.025)
        switch self {
        case .planned(let number):
            let boundary = Look.boundaries[min(max(number, 1), Look.plannedLooks) - 1]
            // Several tests share alpha as one test of a smaller one.
            let scale = Normal.quantile(upper: alpha / 2) / Normal.quantile(upper: 0.025)
            return (boundary * scale * tails, boundary * scale * tails)
        case .openEnded(let slices):
            let half = alpha / 2
            let squared = (-2 * log(half) + log(-2 * log(half)) + 1) / Look.tuned
            let t = Double(max(1, slices)) * squared
            return (
                StudentT.quantile(upper: half / 2, degreesOfFreedom),
                tails * ((t + 1) / t * log((t + 1) / (half * half))).squareRoot()
            )
        }
    }
}
