/// The requests of one stratum slice by slice, in a few bytes each: a week of a thousand series is millions of cells.
///
/// A cell is varints: slice since the last one (the first: its number, zigzag) · flags · requests · [errors] ·
/// [requests with calls, their calls] · [timed requests] · [zeros] · sum of nanoseconds · filled buckets · lowest index
/// (zigzag) · for each further bucket the gap to the one before, less one · every count.
struct PackedCells: Sendable {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private(set) var lastSlice = Int64.min
    /// Of all cells: the lowest filled bucket, the highest, and how many one cell has filled at most.
    private(set) var lowest = Int32.max
    private(set) var highest = Int32.min
    private var mostFilled = 0

    /// A cell as it is unpacked; its buckets are there until the next one is.
    struct Cell {
        var requests: UInt64 = 0
        var errors: UInt64 = 0
        var callRequests: UInt64 = 0
        var calls: UInt64 = 0
        var timed: UInt64 = 0
        var zeros: UInt64 = 0
        var nanoseconds: UInt64 = 0
        var buckets: UnsafeBufferPointer<StratumCell.Bucket>
    }

    private enum Flag {
        static let errors: UInt8 = 1
        static let calls: UInt8 = 2
        static let partlyTimed: UInt8 = 4
        static let zeros: UInt8 = 8
    }

    /// A varint is ten bytes at most.
    private static func mostBytes(_ cell: borrowing StratumCell) -> Int { 10 * (10 + 2 * cell.buckets.count) }

    /// Cells come in the order of their slices, each slice once.
    mutating func append(_ cell: borrowing StratumCell, slice: Int64) {
        precondition(slice > lastSlice, "a slice before the last one")
        let first = count == 0 ? PackedCells.zigzag(slice) : UInt64(slice &- lastSlice)
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PackedCells.mostBytes(cell)) { buffer in
            let length = PackedCells.pack(cell, first, into: buffer)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: buffer[..<length]))
        }
        if let first = cell.buckets.first, let last = cell.buckets.last {
            lowest = min(lowest, first.index)
            highest = max(highest, last.index)
            mostFilled = max(mostFilled, cell.buckets.count)
        }
        lastSlice = slice
        count += 1
    }

    private static func pack(
        _ cell: borrowing StratumCell, _ first: UInt64, into buffer: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var place = 0
        @inline(__always)
        func append(_ value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                buffer[place] = UInt8(truncatingIfNeeded: rest) | 0x80
                place &+= 1
                rest &>>= 7
            }
            buffer[place] = UInt8(truncatingIfNeeded: rest)
            place &+= 1
        }
        append(first)
        let successes = cell.requests &- cell.errors
        var flags: UInt8 = 0
        if cell.errors > 0 { flags |= Flag.errors }
        if cell.callRequests > 0 { flags |= Flag.calls }
        if cell.timed != successes { flags |= Flag.partlyTimed }
        if cell.zeros > 0 { flags |= Flag.zeros }
        buffer[place] = flags
        place &+= 1
        append(cell.requests)
        if cell.errors > 0 { append(cell.errors) }
        if cell.callRequests > 0 {
            append(cell.callRequests)
            append(cell.calls)
        }
        if cell.timed != successes { append(cell.timed) }
        if cell.zeros > 0 { append(cell.zeros) }
        append(cell.nanoseconds)
        append(UInt64(cell.buckets.count))
        var previous: Int32?
        for (index, _) in cell.buckets {
            append(previous.map { UInt64(index &- $0 &- 1) } ?? zigzag(Int64(index)))
            previous = index
        }
        for (_, count) in cell.buckets { append(count) }
        return place
    }

    private static func zigzag(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }

    func forEach(_ body: (_ slice: Int64, _ cell: Cell) -> Void) {
        withUnsafeTemporaryAllocation(of: StratumCell.Bucket.self, capacity: max(1, mostFilled)) { scratch in
            bytes.withUnsafeBufferPointer { bytes in
                if let start = bytes.baseAddress { unpack(start, scratch, body) }
            }
        }
    }

    @inline(__always)
    private func unpack(
        _ start: UnsafePointer<UInt8>, _ scratch: UnsafeMutableBufferPointer<StratumCell.Bucket>,
        _ body: (_ slice: Int64, _ cell: Cell) -> Void
    ) {
        var next = start
        @inline(__always)
        func varint() -> UInt64 {
            var byte = next.pointee
            next += 1
            var value = UInt64(byte & 0x7f)
            var shift: UInt64 = 7
            while byte >= 0x80 {
                byte = next.pointee
                next += 1
                value |= UInt64(byte & 0x7f) &<< shift
                shift &+= 7
            }
            return value
        }
        @inline(__always)
        func signed() -> Int64 {
            let value = varint()
            return Int64(bitPattern: value &>> 1) ^ -Int64(bitPattern: value & 1)
        }
        let buckets = scratch.baseAddress.unsafelyUnwrapped
        var slice: Int64 = 0
        for number in 0..<count {
            slice = number == 0 ? signed() : slice &+ Int64(bitPattern: varint())
            let flags = next.pointee
            next += 1
            var cell = Cell(buckets: UnsafeBufferPointer(start: buckets, count: 0))
            cell.requests = varint()
            if flags & Flag.errors != 0 { cell.errors = varint() }
            if flags & Flag.calls != 0 {
                cell.callRequests = varint()
                cell.calls = varint()
            }
            cell.timed = flags & Flag.partlyTimed != 0 ? varint() : cell.requests &- cell.errors
            if flags & Flag.zeros != 0 { cell.zeros = varint() }
            cell.nanoseconds = varint()
            let filled = Int(truncatingIfNeeded: varint())
            if filled > 0 {
                var index = Int32(truncatingIfNeeded: signed())
                buckets[0].index = index
                for place in 1..<filled {
                    index = index &+ Int32(truncatingIfNeeded: varint()) &+ 1
                    buckets[place].index = index
                }
                for place in 0..<filled { buckets[place].count = varint() }
            }
            cell.buckets = UnsafeBufferPointer(start: buckets, count: filled)
            body(slice, cell)
        }
    }
}

extension StratumCell {
    /// A cell to keep.
    init(_ cell: PackedCells.Cell) {
        self.init()
        (requests, errors, callRequests, calls) = (cell.requests, cell.errors, cell.callRequests, cell.calls)
        (timed, zeros, nanoseconds) = (cell.timed, cell.zeros, cell.nanoseconds)
        buckets = Array(cell.buckets)
    }
}
