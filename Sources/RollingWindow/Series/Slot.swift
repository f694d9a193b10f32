import RequestLog

/// A `Cell` in the making: 512 bytes of plain data, so that adding a record touches no reference count and, for nearly
/// every record, no memory but this.
struct Slot {
    // The sums come first: they are aligned to 16 bytes.
    private var durationSum: Int128 = 0
    private var callSum: Int128 = 0
    private var dbTimeSum: Int128 = 0
    private var upstreamTimeSum: Int128 = 0
    private var byteSum: Int128 = 0
    private var durationCount: UInt64 = 0
    private var callCount: UInt64 = 0
    private var dbTimeCount: UInt64 = 0
    private var upstreamTimeCount: UInt64 = 0
    private var byteCount: UInt64 = 0

    let identity: SlotIdentity
    private var requests: UInt64 = 0
    // Nanoseconds since the epoch, as plain numbers: comparing `Timestamp`s of another module is a call.
    private var firstEventNanoseconds = Int64.max
    private var lastEventNanoseconds = Int64.min
    private var durationExtremes = Extremes.none
    private var callExtremes = Extremes.none
    private var zeros: UInt64 = 0

    /// The bucket of the first of `nearDurations`: three doublings around the first duration hold most of a series.
    private var nearest: Int32 = 0
    private var nearDurations: InlineArray<96, UInt16> = .init(repeating: 0)
    private var fewCalls: InlineArray<36, UInt16> = .init(repeating: 0)
    /// What is outside of these two, and 65,536 for each time that one of their counts has wrapped.
    private var farDurations = RawBuckets()
    private var manyCalls = RawBuckets()

    init(identity: SlotIdentity) { self.identity = identity }

    func release() {
        farDurations.release()
        manyCalls.release()
    }

    @inline(__always)
    mutating func add(_ record: borrowing Record, _ scale: IndexTable.Raw) {
        requests &+= 1
        firstEventNanoseconds = min(firstEventNanoseconds, record.time.nanoseconds)
        lastEventNanoseconds = max(lastEventNanoseconds, record.time.nanoseconds)
        if record.durationNanoseconds >= 0 { add(duration: record.durationNanoseconds, scale) }
        if record.dbCalls >= 0 { add(calls: record.dbCalls) }
        if record.dbNanoseconds >= 0 {
            dbTimeCount &+= 1
            dbTimeSum &+= Int128(record.dbNanoseconds)
        }
        if record.upstreamNanoseconds >= 0 {
            upstreamTimeCount &+= 1
            upstreamTimeSum &+= Int128(record.upstreamNanoseconds)
        }
        if record.bytes >= 0 {
            byteCount &+= 1
            byteSum &+= Int128(record.bytes)
        }
    }

    @inline(__always)
    private mutating func add(duration: Int64, _ scale: IndexTable.Raw) {
        durationExtremes.add(duration)
        durationSum &+= Int128(duration)
        let bucketed = durationCount &- zeros
        durationCount &+= 1
        guard duration > 0 else {
            zeros &+= 1
            return
        }
        let index = Int32(truncatingIfNeeded: scale.index(of: duration))
        if bucketed == 0 { nearest = index &- 48 }
        let place = Int(index &- nearest)
        guard UInt(bitPattern: place) < 96 else { return farDurations.add(1, at: index) }
        nearDurations[unchecked: place] &+= 1
        if nearDurations[unchecked: place] == 0 { farDurations.add(65_536, at: index) }
    }

    @inline(__always)
    private mutating func add(calls: Int64) {
        callExtremes.add(calls)
        callSum &+= Int128(calls)
        callCount &+= 1
        // Below 64 a count is its own bucket (`CallScale`).
        guard calls < 36 else { return manyCalls.add(1, at: CallScale.index(of: calls)) }
        let place = Int(calls)
        fewCalls[unchecked: place] &+= 1
        if fewCalls[unchecked: place] == 0 { manyCalls.add(65_536, at: Int32(truncatingIfNeeded: calls)) }
    }

    var firstEvent: Timestamp { Timestamp(nanoseconds: firstEventNanoseconds) }
    var lastEvent: Timestamp { Timestamp(nanoseconds: lastEventNanoseconds) }

    var cell: Cell {
        var cell = Cell()
        cell.requests = requests
        cell.durations.total = Total(count: durationCount, sum: durationSum)
        cell.durations.extremes = durationExtremes
        cell.durations.zeros = zeros
        cell.durations.buckets = farDurations.buckets
        cell.durations.buckets.add(Buckets(lowest: nearest, counts: nearDurations.span))
        cell.calls.total = Total(count: callCount, sum: callSum)
        cell.calls.extremes = callExtremes
        cell.calls.buckets = manyCalls.buckets
        cell.calls.buckets.add(Buckets(lowest: 0, counts: fewCalls.span))
        cell.dbTime = Total(count: dbTimeCount, sum: dbTimeSum)
        cell.upstreamTime = Total(count: upstreamTimeCount, sum: upstreamTimeSum)
        cell.bytes = Total(count: byteCount, sum: byteSum)
        return cell
    }
}

extension Extremes {
    @inline(__always)
    mutating func add(_ value: Int64) {
        min = Swift.min(min, value)
        max = Swift.max(max, value)
    }
}

extension Buckets {
    fileprivate init(lowest: Int32, counts: Span<UInt16>) {
        self = counts.withUnsafeBufferPointer { counts in
            var (first, behind) = (0, counts.count)
            let bytes = UnsafeRawBufferPointer(counts)
            // Mostly zeros: four of them are one word.
            while behind - first >= 4, bytes.loadUnaligned(fromByteOffset: 2 * first, as: UInt64.self) == 0 {
                first &+= 4
            }
            while behind - first >= 4, bytes.loadUnaligned(fromByteOffset: 2 * behind - 8, as: UInt64.self) == 0 {
                behind &-= 4
            }
            return Buckets(
                lowest: lowest + Int32(first), counts: UnsafeBufferPointer(rebasing: counts[first..<behind]))
        }
    }
}
