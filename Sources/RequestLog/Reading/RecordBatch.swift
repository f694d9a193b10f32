/// Records on their way from the reader to the windows: one block of memory, so that the border between the two costs
/// nothing per line.
package struct RecordBatch: ~Copyable {
    package static let capacity = 512

    private let storage: UnsafeMutablePointer<Record>
    package private(set) var count = 0

    package init() { storage = .allocate(capacity: RecordBatch.capacity) }

    deinit { storage.deallocate() }

    package var isFull: Bool { count == RecordBatch.capacity }

    package var records: UnsafeBufferPointer<Record> { UnsafeBufferPointer(start: storage, count: count) }

    @inline(__always)
    package mutating func append(_ record: Record) {
        precondition(count < RecordBatch.capacity, "a batch takes no more than its capacity")
        (storage + count).initialize(to: record)
        count &+= 1
    }

    /// How many records more it takes.
    var room: Int { RecordBatch.capacity - count }

    /// Where the next records come to stand, one for each line of a chunk; `take` says which of them are records.
    var next: UnsafeMutablePointer<Record> { storage + count }

    /// Adds those of the next `lineCount` places that hold records, in their order.
    mutating func take(_ lineCount: Int, recordCount: Int, isRecord: UnsafePointer<Bool>) {
        precondition(lineCount <= room, "a batch takes no more than its capacity")
        if recordCount < lineCount {
            var kept = 0
            for line in 0..<lineCount where isRecord[line] {
                if kept < line { next[kept] = next[line] }
                kept += 1
            }
        }
        count += recordCount
    }

    package mutating func removeAll() { count = 0 }

    /// Drops the records of other times.
    package mutating func keep(from start: Timestamp, to end: Timestamp) {
        var kept = 0
        for place in 0..<count where storage[place].time >= start && storage[place].time < end {
            storage[kept] = storage[place]
            kept += 1
        }
        count = kept
    }
}
