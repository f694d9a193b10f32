/// Writes into memory that is large enough: digits and texts, no checks.
struct ByteCursor {
    private(set) var next: UnsafeMutablePointer<UInt8>

    init(_ start: UnsafeMutablePointer<UInt8>) { next = start }

    @inline(__always)
    mutating func put(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        UnsafeMutableRawPointer(next).copyMemory(from: text.utf8Start, byteCount: count)
        next += count
    }

    @inline(__always)
    mutating func put(_ text: [UInt8]) {
        text.withUnsafeBufferPointer { bytes in
            guard let start = bytes.baseAddress else { return }
            next.update(from: start, count: bytes.count)
        }
        next += text.count
    }

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        next.pointee = byte
        next += 1
    }

    /// A whole number that is not negative.
    @inline(__always)
    mutating func put(decimal value: Int64) {
        var digits = 1
        var bound: Int64 = 10
        while digits < 18, value >= bound {
            digits += 1
            bound &*= 10
        }
        put(decimal: value, digits: digits)
    }

    /// The last `digits` digits, leading zeros included.
    @inline(__always)
    mutating func put(decimal value: Int64, digits: Int) {
        var rest = UInt64(truncatingIfNeeded: value)
        var place = digits
        while place > 0 {
            place &-= 1
            let quotient = rest / 10
            next[place] = 0x30 &+ UInt8(truncatingIfNeeded: rest &- quotient &* 10)
            rest = quotient
        }
        next += digits
    }

    /// Milliseconds with three decimals: exact.
    @inline(__always)
    mutating func put(milliseconds microseconds: Int64) {
        put(decimal: microseconds / 1_000)
        put(0x2e)
        put(decimal: microseconds % 1_000, digits: 3)
    }

    /// Sixteen hexadecimal digits.
    @inline(__always)
    mutating func put(hexadecimal value: UInt64) {
        for place in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 &- 4 &* place)) & 0xf
            next[place] = nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
        }
        next += 16
    }
}
