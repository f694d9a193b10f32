/// Grows the fingerprint of a log with the log.
///
/// Beside what `Fingerprint` keeps on disk it remembers, in memory only, the last 4 KiB themselves and the checksums of
/// the first 2^k bytes, so that a shorter file can be recognised as a beginning of this one.
package struct FingerprintBuilder: Sendable {
    /// Bytes taken in.
    package private(set) var length: UInt64 = 0
    /// The last `Fingerprint.sampleLength` bytes, or all if there are fewer.
    package private(set) var tail: [UInt8] = []
    private var head = Checksum()
    /// The checksum of the first 2^k bytes, for every k up to 15 that has been reached.
    private var beginnings: [UInt64] = []
    private var samples: [UInt64] = []
    private var openSample = Checksum()

    package init() {}

    package var fingerprint: Fingerprint {
        Fingerprint(
            length: length, head: head.value, samples: samples,
            tail: tail.withUnsafeBytes { Checksum(of: $0).value })
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        appendToHead(bytes)
        appendToSamples(bytes)
        appendToTail(bytes)
        length += UInt64(bytes.count)
    }

    /// The shortest beginning that is told apart after a restart, as a power of two: 64 bytes.
    package static let leastBeginning = 6

    /// The checksums of the first 2^k bytes, for k from `leastBeginning` on.
    package var longBeginnings: [UInt64] { Array(beginnings.dropFirst(FingerprintBuilder.leastBeginning)) }

    /// Whether all that this one has seen is, as far as both remember, a beginning of what the other has seen.
    package func isBeginning(of other: FingerprintBuilder) -> Bool {
        guard length <= other.length else { return false }
        guard length < other.length else { return fingerprint == other.fingerprint }
        let known = beginnings.count
        guard beginnings[...] == other.beginnings.prefix(known) else { return false }
        guard length < Fingerprint.headLength || head == other.head else { return false }
        guard samples[...] == other.samples.prefix(samples.count) else { return false }
        return tailsAgree(with: other)
    }

    /// Whether the two can have a common beginning; false only when they certainly have none.
    package func mayShareBeginning(with other: FingerprintBuilder) -> Bool {
        let common = min(beginnings.count, other.beginnings.count)
        return beginnings.prefix(common) == other.beginnings.prefix(common)
    }

    /// Whether what is remembered of the end of this one and of the other's has bytes in common, so that `isBeginning`
    /// has compared the end too.
    package func overlapsTail(of other: FingerprintBuilder) -> Bool {
        let otherStart = other.length - UInt64(other.tail.count)
        return length >= otherStart + min(length, FingerprintBuilder.leastOverlap)
    }

    /// Where the line begins that the end cuts short; nil if a line ends there, or none begins within what is remembered.
    package var lineStart: UInt64? {
        guard let last = tail.last, last != 10 else { return nil }
        guard let feed = tail.lastIndex(of: 10) else { return length == UInt64(tail.count) ? 0 : nil }
        return length - UInt64(tail.count - feed - 1)
    }

    private static let leastOverlap: UInt64 = 64

    private func tailsAgree(with other: FingerprintBuilder) -> Bool {
        let ownStart = length - UInt64(tail.count)
        let otherStart = other.length - UInt64(other.tail.count)
        let start = max(ownStart, otherStart)
        guard start < length else { return true }
        let count = Int(length - start)
        return tail.suffix(count) == other.tail.dropFirst(Int(start - otherStart)).prefix(count)
    }

    private mutating func appendToHead(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        var position = length
        while position < Fingerprint.headLength, !rest.isEmpty {
            // Up to the next power of two, where the checksum so far is written down.
            let boundary = position == 0 ? 1 : UInt64(1) << (64 - position.leadingZeroBitCount)
            let part = rest.prefix(Int(boundary - position))
            head.append(UnsafeRawBufferPointer(rebasing: part))
            rest = rest.dropFirst(part.count)
            position += UInt64(part.count)
            if position == boundary && boundary < Fingerprint.headLength { beginnings.append(head.value) }
        }
    }

    private mutating func appendToSamples(_ bytes: UnsafeRawBufferPointer) {
        let end = length + UInt64(bytes.count)
        while true {
            let start = Fingerprint.headLength << UInt64(samples.count)
            let stop = start + Fingerprint.sampleLength
            guard end > start else { return }
            let from = max(start, length)
            if from < stop {
                let part = bytes[Int(from - length)..<Int(min(end, stop) - length)]
                openSample.append(UnsafeRawBufferPointer(rebasing: part))
            }
            guard end >= stop else { return }
            samples.append(openSample.value)
            openSample = Checksum()
        }
    }

    private mutating func appendToTail(_ bytes: UnsafeRawBufferPointer) {
        let limit = Int(Fingerprint.sampleLength)
        if bytes.count >= limit {
            tail.removeAll(keepingCapacity: true)
            tail.append(contentsOf: bytes.suffix(limit))
        } else {
            tail.removeFirst(max(0, tail.count + bytes.count - limit))
            tail.append(contentsOf: bytes)
        }
    }

    /// Passes over bytes that no checksum covers.
    mutating func skip(to position: UInt64) {
        guard position > length else { return }
        length = position
        tail.removeAll(keepingCapacity: true)
    }
}
