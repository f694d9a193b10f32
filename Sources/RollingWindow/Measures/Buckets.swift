/// Integer counts of consecutive buckets, from the lowest that was ever touched to the highest.
///
/// Adding, merging and subtracting are exact and free of order. What a bucket's index means is the owner's business
/// (`DurationScale`, `CallScale`). Each count takes as many bytes as all of them together need, 1, 2, 4 or 8: a
/// thousand series have millions of buckets in the steps of their windows, nearly all of them empty.
package struct Buckets: Equatable, Sendable {
    package private(set) var lowest: Int32 = 0
    /// All counts together.
    package private(set) var total: UInt64 = 0
    /// The counts (`NarrowCounts`).
    private var bytes: [UInt8] = []

    package init() {}

    /// Adopts counts as they are; zeros at the ends are dropped, so equal contents are equal values. A sum beyond 64 bits,
    /// of which nothing real consists, is the greatest number.
    package init(lowest: Int32, counts: [UInt64]) {
        self = counts.withUnsafeBufferPointer { Buckets(lowest: lowest, counts: $0) }
    }

    init<Count: FixedWidthInteger & UnsignedInteger>(lowest: Int32, counts: UnsafeBufferPointer<Count>) {
        var (first, behind) = (0, counts.count)
        while first < behind, counts[first] == 0 { first &+= 1 }
        while behind > first, counts[behind &- 1] == 0 { behind &-= 1 }
        guard first < behind else { return }
        self.lowest = lowest + Int32(first)
        let filled = UnsafeBufferPointer(rebasing: counts[first..<behind])
        for count in filled { grow(by: UInt64(count)) }
        let source = UnsafeRawPointer(filled.baseAddress.unsafelyUnwrapped)
        bytes = NarrowCounts.copy(source, exponent: NarrowCounts.exponent(of: Count.self), filled.count, as: exponent)
    }

    /// Adopts filled buckets, none of which is zero, as they are.
    ///
    /// - Parameter indices: ascending, one for each count.
    package init(ascending indices: ArraySlice<Int32>, counts: ArraySlice<UInt64>) {
        guard let first = indices.first, let last = indices.last else { return }
        lowest = first
        for count in counts { grow(by: count) }
        bytes = NarrowCounts.spread(counts, at: indices, of: Int(last - first) + 1, as: exponent)
    }

    package var isEmpty: Bool { bytes.isEmpty }

    /// How many buckets there are, empty ones between others included.
    package var width: Int { bytes.count >> exponent }

    package var counts: [UInt64] { (0..<width).map { self[place: $0] } }

    /// A count takes 2 to the power of this bytes.
    private var exponent: Int { NarrowCounts.exponent(for: total) }

    package subscript(index: Int32) -> UInt64 {
        let place = Int(index) - Int(lowest)
        return place >= 0 && place < width ? self[place: place] : 0
    }

    /// By its place behind the lowest.
    package subscript(place place: Int) -> UInt64 {
        bytes.withUnsafeBytes { NarrowCounts.count(at: place, $0, exponent: exponent) }
    }

    /// Those that are not empty, by their places behind the lowest, ascending.
    package func forEachFilled(_ body: (_ place: Int, _ count: UInt64) -> Void) { forEachFilledInlined(body) }

    @inline(__always)
    func forEachFilledInlined(_ body: (_ place: Int, _ count: UInt64) -> Void) {
        bytes.withUnsafeBytes { NarrowCounts.forEachFilled($0, exponent: exponent, body) }
    }

    package mutating func add(_ count: UInt64, at index: Int32) {
        guard count > 0 else { return }
        withUnsafePointer(to: count) { add(Buckets(lowest: index, counts: UnsafeBufferPointer(start: $0, count: 1))) }
    }

    package mutating func add(_ other: Buckets) {
        guard !other.isEmpty else { return }
        if isEmpty {
            self = other
            return
        }
        makeRoom(for: other)
        combine(with: other, by: .adding)
    }

    /// Takes away what was added before; taking more is a bug.
    package mutating func subtract(_ other: Buckets) {
        guard !other.isEmpty else { return }
        precondition(total >= other.total, "subtracting more than was added")
        combine(with: other, by: .subtracting)
        let before = exponent
        total -= other.total
        trim(exponentBefore: before)
    }

    /// `other` lies inside.
    private mutating func combine(with other: Buckets, by operation: NarrowCounts.Operation) {
        let (place, exponent) = (Int(other.lowest) - Int(lowest), exponent)
        precondition(place >= 0 && place + other.width <= width, "buckets that were never added")
        let isRight = bytes.withUnsafeMutableBytes { sums in
            other.bytes.withUnsafeBytes { parts in
                NarrowCounts.combine(
                    sums.baseAddress! + place << exponent, exponent: exponent, parts.baseAddress!,
                    exponent: other.exponent, other.width, by: operation)
            }
        }
        precondition(isRight, "subtracting more than was added")
    }

    private mutating func grow(by count: UInt64) {
        let (sum, overflow) = total.addingReportingOverflow(count)
        total = overflow ? .max : sum
    }

    private mutating func makeRoom(for other: Buckets) {
        let (before, width) = (exponent, width)
        grow(by: other.total)
        let first = min(lowest, other.lowest)
        let end = max(Int(lowest) + width, Int(other.lowest) + other.width)
        let shift = Int(lowest) - Int(first)
        let wider = end - Int(first)
        guard wider > width || exponent != before else { return }
        // With no room to spare: most are never widened again.
        let old = bytes
        bytes = old.withUnsafeBytes {
            NarrowCounts.copy($0.baseAddress!, exponent: before, width, to: shift, of: wider, as: exponent)
        }
        lowest = first
    }

    /// Takes off zeros at the ends, and bytes that the counts do not need any more.
    private mutating func trim(exponentBefore before: Int) {
        let old = bytes
        let filled = old.withUnsafeBytes { NarrowCounts.filled($0, exponent: before) }
        guard filled.count < old.count >> before || exponent != before else { return }
        bytes = old.withUnsafeBytes {
            let first = $0.baseAddress! + filled.lowerBound << before
            return NarrowCounts.copy(first, exponent: before, filled.count, as: exponent)
        }
        lowest = filled.isEmpty ? 0 : lowest + Int32(filled.lowerBound)
    }
}

extension Buckets {
    /// The bucket that holds the value of this rank (1 is the smallest); nil when the rank is beyond the total.
    package func index(ofRank rank: UInt64) -> Int32? {
        var seen: UInt64 = 0
        return bytes.withUnsafeBytes { bytes in
            (0..<width).first { place in
                seen &+= NarrowCounts.count(at: place, bytes, exponent: exponent)
                return seen >= rank
            }.map { lowest + Int32($0) }
        }
    }
}
