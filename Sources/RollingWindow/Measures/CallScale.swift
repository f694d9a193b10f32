/// The buckets of a count of database calls: one each for 0…63, above that the exponential scale of `DurationScale`
/// over the plain number (63 < n: bucket 64 begins at n = 64).
package enum CallScale {
    /// The exponential index of 64 = 2^6, which is the upper edge of its bucket.
    private static let firstExponential: Int32 = 191

    private static let indexTable = IndexTable(perUnit: 1, through: 1 << 62)

    package static func index(of calls: Int64) -> Int32 {
        if calls < 64 { return Int32(truncatingIfNeeded: calls) }
        return Int32(indexTable.index(of: min(calls, 1 << 62))) - firstExponential + 64
    }

    /// The count a bucket stands for: itself up to 63, above that the geometric middle, which is no whole number:
    /// rounding it would cost the bound of 1.1 %.
    package static func value(of index: Int32) -> Double {
        // Only 64 is ever in the first bucket above.
        index <= 64 ? Double(index) : DurationScale.middle(index - 64 + firstExponential)
    }
}
