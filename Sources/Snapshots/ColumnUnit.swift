import RollingWindow

/// What the sums and extremes of a column are multiples of, as it is read.
struct ColumnUnit {
    private let unit: UInt64

    init(_ cursor: inout ColumnCursor) throws(DecodingFailure) {
        unit = try cursor.varint()
        guard unit > 0 else { throw cursor.failure("a unit above 0") }
    }

    /// What lies wraps around, and is refused or not like any other number.
    @inline(__always)
    func value(_ units: Int128, above expected: Int128 = 0) -> Int128 {
        guard unit > 1 else { return expected &+ units }
        // Nearly always it fits into the processor's own numbers.
        let whole = UInt64(exactly: expected).map { Int128($0 / unit) } ?? expected / Int128(unit)
        return (whole &+ units) &* Int128(unit)
    }
}
