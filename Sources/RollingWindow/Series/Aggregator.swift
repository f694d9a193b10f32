package import RequestLog

/// Where records become counts: one slot for each slice and series that was met, one probe and no allocation a record.
///
/// It is emptied by `drain` into slices, which everything behind it works on; so a record is counted once here however
/// many windows, commits and counters see it.
package struct Aggregator: ~Copyable {
    /// Width of the slices; nil: everything is one slice that starts at the epoch.
    private let width: Timestamp.Span?
    private var table = SlotTable()
    private let scale = IndexTable.Raw(DurationScale.indexTable)
    /// Records added since the last drain.
    package private(set) var records = 0

    /// The slice that the last record fell into, as consecutive ones mostly do.
    private var sliceStart = Int64.max
    private var sliceEnd = Int64.min

    package init(width: Timestamp.Span?) { self.width = width }

    deinit { scale.release() }

    /// Slots in use.
    package var count: Int { table.count }

    /// First the slots of a group are found, then they are added to: the processor waits for the memory of many slots
    /// at once instead of one after the other.
    package mutating func add(_ batch: borrowing RecordBatch, source: NameID) {
        let all = batch.records
        guard let records = all.baseAddress else { return }
        var found = InlineArray<64, UInt32>(repeating: 0)
        var start = 0
        while start < all.count {
            let count = min(found.count, all.count &- start)
            let group = records + start
            var place = 0
            while place < count {
                found[unchecked: place] = table.find(identity(of: group[place], source))
                place &+= 1
            }
            // Finding may have moved the slots.
            let slots = table.slots
            for place in 0..<count { slots[Int(found[unchecked: place])].add(group[place], scale) }
            start &+= count
        }
        self.records &+= all.count
    }

    @inline(__always)
    private mutating func identity(of record: borrowing Record, _ source: NameID) -> SlotIdentity {
        let time = record.time.nanoseconds
        if time < sliceStart || time >= sliceEnd { enterSlice(of: record.time) }
        return SlotIdentity(slice: sliceStart, record, source: source)
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

    /// What was added since the last drain, by slice, oldest first; the table is empty afterwards.
    package mutating func drain() -> [TimedSlice] {
        var counts: [Int64: Int] = [:]
        forEachStretch { counts[$0, default: 0] += $1.count }
        var places: [Int64: Int] = [:]
        var slices: [TimedSlice] = counts.sorted { $0.key < $1.key }.enumerated().map { place, entry in
            places[entry.key] = place
            let start = Timestamp(nanoseconds: entry.key)
            var slice = TimedSlice(slice: Slice(start: start, width: width ?? .zero))
            slice.slice.series.reserveCapacity(entry.value)
            return slice
        }
        forEachStretch { start, slots in
            let place = places[start]!
            for slot in slots {
                slices[place]
                    .insert(slot.cell, as: slot.identity.key, first: slot.firstEvent, last: slot.lastEvent)
            }
        }
        table.removeAll()
        records = 0
        return slices
    }

    /// Slots that follow one another and belong to one slice.
    private func forEachStretch(_ body: (_ start: Int64, UnsafeBufferPointer<Slot>) -> Void) {
        var first = 0
        while first < table.count {
            let start = table.slots[first].identity.slice
            var behind = first + 1
            while behind < table.count, table.slots[behind].identity.slice == start { behind += 1 }
            body(start, UnsafeBufferPointer(start: table.slots + first, count: behind - first))
            first = behind
        }
    }
}

extension TimedSlice {
    /// A series that the slice does not have yet.
    fileprivate mutating func insert(_ cell: Cell, as key: SeriesKey, first: Timestamp, last: Timestamp) {
        slice.series[key] = cell
        firstEvent = min(firstEvent, first)
        lastEvent = max(lastEvent, last)
    }
}
