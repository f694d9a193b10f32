import Dispatch
import Snapshots
import Synchronization

extension Store {
    /// The blocks as they are on disk, in their order.
    func encoded(_ blocks: [SnapshotBlock], level: Int32) throws(SnapshotError) -> [[UInt8]] {
        guard limits.encodesInParallel, blocks.count > 1 else {
            var encoded: [[UInt8]] = []
            for block in blocks { encoded.append(try block.encoded(names: names, level: level)) }
            return encoded
        }
        let names = names
        let results = Mutex<[Int: Result<[UInt8], SnapshotError>]>([:])
        DispatchQueue.concurrentPerform(iterations: blocks.count) { place in
            let result = Result { () throws(SnapshotError) in try blocks[place].encoded(names: names, level: level) }
            results.withLock { $0[place] = result }
        }
        let all = results.withLock { $0 }
        var encoded: [[UInt8]] = []
        for place in blocks.indices { encoded.append(try all[place]!.get()) }
        return encoded
    }

    /// Keeps what is committed until it is in an hour file; as it was written, too, where an hour file would have the same
    /// bytes.
    mutating func addPending(_ blocks: [SnapshotBlock], encoded: [[UInt8]]) {
        for (block, bytes) in zip(blocks, encoded) {
            let stretch = block.header.stretch
            if pending[stretch]?.add(block) == nil {
                pending[stretch] = block
                if limits.journalCompression == limits.snapshotCompression { pendingBytes[stretch] = bytes }
            } else {
                pendingBytes[stretch] = nil
            }
        }
    }

    /// The same for an hour file.
    func encodedForHourFile(_ blocks: [SnapshotBlock]) throws(SnapshotError) -> [[UInt8]] {
        let unknown = blocks.filter { pendingBytes[$0.header.stretch] == nil }
        var encoded = try encoded(unknown, level: limits.snapshotCompression)[...]
        return blocks.map { pendingBytes[$0.header.stretch] ?? encoded.removeFirst() }
    }
}
