/// Numbers as text, appended digit by digit: no `String`, no locale, no rounding that was not asked for.
extension [UInt8] {
    package mutating func append(integer value: UInt64) {
        if value < 10 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value))
            return
        }
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = value
        while rest > 0 {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for place in first..<20 { append(digits[place]) }
    }

    package mutating func append(integer value: Int128) {
        if value < 0 { append(UInt8(ascii: "-")) }
        if let small = UInt64(exactly: value.magnitude) {
            append(integer: small)
            return
        }
        let block: UInt128 = 10_000_000_000_000_000_000
        append(integer: Int128(value.magnitude / block))
        append(UInt64(value.magnitude % block), paddedTo: 19)
    }

    /// Nanoseconds as seconds, exactly: 652400000000 is `652.4`.
    package mutating func append(secondsOfNanoseconds nanoseconds: Int128) { append(decimal: nanoseconds, places: 9) }

    /// `value` / 10^places, exactly, without trailing zeros; at most 18 places.
    package mutating func append(decimal value: Int128, places: Int) {
        let unit = powerOfTen(places)
        if value < 0 { append(UInt8(ascii: "-")) }
        // Dividing 128 bits takes ten times as long, and a sum of nanoseconds needs them after 500 years.
        if let small = UInt64(exactly: value.magnitude) {
            append(integer: small / unit)
            append(fraction: small % unit, places: places)
        } else {
            append(integer: Int128(value.magnitude / UInt128(unit)))
            append(fraction: UInt64(value.magnitude % UInt128(unit)), places: places)
        }
    }

    /// The fewest digits that are read back as the same number; `null` is the caller's business.
    package mutating func append(shortest value: Double) {
        precondition(value.isFinite, "a number that is not finite cannot be written")
        append(contentsOf: value.description.utf8)
    }

    /// Ten significant digits without trailing zeros: within 5e-10 of the value, for one that is itself an estimate.
    ///
    /// The value is in 1e-9…1e9, as every duration in seconds is; outside it is written like `shortest`.
    package mutating func append(estimate value: Double) {
        guard value >= 1e-9, value < 1e9 else {
            append(shortest: value)
            return
        }
        var places = 9
        var scale = 1e9
        while value * scale < 1e9 {
            scale *= 10
            places += 1
        }
        while value * scale >= 1e10 {
            scale /= 10
            places -= 1
        }
        let digits = UInt64((value * scale).rounded())
        let unit = powerOfTen(places)
        append(integer: digits / unit)
        append(fraction: digits % unit, places: places)
    }

    /// `.4` for 400 of 3 places; nothing for 0.
    private mutating func append(fraction: UInt64, places: Int) {
        guard fraction > 0 else { return }
        var shown = fraction
        var width = places
        while shown % 10 == 0 {
            shown /= 10
            width -= 1
        }
        append(UInt8(ascii: "."))
        append(shown, paddedTo: width)
    }

    private mutating func append(_ value: UInt64, paddedTo width: Int) {
        var unit = powerOfTen(width - 1)
        while unit > 1, value < unit {
            append(UInt8(ascii: "0"))
            unit /= 10
        }
        append(integer: value)
    }
}

/// 10^exponent for 0…19.
private func powerOfTen(_ exponent: Int) -> UInt64 {
    var power: UInt64 = 1
    for _ in 0..<exponent { power *= 10 }
    return power
}
