import RequestLog

/// What a slot of the `Aggregator` counts for, packed so that it is compared and hashed as three words.
struct SlotIdentity: Equatable {
    let slice: Int64
    private let names: UInt64
    private let rest: UInt64

    @inline(__always)
    init(slice: Int64, key: SeriesKey) {
        self.slice = slice
        names = UInt64(key.route.index) | UInt64(key.version.index) << 32
        let words = UInt64(key.method.rawValue) | UInt64(key.cache.rawValue) << 4 | UInt64(key.segment.rawValue) << 8
        rest = UInt64(key.source.index) | UInt64(key.status) << 32 | words << 48
    }

    var key: SeriesKey {
        SeriesKey(
            source: NameID(index: UInt32(truncatingIfNeeded: rest)),
            route: NameID(index: UInt32(truncatingIfNeeded: names)), method: Method(rawValue: UInt8(rest >> 48 & 15))!,
            status: UInt16(truncatingIfNeeded: rest >> 32), cache: CacheStatus(rawValue: UInt8(rest >> 52 & 15))!,
            segment: Segment(rawValue: UInt8(rest >> 56 & 3))!, version: NameID(index: UInt32(names >> 32)))
    }

    @inline(__always)
    var hash: UInt64 {
        let first = (names ^ UInt64(bitPattern: slice)).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        let second = (rest ^ first.high ^ first.low).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return second.high ^ second.low
    }

    @inline(__always)
    static func == (left: SlotIdentity, right: SlotIdentity) -> Bool {
        (left.slice ^ right.slice) | Int64(bitPattern: (left.names ^ right.names) | (left.rest ^ right.rest)) == 0
    }
}

/// A `Cell` in the making: plain data and two pieces of raw memory, so that adding a record touches no reference count.
struct Slot {
    let identity: SlotIdentity
    private(set) var firstEvent = Timestamp(nanoseconds: .max)
    private(set) var lastEvent = Timestamp(nanoseconds: .min)
    private var requests: UInt64 = 0
    private var durations = Total()
    private var durationExtremes = Extremes.none
    private var zeros: UInt64 = 0
    private var durationBuckets = RawBuckets()
    private var calls = Total()
    private var callExtremes = Extremes.none
    private var callBuckets = RawBuckets()
    private var dbTime = Total()
    private var upstreamTime = Total()
    private var bytes = Total()

    init(identity: SlotIdentity) { self.identity = identity }

    func release() {
        durationBuckets.release()
        callBuckets.release()
    }

    @inline(__always)
    mutating func add(_ record: Record) {
        requests &+= 1
        firstEvent = min(firstEvent, record.time)
        lastEvent = max(lastEvent, record.time)
        let duration = record.durationNanoseconds
        if duration >= 0 {
            durations.add(one: duration)
            durationExtremes.add(duration)
            if duration == 0 {
                zeros &+= 1
            } else {
                durationBuckets.increment(DurationScale.index(ofNanoseconds: duration))
            }
        }
        if record.dbCalls >= 0 {
            calls.add(one: record.dbCalls)
            callExtremes.add(record.dbCalls)
            callBuckets.increment(CallScale.index(of: record.dbCalls))
        }
        if record.dbNanoseconds >= 0 { dbTime.add(one: record.dbNanoseconds) }
        if record.upstreamNanoseconds >= 0 { upstreamTime.add(one: record.upstreamNanoseconds) }
        if record.bytes >= 0 { bytes.add(one: record.bytes) }
    }

    var cell: Cell {
        var cell = Cell()
        cell.requests = requests
        cell.durations.total = durations
        cell.durations.extremes = durationExtremes
        cell.durations.zeros = zeros
        cell.durations.buckets = durationBuckets.buckets
        cell.calls.total = calls
        cell.calls.extremes = callExtremes
        cell.calls.buckets = callBuckets.buckets
        cell.dbTime = dbTime
        cell.upstreamTime = upstreamTime
        cell.bytes = bytes
        return cell
    }
}

/// `Buckets` in raw memory: a stretch of counters around what has been met so far.
struct RawBuckets {
    private var lowest: Int32 = 0
    private var count: Int32 = 0
    private var counters: UnsafeMutablePointer<UInt64>?

    /// Counters that a new stretch leaves free on either side: latencies scatter.
    private static let margin: Int32 = 16

    func release() { counters?.deallocate() }

    @inline(__always)
    mutating func increment(_ index: Int32) {
        let place = index &- lowest
        if UInt32(bitPattern: place) >= UInt32(bitPattern: count) {
            widen(to: index)
            return increment(index)
        }
        counters.unsafelyUnwrapped[Int(place)] &+= 1
    }

    @inline(never)
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
        Buckets(lowest: lowest, counts: Array(UnsafeBufferPointer(start: counters, count: Int(count))))
    }
}

extension Total {
    @inline(__always)
    mutating func add(one value: Int64) {
        count &+= 1
        sum &+= Int128(value)
    }
}

extension Extremes {
    @inline(__always)
    mutating func add(_ value: Int64) {
        min = Swift.min(min, value)
        max = Swift.max(max, value)
    }
}
