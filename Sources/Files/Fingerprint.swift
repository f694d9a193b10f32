/// What tells one log from another: checksums over the part of its content that has been consumed.
///
/// The head is the first 64 KiB (or all that was consumed, if less), a sample is 4 KiB at each power-of-two offset from
/// 64 KiB up, and the tail is the last 4 KiB before the position. Lengths are in bytes, sums are FNV-1a, 64 bits
/// (Fowler, Noll, Vo; offset basis 0xcbf29ce484222325, prime 0x100000001b3).
package struct Fingerprint: Equatable, Sendable {
    package static let headLength: UInt64 = 64 * 1024
    package static let sampleLength: UInt64 = 4 * 1024

    /// Consumed bytes that the fingerprint speaks for: the position's offset.
    package var length: UInt64
    package var head: UInt64
    /// The sample at 2^(16 + i), for every one that lies wholly before `length`.
    package var samples: [UInt64]
    package var tail: UInt64

    package init(length: UInt64, head: UInt64, samples: [UInt64], tail: UInt64) {
        self.length = length
        self.head = head
        self.samples = samples
        self.tail = tail
    }
}
