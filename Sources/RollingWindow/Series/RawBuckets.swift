/// `Buckets` in raw memory: a stretch of counters around what has been met so far.
struct RawBuckets {
    private var lowest: Int32 = 0
    private var count: Int32 = 0
    private var counters: UnsafeMutablePointer<UInt64>?

    /// Counters that a new stretch leaves free on either side: latencies scatter.
    private static let margin: Int32 = 16

    func release() { counters?.deallocate() }

    @inline(never)
    mutating func add(_ times: UInt64, at index: Int32) {
        if UInt32(bitPattern: index &- lowest) >= UInt32(bitPattern: count) { widen(to: index) }
        counters.unsafelyUnwrapped[Int(index &- lowest)] &+= times
    }

    private mutating func widen(to index: Int32) {
        let first = count == 0 ? index - RawBuckets.margin / 2 : min(lowest, index - RawBuckets.margin)
        let end = count == 0 ? index + RawBuckets.margin / 2 : max(lowest + count, index + RawBuckets.margin)
        let wider = UnsafeMutablePointer<UInt64>.allocate(capacity: Int(end - first))
        wider.initialize(repeating: 0, count: Int(end - first))
        if let counters {
            (wider + Int(lowest - first)).update(from: counters, count: Int(count))
            counters.deallocate()
        }
        (lowest, count, counters) = (first, end - first, wider)
    }

    var buckets: Buckets {
        count == 0
            ? Buckets()
            : Buckets(lowest: lowest, counts: UnsafeBufferPointer(start: counters, count: Int(count)))
    }
}
