/// The requests of one stratum slice by slice, in a few bytes each: a week of a thousand series is millions of cells.
///
/// A cell is varints: slice since the last one (the first: its number, zigzag) · flags · requests · [errors] ·
/// [requests with calls, their calls] · [timed requests] · [zeros] · sum of nanoseconds · filled buckets · lowest index
/// (zigzag) · for each further bucket the gap to the one before, less one · every count.
struct PackedCells: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private(set) var lastSlice = Int64.min

    private enum Flag {
        static let errors: UInt8 = 1
        static let calls: UInt8 = 2
        static let partlyTimed: UInt8 = 4
        static let zeros: UInt8 = 8
    }

    /// Cells come in the order of their slices, each slice once.
    mutating func append(_ cell: StratumCell, slice: Int64) {
        precondition(slice > lastSlice, "a slice before the last one")
        appendVarint(count == 0 ? PackedCells.zigzag(slice) : UInt64(slice &- lastSlice))
        let successes = cell.requests &- cell.errors
        var flags: UInt8 = 0
        if cell.errors > 0 { flags |= Flag.errors }
        if cell.callRequests > 0 { flags |= Flag.calls }
        if cell.timed != successes { flags |= Flag.partlyTimed }
        if cell.zeros > 0 { flags |= Flag.zeros }
        bytes.append(flags)
        appendVarint(cell.requests)
        if cell.errors > 0 { appendVarint(cell.errors) }
        if cell.callRequests > 0 {
            appendVarint(cell.callRequests)
            appendVarint(cell.calls)
        }
        if cell.timed != successes { appendVarint(cell.timed) }
        if cell.zeros > 0 { appendVarint(cell.zeros) }
        appendVarint(cell.nanoseconds)
        appendVarint(UInt64(cell.buckets.count))
        var previous: Int32?
        for (index, _) in cell.buckets {
            appendVarint(previous.map { UInt64(index - $0 - 1) } ?? PackedCells.zigzag(Int64(index)))
            previous = index
        }
        for (_, count) in cell.buckets { appendVarint(count) }
        lastSlice = slice
        count += 1
    }

    private mutating func appendVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    /// Gives every cell; the buckets are those of a scratch array that is used again.
    func forEach(_ body: (_ slice: Int64, _ cell: borrowing StratumCell) -> Void) {
        var cell = StratumCell()
        var slice: Int64 = 0
        bytes.withUnsafeBufferPointer { bytes in
            var place = 0
            func varint() -> UInt64 {
                var value: UInt64 = 0
                var shift: UInt64 = 0
                while true {
                    let byte = bytes[place]
                    place &+= 1
                    value |= UInt64(byte & 0x7f) &<< shift
                    if byte < 0x80 { return value }
                    shift &+= 7
                }
            }
            func signed() -> Int64 {
                let value = varint()
                return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
            }
            for number in 0..<count {
                slice = number == 0 ? signed() : slice &+ Int64(bitPattern: varint())
                let flags = bytes[place]
                place &+= 1
                cell.requests = varint()
                cell.errors = flags & Flag.errors != 0 ? varint() : 0
                cell.callRequests = flags & Flag.calls != 0 ? varint() : 0
                cell.calls = flags & Flag.calls != 0 ? varint() : 0
                cell.timed = flags & Flag.partlyTimed != 0 ? varint() : cell.requests &- cell.errors
                cell.zeros = flags & Flag.zeros != 0 ? varint() : 0
                cell.nanoseconds = varint()
                let filled = Int(varint())
                cell.buckets.removeAll(keepingCapacity: true)
                var index: Int32 = 0
                for bucket in 0..<filled {
                    index =
                        bucket == 0
                        ? Int32(truncatingIfNeeded: signed()) : index &+ Int32(truncatingIfNeeded: varint()) &+ 1
                    cell.buckets.append((index, 0))
                }
                for bucket in 0..<filled { cell.buckets[bucket].count = varint() }
                body(slice, cell)
            }
        }
    }
}
