import CScan

/// Numbers of up to eight characters, all eight worked on at once in one 64-bit word (SWAR).
///
/// The word holds the text right-aligned, its first character in the lowest byte that is not filled up with `0`.
struct Digits {
    private let word: UInt64

    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// `count` is 1 to 8. Eight bytes at `start` are readable.
    @inline(__always)
    init(_ start: UnsafePointer<UInt8>, count: Int) {
        let shift = UInt64(truncatingIfNeeded: 64 &- 8 &* count)
        word = (cscan_word(start) &<< shift) | (Digits.zeros & ~(UInt64.max &<< shift))
    }

    /// Whether every character is a digit: it has 3 in its upper half and at most 9 in its lower.
    @inline(__always)
    var areDigits: Bool {
        let values = word ^ Digits.zeros
        return (values | (values &+ 0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 == 0
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
