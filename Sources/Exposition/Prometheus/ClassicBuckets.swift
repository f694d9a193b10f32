internal import RollingWindow

/// The classic histogram: 17 buckets whose edges, 2^-10 s to 2^6 s, are edges of the exponential histogram too, so the
/// counts are exact.
enum ClassicBuckets {
    private static let powers: ClosedRange<Int32> = -10...6

    /// Upper bounds in seconds, ascending; infinity is not among them.
    static let bounds: [Double] = powers.map { Double(sign: .plus, exponent: Int($0), significand: 1) }

    /// The last buckets of the exponential histogram that lie at or below the bounds.
    private static let lastIndexes: [Int32] = powers.map { DurationScale.bucketsPerDoubling * $0 - 1 }

    /// The number of durations up to each bound, zeros included, and of all.
    static func cumulativeCounts(of durations: borrowing Durations) -> [UInt64] {
        var seen = durations.zeros
        var place = 0
        var cumulative: [UInt64] = []
        cumulative.reserveCapacity(lastIndexes.count + 1)
        let width = durations.buckets.width
        for lastIndex in lastIndexes {
            let end = min(width, Int(lastIndex) - Int(durations.buckets.lowest) + 1)
            while place < end {
                seen &+= durations.buckets[place: place]
                place += 1
            }
            cumulative.append(seen)
        }
        cumulative.append(durations.total.count)
        return cumulative
    }
}
