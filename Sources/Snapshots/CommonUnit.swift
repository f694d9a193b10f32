/// The largest number that all values of a column are multiples of: a log in microseconds needs no nanoseconds.
struct CommonUnit {
    private var common: UInt128 = 0

    /// 1 for nothing but zeros.
    var value: UInt64 { UInt64(exactly: common).map { max(1, $0) } ?? 1 }

    mutating func add(_ number: Int128) {
        var (divisor, rest) = (common, number.magnitude)
        // Nearly always it is one of them already.
        if let narrow = UInt64(exactly: rest), let unit = UInt64(exactly: divisor), unit > 0, narrow % unit == 0 {
            return
        }
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        common = divisor
    }

    func count(of number: Int128) -> Int128 { value == 1 ? number : number / Int128(value) }

    /// How many units more than expected.
    func difference(_ number: Int128, _ expected: Int128) -> Int128 { count(of: number) &- count(of: expected) }
}
