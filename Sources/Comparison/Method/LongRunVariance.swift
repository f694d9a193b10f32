import Glibc

/// The variance of the sum of a score series whose neighbours are alike.
///
/// Equal-weighted cosines with Student's t (Lazarus, Lewis, Stock and Watson, "HAR Inference: Recommendations for
/// Practice", JBES 2018), the widest interval over a small ladder of bandwidths. Deterministic: no random numbers.
package struct LongRunVariance: Equatable, Sendable {
    /// Of the sums of the scores before and after.
    package var variances: (before: Double, after: Double)
    package var degreesOfFreedom: Double

    package static func == (left: Self, right: Self) -> Bool {
        left.variances == right.variances && left.degreesOfFreedom == right.degreesOfFreedom
    }

    static func ladder(_ length: Int) -> [Int] {
        let most = CosineTable.standardCount(length)
        guard most > 3 else { return [max(2, most)] }
        return Set([most, max(3, most / 2), 3]).sorted(by: >)
    }

    /// No variance is less than this share of that of independent requests.
    private static let floor = 0.5
}

/// The scores of one estimate, slice by slice, on both sides.
struct Scores {
    var before: [Double]
    var after: [Double]
    /// The variances that independent requests would have.
    var independent: (before: Double, after: Double)
}

/// How slices lie in time, which decides how their scores are read.
package struct SliceOrder: Equatable, Sendable {
    /// Lengths of the contiguous pieces; more than one where BEFORE is several windows.
    package let before: [Int]
    package let after: [Int]
    /// The same clock slots on both sides: their differences are what varies.
    package let isPaired: Bool
    private let tables: [Int: CosineTable]

    package init(before: [Int], after: [Int], isPaired: Bool = false) {
        self.before = before
        self.after = after
        self.isPaired = isPaired
        tables = Dictionary(uniqueKeysWithValues: Set(before + after).map { ($0, CosineTable(length: $0)) })
    }

    /// The shortest piece.
    package var length: Int { min(before.min() ?? 0, after.min() ?? 0) }

    func powers(_ scores: ArraySlice<Double>) -> [Double] { tables[scores.count]!.powers(scores) }
}

extension LongRunVariance {
    init(_ scores: Scores, _ order: SliceOrder) {
        let isPaired = order.isPaired && scores.before.count == scores.after.count
        let length = order.length
        var ladder = LongRunVariance.ladder(length)
        if length >= 120, LongRunVariance.looksIndependent(scores, isPaired, length) { ladder = [ladder[0]] }
        let powers = (
            before: LongRunVariance.pieces(scores.before, order.before, order),
            after: LongRunVariance.pieces(scores.after, order.after, order)
        )
        let differences = isPaired ? order.powers(zip(scores.after, scores.before).map { $0 - $1 }[...]) : []
        var widest: (halfWidth: Double, variances: (before: Double, after: Double), degrees: Double)?
        var reference = 0.0
        for count in ladder {
            let raw = (
                before: LongRunVariance.variance(powers.before, count),
                after: LongRunVariance.variance(powers.after, count)
            )
            var variances = (
                before: max(raw.before.variance, LongRunVariance.floor * scores.independent.before),
                after: max(raw.after.variance, LongRunVariance.floor * scores.independent.after)
            )
            let sum = variances.before + variances.after
            let degrees: Double
            if isPaired {
                let common = max(
                    LongRunVariance.mean(differences.prefix(count)),
                    LongRunVariance.floor * (scores.independent.before + scores.independent.after))
                let factor = common / max(sum, 1e-300)
                variances = (variances.before * factor, variances.after * factor)
                degrees = Double(count)
            } else if sum > 0 {
                degrees =
                    sum * sum
                    / max(
                        variances.before * variances.before / Double(raw.before.count)
                            + variances.after * variances.after / Double(raw.after.count), 1e-300)
            } else {
                degrees = Double(raw.before.count + raw.after.count)
            }
            let halfWidth =
                StudentT.quantile(0.975, degrees) * (variances.before + variances.after).squareRoot()
            if count == ladder[0] { reference = degrees }
            if widest == nil || halfWidth > widest!.halfWidth { widest = (halfWidth, variances, degrees) }
        }
        // The same 95 % interval as a variance at the reference's degrees of freedom: t with 3 has tails that no
        // correction for many tests survives.
        let chosen = widest!
        let scale = StudentT.quantile(0.975, chosen.degrees) / StudentT.quantile(0.975, reference)
        variances = (chosen.variances.before * scale * scale, chosen.variances.after * scale * scale)
        degreesOfFreedom = reference
    }

    /// The powers of each piece.
    private static func pieces(_ scores: [Double], _ lengths: [Int], _ order: SliceOrder) -> [[Double]] {
        var start = 0
        return lengths.map { length in
            defer { start += length }
            return order.powers(scores[start..<start + length])
        }
    }

    /// The sum over the pieces of the mean power of the first `most` frequencies.
    private static func variance(_ pieces: [[Double]], _ most: Int) -> (variance: Double, count: Int) {
        var (variance, total) = (0.0, 0)
        for powers in pieces {
            let count = pieces.count == 1 ? most : min(most, max(3, powers.count), powers.count)
            variance += mean(powers.prefix(count))
            total += count
        }
        return (variance, total)
    }

    private static func mean(_ powers: ArraySlice<Double>) -> Double {
        powers.reduce(0, +) / Double(max(1, powers.count))
    }

    /// A portmanteau of the first four autocorrelations finds nothing.
    private static func looksIndependent(_ scores: Scores, _ isPaired: Bool, _ length: Int) -> Bool {
        let series =
            isPaired
            ? [zip(scores.after, scores.before).map { $0 - $1 }] : [scores.before, scores.after]
        var sum = 0.0
        for one in series {
            let power = one.reduce(0) { $0 + $1 * $1 }
            for lag in 1...4 where one.count > lag {
                var product = 0.0
                for place in lag..<one.count { product += one[place] * one[place - lag] }
                sum += product / max(power, 1e-300)
            }
        }
        let lags = Double(4 * series.count)
        return (sum + lags / Double(length)) / (lags / Double(length)).squareRoot() < 1
    }
}
