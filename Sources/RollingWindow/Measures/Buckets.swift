/// Integer counts of consecutive buckets, from the lowest that was ever touched to the highest.
///
/// Adding, merging and subtracting are exact and free of order. What a bucket's index means is the owner's business
/// (`DurationScale`, `CallScale`).
package struct Buckets: Equatable, Sendable {
    package private(set) var lowest: Int32 = 0
    package private(set) var counts: [UInt64] = []

    package init() {}

    /// Adopts counts as they are; zeros at the ends are dropped, so equal contents are equal values.
    package init(lowest: Int32, counts: [UInt64]) {
        self.lowest = lowest
        self.counts = counts
        trim()
    }

    package var isEmpty: Bool { counts.isEmpty }

    package var total: UInt64 { counts.reduce(0, &+) }

    package subscript(index: Int32) -> UInt64 {
        let place = Int(index) - Int(lowest)
        return counts.indices.contains(place) ? counts[place] : 0
    }

    package mutating func add(_ count: UInt64, at index: Int32) {
        guard count > 0 else { return }
        reserve(from: index, through: index)
        counts[Int(index - lowest)] &+= count
    }

    package mutating func add(_ other: Buckets) {
        guard !other.isEmpty else { return }
        if isEmpty {
            self = other
            return
        }
        reserve(from: other.lowest, through: other.lowest + Int32(other.counts.count) - 1)
        let shift = Int(other.lowest - lowest)
        // Spans, so that several counts are added at once: each window is a sum of such sums.
        var sums = counts.mutableSpan
        let others = other.counts.span
        precondition(shift >= 0 && shift + others.count <= sums.count, "room was reserved")
        for place in others.indices { sums[unchecked: place &+ shift] &+= others[unchecked: place] }
    }

    /// Takes away what was added before; taking more is a bug.
    package mutating func subtract(_ other: Buckets) {
        guard !other.isEmpty else { return }
        let shift = Int(other.lowest) - Int(lowest)
        precondition(
            shift >= 0 && shift + other.counts.count <= counts.count, "subtracting buckets that were never added")
        for place in other.counts.indices {
            precondition(counts[place + shift] >= other.counts[place], "subtracting more than was added")
            counts[place + shift] &-= other.counts[place]
        }
        trim()
    }

    private mutating func reserve(from first: Int32, through last: Int32) {
        if counts.isEmpty {
            lowest = first
            counts = Array(repeating: 0, count: Int(last - first) + 1)
            return
        }
        if first < lowest {
            counts.insert(contentsOf: repeatElement(0, count: Int(lowest - first)), at: 0)
            lowest = first
        }
        let missing = Int(last - lowest) + 1 - counts.count
        if missing > 0 { counts.append(contentsOf: repeatElement(0, count: missing)) }
    }

    private mutating func trim() {
        while counts.last == 0 { counts.removeLast() }
        let leading = counts.prefix { $0 == 0 }.count
        if leading > 0 {
            counts.removeFirst(leading)
            lowest += Int32(leading)
        }
        if counts.isEmpty { lowest = 0 }
    }
}

extension Buckets {
    /// The bucket that holds the value of this rank (1 is the smallest); nil when the rank is beyond the total.
    package func index(ofRank rank: UInt64) -> Int32? {
        var seen: UInt64 = 0
        for place in counts.indices {
            seen &+= counts[place]
            if seen >= rank { return lowest + Int32(place) }
        }
        return nil
    }
}
