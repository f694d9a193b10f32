package import Files
import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

/// Whether everything that a data directory ever committed is still accounted for.
package struct SnapshotAccount: Equatable, Sendable {
    /// Since the directory was made, by the committed counters; they outlive the snapshots.
    package var committed: UInt64
    /// In the snapshots and the journal, each request once.
    package var present: UInt64
    /// Deleted with old snapshots.
    package var pruned: UInt64

    /// Committed requests that are in no snapshot and were not deleted on purpose: lost to damage.
    package var missing: UInt64 { committed > present &+ pruned ? committed - present - pruned : 0 }

    package init(committed: UInt64, present: UInt64, pruned: UInt64) {
        self.committed = committed
        self.present = present
        self.pruned = pruned
    }

    /// Reads every block; nil where nothing says what was committed here: without a journal, and in a merged directory,
    /// whose counters begin with those of others. Beside a running agent, what it does meanwhile is not called missing.
    package static func of(_ path: FilePath, _ fileSystem: any FileSystem) throws(StoreError) -> SnapshotAccount? {
        guard try fileSystem.namesIfThere(in: DataDirectory(path).origins).isEmpty else { return nil }
        let first = try read(path, fileSystem)
        // What moves to another file behind our back may be in neither; the second time it has arrived.
        return first?.missing ?? 0 > 0 ? try read(path, fileSystem) : first
    }

    private static func read(_ path: FilePath, _ fileSystem: any FileSystem) throws(StoreError) -> SnapshotAccount? {
        let directory = DataDirectory(path)
        var journal = try JournalReader(fileSystem, directory)
        guard let checkpoint = journal.checkpoint, let storeID = journal.storeID else { return nil }
        var names = Names()
        var account: SnapshotAccount
        do throws(SnapshotError) {
            let state = try CheckpointRecord.decode(checkpoint, limit: .max, names: &names)
            let requests = state.counters.series.values.reduce(0) { $0 &+ $1.requests }
            account = SnapshotAccount(committed: requests, present: 0, pruned: 0)
        } catch {
            return nil
        }
        var committed: UInt64 = 0
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            guard !inCheckpoint else { return }
            for block in record.blocks { committed &+= (try? SnapshotBlock.requests(in: block)) ?? 0 }
        }
        account.committed &+= committed
        var reader = SnapshotReader(fileSystem)
        try reader.add(directory: path)
        for hour in reader.hours {
            for block in try reader.counted(in: hour, .coarsest) where block.header.storeID == storeID {
                account.present &+= (try? reader.open(block).requests()) ?? 0
            }
        }
        if case .success(let marks)? = try Marks.read(fileSystem, directory) { account.pruned = marks.pruned }
        return account
    }
}
