import Dispatch
import Snapshots
import Synchronization

extension Store {
    /// So many blocks as they are on disk, in their order; unless all processors may work, one is made after the other.
    func encoded(
        _ count: Int, level: Int32, block: @Sendable (_ place: Int) -> SnapshotBlock
    ) throws(SnapshotError) -> [[UInt8]] {
        guard limits.encodesInParallel, count > 1 else {
            var encoded: [[UInt8]] = []
            for place in 0..<count { encoded.append(try block(place).encoded(names: names, level: level)) }
            return encoded
        }
        let names = names
        let results = Mutex<[Int: Result<[UInt8], SnapshotError>]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { place in
            let result = Result { () throws(SnapshotError) in try block(place).encoded(names: names, level: level) }
            results.withLock { $0[place] = result }
        }
        let all = results.withLock { $0 }
        var encoded: [[UInt8]] = []
        for place in 0..<count { encoded.append(try all[place]!.get()) }
        return encoded
    }

    /// Keeps what is committed until it is in an hour file.
    mutating func addPending(_ blocks: [SnapshotBlock], encoded: [[UInt8]]) {
        let areAsInHourFiles = limits.journalCompression == limits.snapshotCompression
        for (block, bytes) in zip(blocks, encoded) { pending.add(block, encoded: areAsInHourFiles ? bytes : nil) }
        pending.pack(butNot: Set(blocks.map(\.header.stretch)))
    }

    /// The same for an hour file.
    func encodedForHourFile(_ slices: [PendingSlice]) throws(SnapshotError) -> [[UInt8]] {
        let unknown = slices.filter { $0.encoded == nil }
        var encoded = try encoded(unknown.count, level: limits.snapshotCompression) { unknown[$0].block }[...]
        return slices.map { $0.encoded ?? encoded.removeFirst() }
    }
}
