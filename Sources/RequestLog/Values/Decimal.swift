/// A decimal number exactly as it was written: mantissa × 10^exponent.
///
/// Up to 18 significant digits are kept; what follows is far below a nanosecond in any value that is accepted.
struct Decimal {
    var mantissa: Int64
    var exponent: Int
    var isNegative: Bool

    /// Reads the number at the start of the run and says how many bytes it took; nil where there is none.
    ///
    /// Takes JSON's grammar; leading zeros and a bare point are let through for text that is not JSON.
    @inline(__always)
    static func parse(_ run: ByteRun) -> (number: Decimal, length: Int)? {
        var place = 0
        var number = Decimal(mantissa: 0, exponent: 0, isNegative: false)
        if place < run.count, run[place] == minus {
            number.isNegative = true
            place += 1
        }
        let digitsStart = place
        var digits = 0
        while place < run.count, isDigit(run[place]) {
            if number.mantissa < 100_000_000_000_000_000 {
                number.mantissa = number.mantissa &* 10 &+ Int64(run[place] &- zero)
            } else {
                number.exponent += 1
            }
            place += 1
        }
        digits = place - digitsStart
        if place < run.count, run[place] == point {
            place += 1
            let fractionStart = place
            while place < run.count, isDigit(run[place]) {
                if number.mantissa < 100_000_000_000_000_000 {
                    number.mantissa = number.mantissa &* 10 &+ Int64(run[place] &- zero)
                    number.exponent -= 1
                }
                place += 1
            }
            digits += place - fractionStart
        }
        guard digits > 0 else { return nil }
        if place < run.count, run[place] | 0x20 == UInt8(ascii: "e") {
            number.readExponent(run, &place)
        }
        return (number, place)
    }

    /// An exponent only where digits follow; else the letter belongs to what comes behind the number.
    private mutating func readExponent(_ run: ByteRun, _ place: inout Int) {
        var cursor = place + 1
        var negative = false
        if cursor < run.count, run[cursor] == plus || run[cursor] == minus {
            negative = run[cursor] == minus
            cursor += 1
        }
        guard cursor < run.count, isDigit(run[cursor]) else { return }
        var value = 0
        while cursor < run.count, isDigit(run[cursor]) {
            value = min(value * 10 + Int(run[cursor] - zero), 100_000)
            cursor += 1
        }
        exponent += negative ? -value : value
        place = cursor
    }

    /// The number where it is a whole one; nil where it has a fraction, or is above 2^62.
    var whole: Int64? {
        if exponent >= 0 || mantissa == 0 { return scaled(byPowerOfTen: 0) }
        guard exponent >= -19, UInt64(mantissa) % Decimal.powers[-exponent] == 0 else { return nil }
        return scaled(byPowerOfTen: 0)
    }

    /// The number times 10^power as an integer, rounded to nearest (halves away from zero); nil above 2^62.
    @inline(__always)
    func scaled(byPowerOfTen power: Int) -> Int64? {
        if mantissa == 0 { return 0 }
        let shift = exponent + power
        var magnitude = mantissa
        if shift >= 0 {
            guard shift <= 18 else { return nil }
            let (product, overflow) = magnitude.multipliedReportingOverflow(by: Int64(Decimal.powers[shift]))
            if overflow || product > 1 << 62 { return nil }
            magnitude = product
        } else {
            if shift < -19 { return 0 }
            let divisor = Decimal.powers[-shift]
            let (quotient, remainder) = UInt64(magnitude).quotientAndRemainder(dividingBy: divisor)
            magnitude = Int64(quotient) + (remainder >= divisor - remainder ? 1 : 0)
        }
        return isNegative ? -magnitude : magnitude
    }

    private static let powers: [UInt64] = (0...19).map { power in (0..<power).reduce(1) { value, _ in value * 10 } }
}
