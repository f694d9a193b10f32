/// The slots of an `Aggregator` by their identity: open addressing over plain memory, slots in the order of their coming.
///
/// Numbers of slots stay valid until `removeAll`; their addresses do not, for the memory moves when it grows.
struct SlotTable: ~Copyable {
    /// Where a slot is, with half of its hash: slots that are not meant are mostly not touched.
    private struct Place {
        var number: UInt32
        var tag: UInt32

        static let empty = Place(number: .max, tag: 0)
    }

    private(set) var slots: UnsafeMutablePointer<Slot>
    private(set) var count = 0
    private var capacity = 64
    private var places: UnsafeMutablePointer<Place>
    private var mask = 127

    init() {
        slots = SlotTable.allocateSlots(capacity)
        places = .allocate(capacity: mask + 1)
        places.initialize(repeating: .empty, count: mask + 1)
    }

    deinit {
        for number in 0..<count { slots[number].release() }
        slots.deallocate()
        places.deallocate()
    }

    /// The number of the slot, which is made if there is none.
    @inline(__always)
    mutating func find(_ identity: SlotIdentity) -> UInt32 {
        let hash = identity.hash
        let tag = UInt32(truncatingIfNeeded: hash &>> 32)
        var at = Int(truncatingIfNeeded: hash) & mask
        while true {
            let place = places[at]
            if place.tag == tag, place.number != .max, slots[Int(place.number)].identity == identity {
                return place.number
            }
            if place.number == .max { return insert(identity, tag, at: at) }
            at = (at &+ 1) & mask
        }
    }

    mutating func removeAll() {
        for number in 0..<count { slots[number].release() }
        if count > 0 { places.update(repeating: .empty, count: mask + 1) }
        count = 0
    }

    @inline(never)
    private mutating func insert(_ identity: SlotIdentity, _ tag: UInt32, at: Int) -> UInt32 {
        if count == capacity { growSlots() }
        (slots + count).initialize(to: Slot(identity: identity))
        places[at] = Place(number: UInt32(count), tag: tag)
        count += 1
        if count * 2 > mask { growPlaces() }
        return UInt32(count - 1)
    }

    private mutating func growSlots() {
        let larger = SlotTable.allocateSlots(capacity * 2)
        larger.moveInitialize(from: slots, count: count)
        slots.deallocate()
        slots = larger
        capacity *= 2
    }

    private mutating func growPlaces() {
        places.deallocate()
        mask = mask * 2 + 1
        places = .allocate(capacity: mask + 1)
        places.initialize(repeating: .empty, count: mask + 1)
        for number in 0..<count {
            let hash = slots[number].identity.hash
            var at = Int(truncatingIfNeeded: hash) & mask
            while places[at].number != .max { at = (at &+ 1) & mask }
            places[at] = Place(number: UInt32(number), tag: UInt32(truncatingIfNeeded: hash &>> 32))
        }
    }

    /// A slot fills whole cache lines.
    private static func allocateSlots(_ count: Int) -> UnsafeMutablePointer<Slot> {
        UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<Slot>.stride, alignment: 64)
            .bindMemory(to: Slot.self, capacity: count)
    }
}
