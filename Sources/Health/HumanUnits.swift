/// Numbers as people say them, for sentences and tables: three digits that mean something, and a unit.
///
/// Something is never shown as nothing, nor almost all as all: 0.00001 is `<0.01 %`, 0.99999 is `>99.9 %`.
package enum HumanUnits {
    /// `850 ns`, `12.3 ms`, `1.8 s`, `4.5 min`, `3 h`, `2.5 d`.
    package static func duration(seconds: Double) -> String {
        guard seconds > 0 else { return "0 s" }
        let units: [(name: String, seconds: Double)] = [
            ("ns", 1e-9), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600), ("d", 86_400),
        ]
        for (place, unit) in units.enumerated() {
            let value = seconds / unit.seconds
            // Below seconds a unit ends at 1000; minutes, hours and days begin at two: 90 s is clearer than 1.5 min.
            let next = place + 1 < units.count ? units[place + 1].seconds : .infinity
            if value < (unit.seconds < 1 ? 999.5 : 2 * next / unit.seconds) {
                return "\(threeDigits(value)) \(unit.name)"
            }
        }
        return "\(threeDigits(seconds)) s"
    }

    /// `0`, `<0.01`, `0.23`, `4.5`, `99.2`, `>99.9`, `100`, without the sign.
    package static func percent(ratio: Double) -> String {
        let percent = ratio * 100
        if percent <= 0 { return "0" }
        if percent < 0.01 { return "<0.01" }
        if percent > 99.9, percent < 100 { return ">99.9" }
        return decimal(percent, places: percent < 10 ? 2 : 1)
    }

    /// `850 B`, `12.3 KiB`, `1.8 GiB`.
    package static func bytes(_ count: UInt64) -> String {
        if count < 1024 { return "\(count) B" }
        var value = Double(count) / 1024
        var units = ["MiB", "GiB", "TiB", "PiB", "EiB"][...]
        var unit = "KiB"
        while value >= 1023.5, let next = units.popFirst() {
            value /= 1024
            unit = next
        }
        return "\(threeDigits(value)) \(unit)"
    }

    /// `1,234,567`.
    package static func count(_ count: some BinaryInteger) -> String {
        let digits = Array(String(count.magnitude).utf8)
        var text = count < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text += "," }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// `1 request`, `2 requests`.
    package static func count(_ count: UInt64, of noun: String) -> String {
        "\(self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// Rounded to three significant digits; whole from 100 on, no trailing zeros.
    package static func threeDigits(_ value: Double) -> String {
        decimal(value, places: value < 9.995 ? 2 : value < 99.95 ? 1 : 0)
    }

    /// Rounded to at most this many places (0…3), without trailing zeros.
    package static func decimal(_ value: Double, places: Int) -> String {
        let unit = [1.0, 10, 100, 1000][places]
        guard value.magnitude < 1e15 else { return value.description }
        let scaled = Int64((value * unit).rounded())
        let whole = scaled.magnitude / UInt64(unit)
        var fraction = String(scaled.magnitude % UInt64(unit))
        fraction = String(repeating: "0", count: places - min(places, fraction.count)) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = scaled < 0 ? "-" : ""
        return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
    }
}
