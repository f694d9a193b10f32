/// Integer counts of consecutive buckets, from the lowest that was ever touched to the highest.
///
/// Adding, merging and subtracting are exact and free of order. What a bucket's index means is the owner's business
/// (`DurationScale`, `CallScale`). Where all counts together fit 32 bits, each takes only those: a window of a thousand
/// series has millions.
package struct Buckets: Equatable, Sendable {
    package private(set) var lowest: Int32 = 0
    /// All counts together.
    package private(set) var total: UInt64 = 0
    /// One for each count; where the total does not fit one, two: the lower half and the upper half.
    @usableFromInline private(set) var words: [UInt32] = []

    package init() {}

    /// Adopts counts as they are; zeros at the ends are dropped, so equal contents are equal values. A sum beyond 64 bits,
    /// of which nothing real consists, is the greatest number.
    package init(lowest: Int32, counts: [UInt64]) {
        self = counts.withUnsafeBufferPointer { Buckets(lowest: lowest, counts: $0) }
    }

    init(lowest: Int32, counts: UnsafeBufferPointer<UInt64>) {
        var (first, behind) = (0, counts.count)
        while first < behind, counts[first] == 0 { first &+= 1 }
        while behind > first, counts[behind &- 1] == 0 { behind &-= 1 }
        guard first < behind else { return }
        let filled = UnsafeBufferPointer(rebasing: counts[first..<behind])
        for count in filled {
            let (sum, overflow) = total.addingReportingOverflow(count)
            total = overflow || total == .max ? .max : sum
        }
        self.lowest = lowest + Int32(first)
        words = isWide ? Buckets.halves(of: filled) : Buckets.narrowed(filled)
    }

    /// Adopts counts without zeros at the ends.
    init(lowest: Int32, counts: [UInt32], total: UInt32) {
        self.lowest = lowest
        words = counts
        self.total = UInt64(total)
    }

    package var isEmpty: Bool { words.isEmpty }

    /// How many buckets there are, empty ones between others included.
    package var width: Int { isWide ? words.count / 2 : words.count }

    package var counts: [UInt64] { (0..<width).map { self[place: $0] } }

    @usableFromInline var isWide: Bool { total > UInt64(UInt32.max) }

    package subscript(index: Int32) -> UInt64 {
        let place = Int(index) - Int(lowest)
        return place >= 0 && place < width ? self[place: place] : 0
    }

    /// By its place behind the lowest.
    @inlinable
    package subscript(place place: Int) -> UInt64 {
        isWide ? UInt64(words[2 * place]) | UInt64(words[2 * place + 1]) << 32 : UInt64(words[place])
    }

    /// Those that are not empty, by their places behind the lowest, ascending.
    @inlinable
    package func forEachFilled(_ body: (_ place: Int, _ count: UInt64) -> Void) {
        if isWide {
            for place in 0..<words.count / 2 where self[place: place] > 0 { body(place, self[place: place]) }
        } else {
            let span = words.span
            for place in span.indices where span[unchecked: place] > 0 { body(place, UInt64(span[unchecked: place])) }
        }
    }

    package mutating func add(_ count: UInt64, at index: Int32) {
        guard count > 0 else { return }
        grow(by: count)
        reserve(from: index, through: index)
        add(count, place: Int(index - lowest))
    }

    package mutating func add(_ other: Buckets) {
        guard !other.isEmpty else { return }
        if isEmpty {
            self = other
            return
        }
        grow(by: other.total)
        reserve(from: other.lowest, through: other.lowest + Int32(other.width) - 1)
        let shift = Int(other.lowest - lowest)
        if isWide { return other.forEachFilled { add($1, place: $0 + shift) } }
        // Spans, so that several counts are added at once: each window is a sum of such sums.
        var sums = words.mutableSpan
        let others = other.words.span
        precondition(shift >= 0 && shift + others.count <= sums.count, "room was reserved")
        for place in others.indices { sums[unchecked: place &+ shift] &+= others[unchecked: place] }
    }

    /// Takes away what was added before; taking more is a bug.
    package mutating func subtract(_ other: Buckets) {
        guard !other.isEmpty else { return }
        let shift = Int(other.lowest) - Int(lowest)
        precondition(shift >= 0 && shift + other.width <= width, "subtracting buckets that were never added")
        if isWide {
            other.forEachFilled { place, count in
                precondition(self[place: place + shift] >= count, "subtracting more than was added")
                add(0 &- count, place: place + shift)
            }
        } else {
            var rest = words.mutableSpan
            let others = other.words.span
            for place in others.indices {
                let count = others[unchecked: place]
                precondition(rest[unchecked: place &+ shift] >= count, "subtracting more than was added")
                rest[unchecked: place &+ shift] &-= count
            }
        }
        shrink(by: other.total)
        trim()
    }

    private mutating func add(_ count: UInt64, place: Int) {
        let sum = self[place: place] &+ count
        if isWide {
            words[2 * place] = UInt32(truncatingIfNeeded: sum)
            words[2 * place + 1] = UInt32(truncatingIfNeeded: sum >> 32)
        } else {
            words[place] = UInt32(truncatingIfNeeded: sum)
        }
    }

    private mutating func grow(by count: UInt64) {
        let (wasWide, old) = (isWide, total)
        total &+= count
        guard isWide, !wasWide, old > 0 else { return }
        words = words.flatMap { [$0, 0] }
    }

    private mutating func shrink(by count: UInt64) {
        let wasWide = isWide
        total &-= count
        guard wasWide, !isWide else { return }
        words = stride(from: 0, to: words.count, by: 2).map { words[$0] }
    }

    private mutating func reserve(from first: Int32, through last: Int32) {
        if isEmpty { lowest = first }
        let before = max(0, Int(lowest) - Int(first))
        let behind = max(0, Int(last) - Int(lowest) + 1 - width)
        lowest = min(lowest, first)
        guard before > 0 || behind > 0 else { return }
        let (front, back) = isWide ? (2 * before, 2 * behind) : (before, behind)
        // With no room to spare: most are never widened again.
        words = Array(unsafeUninitializedCapacity: front + words.count + back) { target, filled in
            filled = target.count
            target.extracting(..<front).initialize(repeating: 0)
            _ = target.extracting(front..<front + words.count).initialize(fromContentsOf: words)
            target.extracting((front + words.count)...).initialize(repeating: 0)
        }
    }

    private mutating func trim() {
        let width = width
        var (first, behind) = (0, width)
        while behind > first, self[place: behind - 1] == 0 { behind -= 1 }
        while first < behind, self[place: first] == 0 { first += 1 }
        lowest = first < behind ? lowest + Int32(first) : 0
        guard first > 0 || behind < width else { return }
        words = Array(isWide ? words[2 * first..<2 * behind] : words[first..<behind])
    }

    private static func narrowed(_ counts: UnsafeBufferPointer<UInt64>) -> [UInt32] {
        Array(unsafeUninitializedCapacity: counts.count) { target, count in
            count = counts.count
            for place in 0..<count { target[place] = UInt32(truncatingIfNeeded: counts[place]) }
        }
    }

    private static func halves(of counts: UnsafeBufferPointer<UInt64>) -> [UInt32] {
        counts.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] }
    }
}

extension Buckets {
    /// The bucket that holds the value of this rank (1 is the smallest); nil when the rank is beyond the total.
    package func index(ofRank rank: UInt64) -> Int32? {
        var seen: UInt64 = 0
        for place in 0..<width {
            seen &+= self[place: place]
            if seen >= rank { return lowest + Int32(place) }
        }
        return nil
    }
}
