internal import Health

/// Numbers inside of sentences.
enum Words {
    static func number(_ value: Double) -> String { HumanUnits.threeDigits(value) }

    static func whole(_ value: Double) -> String { HumanUnits.count(Int64(value.rounded())) }

    static func percent(_ ratio: Double) -> String {
        ratio >= 0.01 && ratio <= 0.99 ? "\(Int64((ratio * 100).rounded())) %" : "\(HumanUnits.percent(ratio: ratio)) %"
    }

    static func duration(_ seconds: Double) -> String { HumanUnits.duration(seconds: seconds) }

    /// `12–40 ms`, `800 µs–12 ms`.
    static func range(_ low: Double, _ high: Double) -> String {
        let (from, to) = (duration(twoDigits(low)), duration(twoDigits(high)))
        let (first, last) = (from.split(separator: " "), to.split(separator: " "))
        guard first.count == 2, last.count == 2, first[1] == last[1] else { return "\(from)–\(to)" }
        return first[0] == last[0] ? to : "\(first[0])–\(to)"
    }

    /// In a sentence about a range, the third digit says nothing.
    private static func twoDigits(_ value: Double) -> Double {
        guard value > 0, value.isFinite else { return value }
        var scale = 1.0
        while value * scale < 10 { scale *= 10 }
        while value * scale >= 100 { scale /= 10 }
        return (value * scale).rounded() / scale
    }
}

extension Words {
    static func count(_ value: UInt64) -> String { HumanUnits.count(value) }

    /// At most so many, and how many more there are.
    static func list(_ items: [String], atMost limit: Int = 5) -> String {
        let shown = items.prefix(limit).joined(separator: ", ")
        return items.count > limit ? "\(shown) and \(items.count - limit) more" : shown
    }
}
