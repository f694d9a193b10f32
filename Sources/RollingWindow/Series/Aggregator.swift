package import RequestLog

/// Where records become counts: one slot for each slice and series that was met, one probe and no allocation a record.
///
/// It is emptied by `drain` into slices, which everything behind it works on; so a record is counted once here however
/// many windows, commits and counters see it.
package struct Aggregator: ~Copyable {
    /// Width of the slices; nil: everything is one slice that starts at the epoch.
    private let width: Timestamp.Span?

    private var slots: UnsafeMutablePointer<Slot>
    private var capacity = 64
    /// Slots in use.
    package private(set) var count = 0
    /// Records added since the last drain.
    package private(set) var records = 0

    private var places: UnsafeMutablePointer<UInt32>
    private var mask = 127
    private static let emptyPlace = UInt32.max

    /// The slice that the last record fell into, as consecutive ones mostly do.
    private var sliceStart = Int64.max
    private var sliceEnd = Int64.min

    package init(width: Timestamp.Span?) {
        self.width = width
        slots = .allocate(capacity: capacity)
        places = .allocate(capacity: mask + 1)
        places.initialize(repeating: Aggregator.emptyPlace, count: mask + 1)
    }

    deinit {
        for place in 0..<count { slots[place].release() }
        slots.deallocate()
        places.deallocate()
    }

    package mutating func add(_ batch: borrowing RecordBatch, source: NameID) {
        for record in batch.records { add(record, source: source) }
    }

    @inline(__always)
    private mutating func add(_ record: Record, source: NameID) {
        let time = record.time.nanoseconds
        if time < sliceStart || time >= sliceEnd { enterSlice(of: record.time) }
        let identity = SlotIdentity(slice: sliceStart, key: SeriesKey(record, source: source))
        // Finding may move the slots, so it comes first.
        let place = find(identity)
        slots[place].add(record)
        records &+= 1
    }

    @inline(never)
    private mutating func enterSlice(of time: Timestamp) {
        guard let width else {
            (sliceStart, sliceEnd) = (0, .max)
            return
        }
        sliceStart = time.floored(to: width).nanoseconds
        sliceEnd = sliceStart + width.nanoseconds
    }

    @inline(__always)
    private mutating func find(_ identity: SlotIdentity) -> Int {
        let hash = identity.hash
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let slot = places[place]
            if slot == Aggregator.emptyPlace { return insert(identity, at: place) }
            if slots[Int(slot)].identity == identity { return Int(slot) }
            place = (place &+ 1) & mask
        }
    }

    @inline(never)
    private mutating func insert(_ identity: SlotIdentity, at place: Int) -> Int {
        if count == capacity { growSlots() }
        (slots + count).initialize(to: Slot(identity: identity))
        places[place] = UInt32(count)
        count += 1
        if count * 2 > mask { growPlaces() }
        return count - 1
    }

    private mutating func growSlots() {
        let larger = UnsafeMutablePointer<Slot>.allocate(capacity: capacity * 2)
        larger.moveInitialize(from: slots, count: count)
        slots.deallocate()
        slots = larger
        capacity *= 2
    }

    private mutating func growPlaces() {
        places.deallocate()
        mask = mask * 2 + 1
        places = .allocate(capacity: mask + 1)
        places.initialize(repeating: Aggregator.emptyPlace, count: mask + 1)
        for slot in 0..<count {
            var place = Int(truncatingIfNeeded: slots[slot].identity.hash) & mask
            while places[place] != Aggregator.emptyPlace { place = (place &+ 1) & mask }
            places[place] = UInt32(slot)
        }
    }

    /// What was added since the last drain, by slice, oldest first; the table is empty afterwards.
    package mutating func drain() -> [TimedSlice] {
        let width = width ?? .zero
        var slices: [Int64: TimedSlice] = [:]
        for place in 0..<count {
            let slot = slots[place]
            let start = Timestamp(nanoseconds: slot.identity.slice)
            slices[
                slot.identity.slice, default: TimedSlice(slice: Slice(start: start, width: width))
            ].add(slot.cell, to: slot.identity.key, first: slot.firstEvent, last: slot.lastEvent)
            slot.release()
        }
        if count > 0 { places.update(repeating: Aggregator.emptyPlace, count: mask + 1) }
        count = 0
        records = 0
        return slices.values.sorted { $0.slice.start < $1.slice.start }
    }
}
