import CScan

/// Numbers of up to eight characters, all eight worked on at once in one 64-bit word (SWAR).
///
/// The word holds the text right-aligned, its first character in the lowest byte that is not filled up with `0`.
struct Digits {
    private var word: UInt64

    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// `count` is 1 to 8. Eight bytes at `start` are readable.
    @inline(__always)
    init(_ start: UnsafePointer<UInt8>, count: Int) {
        let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        word = (cscan_word(start) &<< shift) | (Digits.zeros & ~(UInt64.max &<< shift))
    }

    /// Whether every character is a digit.
    @inline(__always)
    var areDigits: Bool { Digits.areDigits(word) }

    /// The number; only where `areDigits`.
    @inline(__always)
    var value: Int64 { Digits.value(word) }

    /// The digits with their point taken out, and how many stood behind it; nil where there is no digit on either side
    /// of a point, or anything else than digits and one point.
    @inline(__always)
    func decimal(count: Int) -> (mantissa: Int64, fraction: Int)? {
        let differences = word ^ 0x2e2e_2e2e_2e2e_2e2e
        let points = (differences &- 0x0101_0101_0101_0101) & ~differences & 0x8080_8080_8080_8080
        if points == 0 { return areDigits ? (value, 0) : nil }
        // The lowest bit is exact, and a second point would be no digit.
        let bits = UInt64(truncatingIfNeeded: points.trailingZeroBitCount) & 56
        let before = word & ((1 &<< bits) &- 1)
        let behind = ((word &>> bits) &>> 8) &<< bits
        let digits = ((before | behind) &<< 8) | 0x30
        let fraction = 7 &- Int(truncatingIfNeeded: bits &>> 3)
        guard Digits.areDigits(digits), fraction > 0, fraction &+ 1 < count else { return nil }
        return (Digits.value(digits), fraction)
    }

    /// A digit has 3 in its upper half and at most 9 in its lower.
    @inline(__always)
    private static func areDigits(_ word: UInt64) -> Bool {
        let values = word ^ zeros
        return (values | (values &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0
    }

    /// Pairs, then fours, then all eight: each multiplication adds ten (a hundred, ten thousand) times the lower
    /// neighbour to the upper.
    @inline(__always)
    private static func value(_ word: UInt64) -> Int64 {
        var sum = word & 0x0f0f_0f0f_0f0f_0f0f
        sum = ((sum &* (10 &<< 8 | 1)) &>> 8) & 0x00ff_00ff_00ff_00ff
        sum = ((sum &* (100 &<< 16 | 1)) &>> 16) & 0x0000_ffff_0000_ffff
        sum = (sum &* (10_000 &<< 32 | 1)) &>> 32
        return Int64(truncatingIfNeeded: sum)
    }
}

extension ByteRun {
    /// Whether the bytes are a number by JSON's grammar (RFC 8259 §6).
    @inline(__always)
    var isNumber: Bool {
        guard count > 0, start.pointee == minus || RequestLog.isDigit(start.pointee) else { return false }
        if hasLeadingZero { return false }
        if count <= 8, Digits(start, count: count).areDigits { return true }
        return isLongNumber
    }

    /// More digits behind a zero: no number.
    @inline(__always)
    var hasLeadingZero: Bool { count > 1 && start[0] == zero && start[1] &- zero < 10 }

    @inline(never)
    private var isLongNumber: Bool { (try? JSONScanner.number(start)) == end }
}
