import RequestLog

/// The buckets of a duration: base-2 exponential, scale 5, over seconds.
///
/// Bucket i covers (2^(i/32), 2^((i+1)/32)] seconds, indexed as OpenTelemetry does ("Exponential Histogram" in its
/// metrics data model; Prometheus' native index is i + 1). A bucket is 2.2 % wide, so its geometric middle is within
/// 1.1 % of anything in it.
package enum DurationScale {
    package static let bucketsPerDoubling: Int32 = 32

    /// The index of a duration in (0, `Record.longestDuration`] nanoseconds.
    @inline(__always)
    package static func index(ofNanoseconds value: Int64) -> Int32 { Int32(indexTable.index(of: value)) }

    /// Of any number of seconds, no time at all included: what is outside of the scale is at its end.
    package static func index(ofSeconds seconds: Double) -> Int32 {
        let nanoseconds = max(1, min(seconds * 1e9, Double(Record.longestDuration)))
        return index(ofNanoseconds: min(Int64(nanoseconds), Record.longestDuration))
    }

    /// Seconds at the upper edge of a bucket, which belongs to it.
    package static func upperBound(_ index: Int32) -> Double { twoToThe(sixtyFourths: 2 * (Int(index) + 1)) }

    /// Seconds at the lower edge, which does not belong to it.
    package static func lowerBound(_ index: Int32) -> Double { upperBound(index - 1) }

    /// Seconds in the geometric middle: what every displayed quantile shows.
    package static func middle(_ index: Int32) -> Double { twoToThe(sixtyFourths: 2 * Int(index) + 1) }

    static let indexTable = IndexTable(perUnit: 1_000_000_000, through: Record.longestDuration)
}

/// 2^(n/64), from square roots alone: the same bits on every platform.
func twoToThe(sixtyFourths: Int) -> Double {
    var whole = sixtyFourths / 64
    var fraction = sixtyFourths % 64
    if fraction < 0 {
        fraction += 64
        whole -= 1
    }
    var result = 1.0
    var root = 2.0
    for bit in stride(from: 32, through: 1, by: -1) where bit & (bit - 1) == 0 {
        root = root.squareRoot()
        if fraction & bit != 0 { result *= root }
    }
    return result * Double(sign: .plus, exponent: whole, significand: 1)
}
