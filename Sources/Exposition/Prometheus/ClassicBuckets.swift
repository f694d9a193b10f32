internal import RollingWindow

/// The classic histogram: 17 buckets whose edges, 2^-10 s to 2^6 s, are edges of the exponential histogram too, so the
/// counts are exact.
enum ClassicBuckets {
    private static let powers: ClosedRange<Int32> = -10...6

    /// Upper bounds in seconds, ascending; infinity is not among them.
    static let bounds: [Double] = powers.map { Double(sign: .plus, exponent: Int($0), significand: 1) }

    /// Buckets of the exponential histogram in a doubling, as a power of two.
    private static let doubling = DurationScale.bucketsPerDoubling.trailingZeroBitCount

    /// The number of durations up to each bound, zeros included, and of all.
    static func cumulativeCounts(of durations: borrowing Durations) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: bounds.count + 1)
        counts[0] = durations.zeros
        let lowest = durations.buckets.lowest
        durations.buckets.forEachFilled { place, count in
            // The upper edge of its doubling.
            let power = (lowest + Int32(place)) >> doubling + 1
            counts[min(max(0, Int(power - powers.lowerBound)), bounds.count)] &+= count
        }
        for place in 1..<counts.count { counts[place] &+= counts[place - 1] }
        return counts
    }
}
