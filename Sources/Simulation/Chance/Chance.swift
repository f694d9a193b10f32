import Glibc

/// A seeded source of random numbers: xoshiro256**, 256 bits of state filled by SplitMix64.
///
/// Sources: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators" (2021); Steele, Lea and Flood, "Fast
/// Splittable Pseudorandom Number Generators" (2014); Marsaglia and Bray's polar method for the normal variates (1964).
/// `next`, `below` and `uniform` give the same values everywhere; the others as far as the C library's `log` does.
package struct Chance: Sendable {
    private var a: UInt64
    private var b: UInt64
    private var c: UInt64
    private var d: UInt64
    private var spare = Double.nan

    /// Streams of one seed are independent for all practical purposes.
    package init(seed: UInt64, stream: UInt64 = 0) {
        var mixer = SplitMix64(state: seed)
        mixer.state = mixer.next() ^ (stream &* 0xd134_2543_de82_ef95)
        a = mixer.next()
        b = mixer.next()
        c = mixer.next()
        d = mixer.next()
    }

    @inline(__always)
    package mutating func next() -> UInt64 {
        let product = b &* 5
        let result = ((product << 7) | (product >> 57)) &* 9
        let shifted = b << 17
        c ^= a
        d ^= b
        b ^= c
        a ^= d
        c ^= shifted
        d = (d << 45) | (d >> 19)
        return result
    }

    /// A whole number from 0 up to `bound`, which is not included; uneven by at most bound / 2^64.
    @inline(__always)
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(truncatingIfNeeded: bound)).high)
    }

    /// Evenly between 0 and 1, never one of them.
    @inline(__always)
    package mutating func uniform() -> Double { (Double(next() >> 12) + 0.5) * 0x1p-52 }

    /// Mean 1.
    @inline(__always)
    package mutating func exponential() -> Double { -log(uniform()) }

    /// Mean 0, deviation 1.
    package mutating func normal() -> Double {
        if !spare.isNaN {
            defer { spare = .nan }
            return spare
        }
        while true {
            let x = 2 * uniform() - 1
            let y = 2 * uniform() - 1
            let square = x * x + y * y
            if square < 1, square > 0 {
                let factor = (-2 * log(square) / square).squareRoot()
                spare = y * factor
                return x * factor
            }
        }
    }
}

private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
