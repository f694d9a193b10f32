import CScan

/// The memory in which up to 512 lines are read at once: where they are, which ones are left, and the values of up to 64.
struct Chunk: ~Copyable {
    static let capacity = RecordBatch.capacity
    static let groupCapacity = Int(CSCAN_COLUMN_LINES)

    let lines: UnsafeMutablePointer<cscan_line>
    /// Lines whose record stands in the batch.
    let isRecord: UnsafeMutablePointer<Bool>
    /// The values of a group of lines of one shape, column by column.
    let columns: UnsafeMutablePointer<cscan_span>
    /// Places of lines: those left, and those of them that begin like the shape at hand.
    let left: UnsafeMutablePointer<UInt16>
    let alike: UnsafeMutablePointer<UInt16>
    private let others: UnsafeMutablePointer<UInt16>

    /// Lines in the chunk.
    var count = 0
    /// Places in `left`.
    var leftCount = 0
    var recordCount = 0
    /// Lines that a shape took and a filter dropped.
    var filteredCount = 0

    init() {
        precondition(MemoryLayout<Record>.stride == Int(CSCAN_RECORD_BYTES), "the kernels write into records")
        lines = .allocate(capacity: Chunk.capacity + 1)
        isRecord = .allocate(capacity: Chunk.capacity)
        columns = .allocate(capacity: Shape.columnLimit * Chunk.groupCapacity)
        left = .allocate(capacity: Chunk.capacity)
        alike = .allocate(capacity: Chunk.capacity)
        others = .allocate(capacity: Chunk.capacity)
    }

    deinit {
        lines.deallocate()
        isRecord.deallocate()
        columns.deallocate()
        left.deallocate()
        alike.deallocate()
        others.deallocate()
    }

    /// Finds the next lines in [start, end), at most `limit` of them.
    mutating func fill(from start: UnsafePointer<UInt8>, to end: UnsafePointer<UInt8>, limit: Int) {
        count = cscan_lines(start, end, lines, min(limit, Chunk.capacity))
        isRecord.update(repeating: false, count: count)
        for line in 0..<count { left[line] = UInt16(truncatingIfNeeded: line) }
        leftCount = count
        recordCount = 0
        filteredCount = 0
    }

    /// Takes those lines out of `left` that begin with the bytes of the step, into `alike`: plain ones that end before the
    /// mark first. Returns how many, and how many of them come first.
    @inline(never)
    mutating func takeLines(
        beginningLike head: UnsafePointer<cscan_step>, endingBefore mark: UnsafePointer<UInt8>
    ) -> (count: Int, plain: Int) {
        var kept = 0
        var plain = 0
        var behind = 0
        for place in 0..<leftCount {
            let number = left[place]
            let line = lines + Int(number)
            left[kept] = number
            alike[plain] = number
            if cscan_differs8(line.pointee.start, head) != 0 {
                kept &+= 1
            } else if line.pointee.is_odd == 0, line.pointee.end < mark {
                plain &+= 1
            } else {
                others[behind] = number
                behind &+= 1
            }
        }
        leftCount = kept
        (alike + plain).update(from: others, count: behind)
        return (plain + behind, plain)
    }

    @inline(__always)
    mutating func leave(_ line: UInt16) {
        left[leftCount] = line
        leftCount &+= 1
    }

    @inline(__always)
    mutating func noteRecord(_ line: UInt16) {
        isRecord[Int(line)] = true
        recordCount &+= 1
    }
}
