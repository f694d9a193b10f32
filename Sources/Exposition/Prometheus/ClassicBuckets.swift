internal import RollingWindow

/// The classic histogram: 17 buckets whose edges, 2^-10 s to 2^6 s, are edges of the exponential histogram too, so the
/// counts are exact.
enum ClassicBuckets {
    private static let powers: ClosedRange<Int32> = -10...6

    /// Upper bounds in seconds, ascending; infinity is not among them.
    static let bounds: [Double] = powers.map { Double(sign: .plus, exponent: Int($0), significand: 1) }

    /// Buckets of the exponential histogram in a doubling, as a power of two.
    private static let doubling = Int32(DurationScale.bucketsPerDoubling.trailingZeroBitCount)

    /// As many as there are counts of: one for each bound, and one for infinity.
    static let none = [UInt64](repeating: 0, count: bounds.count + 1)

    /// The number of durations up to each bound, zeros included, and of all; in place of other such counts.
    static func count(_ durations: borrowing Durations, cumulatively counts: inout [UInt64]) {
        counts.withUnsafeMutableBufferPointer { $0.update(repeating: 0) }
        counts[0] = durations.zeros
        // The bucket of a bound ends with it.
        durations.buckets.addSums(exponent: doubling, from: (powers.lowerBound - 1) << doubling, to: &counts)
        for place in 1..<counts.count { counts[place] &+= counts[place - 1] }
    }
}
