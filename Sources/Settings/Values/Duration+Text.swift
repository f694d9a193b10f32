/// `250ms`, `1.5s`, `5m`, `24h`, `7d`: a number that is not negative and its unit, exact to the
/// nanosecond, at most 2^63 ns.
extension Duration: TextValue {
    package static var valueName: String { "DURATION" }
    package static var noun: String { "a duration" }
    package static var example: String? { "10s" }

    package static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    package static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }
    package static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }

    private static var units: [(name: String, nanoseconds: Int64)] {
        [
            ("d", 86_400_000_000_000), ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000),
            ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
        ]
    }

    package init?(text: String) {
        guard let measure = Measure(text), let unit = Self.units.first(where: { $0.name == measure.unit }),
            let nanoseconds = measure.multiplied(by: unit.nanoseconds)
        else { return nil }
        self = .nanoseconds(nanoseconds)
    }

    /// In the largest unit that divides it: 90 s is `90s`, 120 s is `2m`.
    package var text: String {
        let nanoseconds = inNanoseconds
        guard nanoseconds != 0, let unit = Self.units.first(where: { nanoseconds % $0.nanoseconds == 0 }) else {
            return "0s"
        }
        return "\(nanoseconds / unit.nanoseconds)\(unit.name)"
    }

    /// Whole nanoseconds; what is beyond 292 years is cut there.
    package var inNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow || carry ? (seconds < 0 ? .min : .max) : sum
    }
}
