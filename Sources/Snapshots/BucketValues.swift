import RollingWindow

/// What the values in a bucket are taken for, so that a sum and extremes can be written as what they differ by from it.
///
/// Whole numbers only: every machine must come to the same ones, or a sum would be read as another than was written.
struct BucketValues: Sendable {
    /// Of durations in nanoseconds: bucket i is (2^(i/32), 2^((i+1)/32)] seconds.
    static let durations = BucketValues(SnapshotLimits.durationIndices, unit: 1_000_000_000, shift: 0, exact: 0..<0)
    /// Of calls: those below 64 are themselves, from there on bucket i is (2^((i+127)/32), 2^((i+128)/32)].
    static let calls = BucketValues(SnapshotLimits.callIndices, unit: 1, shift: 127, exact: 0..<64)

    private let lowest: Int32
    /// No value is below the one or above the other.
    private let lower: [Int64]
    private let upper: [Int64]
    private let middles: [Int64]
    private let exact: Range<Int32>

    private init(_ indices: ClosedRange<Int32>, unit: Int128, shift: Int32, exact: Range<Int32>) {
        lowest = indices.lowerBound
        self.exact = exact
        func borders(from first: Int32, through last: Int32, and more: Int32) -> [Int64] {
            (first...last).map { index in
                let doublings = Int128((index + shift) >> 5)
                let border = unit * Int128(BucketValues.steps[Int((index + shift) & 31)] + more)
                return Int64(doublings < 0 ? border >> (16 - doublings) : (border << doublings) >> 16)
            }
        }
        lower = borders(from: indices.lowerBound, through: indices.upperBound, and: 0)
        upper = borders(from: indices.lowerBound + 1, through: indices.upperBound + 1, and: 1)
        middles = zip(indices, zip(lower, upper)).map { index, borders in
            exact.contains(index) ? Int64(index) : borders.0 + (borders.1 - borders.0) / 2
        }
    }

    func least(in index: Int32) -> Int64 { exact.contains(index) ? Int64(index) : lower[Int(index - lowest)] }

    func most(in index: Int32) -> Int64 { exact.contains(index) ? Int64(index) : upper[Int(index - lowest)] }

    @inline(__always)
    func middle(of index: Int32) -> Int64 { middles[Int(index - lowest)] }

    /// The whole parts of 2^(16 + i/32).
    private static let steps: [Int32] = [
        65_536, 66_971, 68_437, 69_936, 71_467, 73_032, 74_631, 76_265,
        77_935, 79_642, 81_386, 83_168, 84_989, 86_850, 88_752, 90_695,
        92_681, 94_711, 96_785, 98_904, 101_070, 103_283, 105_545, 107_856,
        110_217, 112_631, 115_097, 117_618, 120_193, 122_825, 125_514, 128_263,
    ]
}

/// What a histogram makes one expect of the sum and the extremes of its values.
extension BucketValues {
    func sum(of buckets: Buckets) -> Int128 {
        var sum: Int128 = 0
        buckets.forEachFilled { place, count in sum &+= product(count, buckets.lowest + Int32(place)) }
        return sum
    }

    /// Of filled buckets among others.
    @inline(__always)
    func sum(of places: Range<Int>, _ indices: [Int32], _ counts: [UInt64]) -> Int128 {
        var sum: Int128 = 0
        for place in places { sum &+= product(counts[place], indices[place]) }
        return sum
    }

    @inline(__always)
    private func product(_ count: UInt64, _ index: Int32) -> Int128 {
        // No middle is negative, and a product of two unsigned words is a single instruction.
        Int128(truncatingIfNeeded: UInt128(count) &* UInt128(UInt64(bitPattern: middle(of: index))))
    }

    /// Of one value it is the sum.
    @inline(__always)
    func min(of total: Total, zeros: UInt64, lowest: Int32?) -> Int128 {
        if total.count == 1 { return total.sum }
        guard zeros == 0, let lowest else { return 0 }
        return Int128(least(in: lowest))
    }

    /// Of two values it is what the other one leaves of the sum.
    @inline(__always)
    func max(of total: Total, min: Int64, highest: Int32?) -> Int128 {
        switch total.count {
        case 1: total.sum
        case 2: total.sum &- Int128(min)
        default: highest.map { Int128(most(in: $0)) } ?? 0
        }
    }
}

extension Buckets {
    var highest: Int32? { isEmpty ? nil : lowest + Int32(width) - 1 }
}
