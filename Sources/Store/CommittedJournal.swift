import Files
import RequestLog
import Snapshots
import SystemPackage

/// What the journal of a directory says to somebody who only reads it.
struct CommittedJournal {
    /// Nil where there is no journal.
    private(set) var storeID: StoreID?
    private(set) var state: CommittedState
    /// The blocks that no hour file needs to have, by hour.
    private(set) var blocks: [Timestamp: [Frame]] = [:]
    private(set) var damages: [StoreDamage] = []

    /// - Parameter withCounters: whether the state's counters are asked for: they need every block to be unpacked.
    init(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, names: inout Names, withCounters: Bool
    ) throws(StoreError) {
        // What was in hour files before some were deleted is not to come back from the journal.
        var settled: UInt64 = 0
        if case .success(let marks)? = try Marks.read(fileSystem, directory) { settled = marks.settled }
        var journal = try JournalReader(fileSystem, directory)
        state = CommittedState(counters: Counters(limit: withCounters ? .max : 0))
        if let checkpoint = journal.checkpoint {
            do throws(SnapshotError) {
                state = try CheckpointRecord.decode(checkpoint, limit: .max, names: &names)
            } catch {
                damages.append(StoreDamage(path: directory.journal, error: error, wholeBefore: 0))
            }
        }
        var read = (id: journal.storeID, state: state, names: names, frames: [Frame](), damages: damages)
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            read.id = read.id ?? record.storeID
            if record.sequence > settled { read.frames += record.blocks }
            guard !inCheckpoint else { return }
            var blocks: [SnapshotBlock] = []
            for frame in withCounters ? record.blocks : [] {
                do throws(SnapshotError) {
                    blocks.append(try SnapshotBlock.decode(frame, names: &read.names))
                } catch {
                    read.damages.append(
                        StoreDamage(path: directory.journal, error: error, wholeBefore: blocks.count))
                }
            }
            read.state.apply(record, blocks: blocks, names: read.names)
        }
        (storeID, state, names, damages) = (read.id, read.state, read.names, read.damages + journal.damages)
        for frame in read.frames {
            if let header = try? BlockHeader(frame) { blocks[header.hour, default: []].append(frame) }
        }
    }
}
