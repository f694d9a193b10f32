package import Files
package import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

extension Store {
    /// Takes the data directory, makes it if it is missing, and reads what is true in it. Writes no commit.
    ///
    /// - Parameters:
    ///   - names: takes in the texts of what is recovered; the agent goes on with it.
    ///   - generator: draws the identity of a new store.
    package static func open(
        _ fileSystem: any FileSystem, at path: FilePath, limits: StoreLimits = StoreLimits(), names: inout Names,
        generator: inout some RandomNumberGenerator
    ) throws(StoreError) -> Store {
        let directory = DataDirectory(path)
        let lock = try takeLock(fileSystem, directory)
        try removeLeftovers(fileSystem, directory)
        let recovery = try Recovery.certain(
            fileSystem, directory, limits: limits, names: &names, generator: &generator)
        var store = Store(recovery, lock: lock, fileSystem: fileSystem, directory: directory, limits: limits)
        do throws(StoreError) {
            try store.proveRecovered()
        } catch {
            // A full disk is no reason not to start; nothing is committed or flushed before it succeeds.
            store.statistics.cleanupFailures += 1
        }
        return store
    }

    /// Takes away what was left of segments that were never begun: what is committed to one before them would not count.
    mutating func removeUnbegun(from number: UInt64) throws(StoreError) {
        while let newest = unbegun.first {
            if newest > number {
                try storing { () throws(FileError) in try fileSystem.removeIfThere(directory.segment(newest)) }
            }
            unbegun.removeFirst()
        }
    }

    /// Sees to it that what recovery has read is on the disk, before anything builds on it.
    ///
    /// The last commit of an earlier run, and the last flush, may be in the cache only: their sync failed, or their agent was
    /// killed in it. Every commit before the last one was synced; of hour files those count on whose word slices are no
    /// longer pending.
    mutating func proveRecovered() throws(StoreError) {
        while let path = unproven.last {
            try renew(path)
            unproven.removeLast()
        }
    }

    /// Writes a file again as it is read. Pages whose sync failed count as clean, and no later sync brings them to the disk;
    /// a new file does.
    mutating func renew(_ path: FilePath) throws(StoreError) {
        let temporary = FilePath(path.string + HourFile.temporarySuffix)
        do throws(FileError) {
            try fileSystem.copy(path, to: temporary)
            try fileSystem.rename(temporary, to: path)
            try fileSystem.synchronizeDirectory(path.removingLastComponent())
        } catch let failure {
            // With another file of the same hour, this one need not be there.
            if failure.errno == .noSuchFileOrDirectory { return }
            do throws(FileError) {
                try fileSystem.removeIfThere(temporary)
            } catch {
                statistics.cleanupFailures += 1
            }
            throw .file(failure)
        }
    }

    /// Files that were never finished: nothing but the place where a whole one was to come from.
    private static func removeLeftovers(
        _ fileSystem: any FileSystem, _ directory: DataDirectory
    ) throws(StoreError) {
        for folder in [directory.path, directory.journal, directory.snapshots] {
            for name in try fileSystem.namesIfThere(in: folder) where name.hasSuffix(HourFile.temporarySuffix) {
                try storing { () throws(FileError) in try fileSystem.removeIfThere(folder.appending(name)) }
            }
        }
    }

    /// Makes the directories too.
    static func takeLock(_ fileSystem: any FileSystem, _ directory: DataDirectory) throws(StoreError) -> any OpenFile {
        let lock = try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.path)
            let lock = try fileSystem.open(directory.lock, .append)
            return try lock.tryLock() ? lock : nil
        }
        guard let lock else { throw .locked(directory.path) }
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.journal)
            try fileSystem.createDirectory(directory.snapshots)
            // Made by the agent, so that it may take away what another user asks in it.
            try fileSystem.createDirectory(directory.requests)
            try fileSystem.synchronizeDirectory(directory.path)
            do throws(FileError) {
                try fileSystem.synchronizeDirectory(directory.path.removingLastComponent())
            } catch {
                // The directory above may be one that we can pass through and not read.
                if error.errno != .permissionDenied { throw error }
            }
        }
        return lock
    }
}

/// Reads the journal once and finds out what is true.
struct Recovery {
    let isFirstStart: Bool
    let arePositionsLost: Bool
    let storeID: StoreID
    private(set) var state: CommittedState
    private(set) var names: Names
    private(set) var pending: [Stretch: PendingSlice] = [:]
    private(set) var segments: [Store.OldSegment] = []
    let lastNumber: UInt64
    let unbegun: [UInt64]
    /// Hour and day files on whose word the journal's slices are not pending.
    let trustedFiles: [FilePath]
    let marks: Marks
    let tombstones: Tombstones
    var damages: [StoreDamage] = []
    /// The greatest commit that hour files or marks have, where that is more than the journal knows of.
    private(set) var lostAfter: UInt64?

    init(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, limits: StoreLimits, names: inout Names,
        generator: inout some RandomNumberGenerator
    ) throws(StoreError) {
        tombstones = try Tombstones(fileSystem, directory)
        var marks: Marks?
        switch try Marks.read(fileSystem, directory) {
        case .success(let read)?: marks = read
        case .failure(let damage)?: damages.append(damage)
        case nil: break
        }
        var journal = try JournalReader(fileSystem, directory)
        try storing { () throws(FileError) in
            try journal.synchronize()
            try fileSystem.synchronizeDirectory(directory.journal)
        }
        let hourFiles = try storing { () throws(FileError) in
            try fileSystem.names(in: directory.snapshots).count(where: DataDirectory.isBlockFile)
        }
        storeID = try Recovery.identity(
            fileSystem, directory, journal: journal.storeID, damages: &damages, generator: &generator)

        state = CommittedState(counters: Counters(limit: limits.counterSeries))
        if let checkpoint = journal.checkpoint {
            do throws(SnapshotError) {
                state = try CheckpointRecord.decode(checkpoint, limit: limits.counterSeries, names: &names)
            } catch {
                damages.append(StoreDamage(path: directory.journal, error: error, wholeBefore: 0))
            }
        }
        var flushed = FlushedCommits(fileSystem, directory, storeID: storeID)
        var state = self.state
        var pending: [Stretch: PendingSlice] = [:]
        var unreadable: [StoreDamage] = []
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            var blocks: [SnapshotBlock] = []
            for frame in record.blocks {
                do throws(SnapshotError) {
                    blocks.append(try SnapshotBlock.decode(frame, names: &names))
                } catch {
                    unreadable.append(StoreDamage(path: directory.journal, error: error, wholeBefore: blocks.count))
                }
            }
            if !inCheckpoint { state.apply(record, blocks: blocks, names: names) }
            for block in blocks where record.sequence > marks?.settled ?? 0 {
                let stretch = block.header.stretch
                guard try !flushed.has(record.sequence, of: stretch) else { continue }
                pending.add(block)
            }
            pending.pack(butNot: Set(blocks.map(\.header.stretch)))
        }
        journal.forgetUnbegun(marks)
        if let marks { journal.miss(marks, directory) }
        // A last commit that is damaged looks like one that was never whole, and what it had may be in hour files.
        let isUncertain = marks == nil || !journal.damages.isEmpty || journal.endsTorn
        // A settled commit may be in no hour file: one with nothing but positions.
        let marked = max(marks?.flushed ?? 0, marks?.settled ?? 0)
        let greatest = isUncertain && hourFiles > 0 ? max(try flushed.greatest(), marked) : marked
        if journal.checkpoint == nil {
            // Without a journal the hour files alone know which commits there were; their numbers must not come again.
            state.sequence = max(state.sequence, greatest)
        } else if greatest > state.sequence {
            lostAfter = greatest
        }
        // An agent may have died between its first checkpoint and its first commit.
        isFirstStart = journal.checkpoint == nil || state.sequence == 0 && state.inputs.isEmpty
        arePositionsLost = journal.checkpoint == nil && (state.sequence > 0 || hourFiles > 0 || marks?.begun ?? 0 > 0)
        damages += journal.damages + flushed.damages + unreadable
        trustedFiles = flushed.trusted.sorted { $0.string < $1.string }
        segments = journal.segments.map {
            Store.OldSegment(number: $0.number, lastSequence: $0.lastSequence, isDamaged: $0.isDamaged)
        }
        lastNumber = journal.lastNumber
        unbegun = journal.unbegun
        self.marks = marks ?? Marks(oldest: journal.segments.first?.number, flushed: greatest, tombstones)
        self.state = state
        self.pending = pending
        self.names = names
    }

    private static func identity(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, journal: StoreID?, damages: inout [StoreDamage],
        generator: inout some RandomNumberGenerator
    ) throws(StoreError) -> StoreID {
        switch try StoreIdentity.read(fileSystem, directory) {
        case .success(let storeID)?: return storeID
        case .failure(let damage)?: damages.append(damage)
        case nil: break
        }
        let storeID = journal ?? StoreID.random(using: &generator)
        try StoreIdentity.write(storeID, fileSystem, directory)
        return storeID
    }
}
