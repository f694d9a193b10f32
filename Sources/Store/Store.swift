package import Files
package import RequestLog
import RollingWindow
package import Snapshots
import SystemPackage

/// The data directory of one agent: commits go to the journal, and from there to hour files.
///
/// One owner calls it, from one thread; every call may wait for the disk. After an error the store is as it was before
/// the call, and the call can be repeated. The `Names` that calls are given are those of `open`, grown since.
package struct Store: Sendable {
    package let directory: DataDirectory
    package let limits: StoreLimits
    package let recovered: Recovered
    package private(set) var storeID: StoreID
    package internal(set) var state: CommittedState
    package internal(set) var statistics = StoreStatistics()
    /// The last of those that the statistics count.
    package private(set) var logSynchronizationFailure: FileError?
    /// Found since the start, recovery included; the newest hundred.
    package internal(set) var damages: [StoreDamage] = []

    let fileSystem: any FileSystem
    var names: Names
    /// What is committed and not yet in an hour file.
    var pending: [Stretch: SnapshotBlock]
    /// What the journal has of that, where hour files take the same bytes.
    var pendingBytes: [Stretch: [UInt8]] = [:]
    var hourMarks: [Timestamp: HourFile.Mark] = [:]
    /// Hours whose file ends in a flush that failed and could not be cut off.
    var uncutHours: Set<Timestamp> = []
    var marksFile: MarksFile
    var tombstones: Tombstones
    var knownHours: [Timestamp: KnownHour] = [:]
    var knownDays: [Timestamp: KnownDay] = [:]
    /// Segments before the one that is written, oldest first.
    var oldSegments: [OldSegment]
    /// Segments that were never begun and are still there, newest first.
    var unbegun: [UInt64]
    /// Files whose word recovery took, until what was read from them is certain to be on the disk.
    var unproven: [FilePath]

    private var lock: (any OpenFile)?
    private var segment: JournalSegment?
    private var nextNumber: UInt64
    /// The last commit that the checkpoint of the segment contains.
    private var base: UInt64 = 0
    /// The journal is gone, so what is pending is nowhere but here.
    private var isBereft = false

    struct OldSegment {
        let number: UInt64
        let lastSequence: UInt64
        let isDamaged: Bool
    }

    init(
        _ recovery: Recovery, lock: any OpenFile, fileSystem: any FileSystem, directory: DataDirectory,
        limits: StoreLimits
    ) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.limits = limits
        self.lock = lock
        storeID = recovery.storeID
        state = recovery.state
        names = recovery.names
        pending = recovery.pending
        oldSegments = recovery.segments
        unbegun = recovery.unbegun
        unproven = recovery.trustedFiles + recovery.segments.suffix(1).map { directory.segment($0.number) }
        nextNumber = max(recovery.lastNumber, recovery.marks.begun) + 1
        marksFile = MarksFile(recovery.marks)
        tombstones = recovery.tombstones
        recovered = Recovered(
            isFirstStart: recovery.isFirstStart, arePositionsLost: recovery.arePositionsLost,
            inputs: recovery.state.inputs.values.sorted { $0.position.log < $1.position.log },
            extras: recovery.state.extras, sequence: recovery.state.sequence, unflushed: recovery.pending.count,
            damages: recovery.damages)
        note(recovery.damages)
    }

    /// Makes the commit true: one append, one fdatasync. Returns its sequence.
    @discardableResult
    package mutating func commit(_ commit: Commit, names: Names) throws(StoreError) -> UInt64 {
        precondition(
            names.count >= self.names.count, "committing with a table of names that did not grow from the store's")
        self.names = names
        for file in commit.files { synchronize(file) }
        do throws(StoreError) {
            try prepareSegment()
            try append(commit)
        } catch {
            statistics.commitFailures += 1
            throw error
        }
        return state.sequence
    }

    /// A log that cannot be synced (its disk fails, its file system has no such thing) is committed all the same.
    private mutating func synchronize(_ log: any OpenFile) {
        do throws(FileError) {
            try log.synchronize()
        } catch {
            statistics.logSynchronizationFailures += 1
            logSynchronizationFailure = error
        }
    }

    /// Slices that are committed and not yet in an hour file.
    package var unflushedSlices: Int { pending.count }

    /// Series in them.
    package var unflushedCells: Int { pending.values.reduce(0) { $0 + $1.series.count } }

    /// The next commit begins a new segment.
    package mutating func startNewSegment() { retireSegment() }

    private mutating func append(_ commit: Commit) throws(StoreError) {
        let sequence = state.sequence + 1
        let blocks = self.blocks(of: commit, sequence: sequence)
        let record: CommitRecord
        let bytes: [UInt8]
        let encoded: [[UInt8]]
        do throws(SnapshotError) {
            encoded = try self.encoded(blocks, level: limits.journalCompression)
            var frames: [Frame] = []
            for block in encoded { frames.append(try Frame(block, of: [.block])) }
            record = CommitRecord(
                storeID: storeID, sequence: sequence, inputs: commit.inputs, forgottenLogs: commit.forgottenLogs,
                extras: commit.extras, blocks: frames)
            bytes = try record.encoded()
        } catch {
            throw .tooLarge(error)
        }
        switch segment!.append(bytes, fileSystem) {
        case .durable:
            statistics.commits += 1
            statistics.synchronizations += 1
            statistics.bytesWritten += UInt64(bytes.count)
            state.apply(record, blocks: blocks, names: names)
            addPending(blocks, encoded: encoded)
        case .refused(let error):
            throw error
        case .unknown(let error):
            retireSegment()
            throw error
        case .vanished:
            let path = segment!.file.path
            leaveDirectory()
            throw .vanished(path)
        }
    }

    /// Sees to a directory with this store's lock and journal, before anything else is written there: snapshots alone
    /// would be those of nobody, and their lines counted again by whoever starts next.
    mutating func stayInDirectory() throws(StoreError) {
        if isBereft, segment == nil { return try prepareSegment() }
        try lookAtDirectory()
        try proveRecovered()
    }

    private mutating func lookAtDirectory() throws(StoreError) {
        let newest = segment?.file.path ?? oldSegments.last.map { directory.segment($0.number) }
        let (hasJournal, isLocked) = try storing { () throws(FileError) in
            let isLocked = try lock?.isInPlace(in: fileSystem) ?? false
            if let segment { return (try segment.file.isInPlace(in: fileSystem), isLocked) }
            guard let newest else { return (isLocked, isLocked) }
            return (try fileSystem.metadataIfThere(of: newest) != nil, isLocked)
        }
        guard hasJournal else {
            leaveDirectory()
            throw .vanished(newest ?? directory.lock)
        }
        guard !isLocked else { return }
        // Somebody took away the lock alone.
        lock = nil
        lock = try Store.takeLock(fileSystem, directory)
    }

    /// What is open was deleted; it is all made anew with the next call.
    private mutating func leaveDirectory() {
        segment = nil
        lock = nil
        oldSegments = []
        unbegun = []
        unproven = []
        hourMarks = [:]
        uncutHours = []
        marksFile.forgetFile()
        tombstones = Tombstones()
        isBereft = true
    }

    /// One block per slice, in the order of time.
    private func blocks(of commit: Commit, sequence: UInt64) -> [SnapshotBlock] {
        var slices: [Stretch: TimedSlice] = [:]
        for slice in commit.slices where !slice.slice.series.isEmpty {
            let stretch = Stretch(start: slice.slice.start, width: slice.slice.width)
            if slices[stretch]?.add(slice) == nil { slices[stretch] = slice }
        }
        return slices.sorted { $0.key < $1.key }.map { stretch, slice in
            SnapshotBlock(
                header: BlockHeader(
                    storeID: storeID, stretch: stretch, firstEvent: slice.firstEvent, lastEvent: slice.lastEvent,
                    resolutionNanoseconds: commit.resolutionNanoseconds, commits: CommitRange(only: sequence)),
                series: slice.slice.series)
        }
    }

    // MARK: Segments

    /// Sees to a segment that can take a commit. A new one never goes back to an older: its checkpoint decides.
    private mutating func prepareSegment() throws(StoreError) {
        if let segment, segment.end >= limits.segmentBytes { retireSegment() }
        if segment != nil {
            if isBereft { try flush(slicesEndingBefore: Timestamp(nanoseconds: .max)) }
            isBereft = false
            return try expectBegun()
        }
        if lock != nil || !isBereft { try lookAtDirectory() }
        if lock == nil {
            lock = try Store.takeLock(fileSystem, directory)
            try StoreIdentity.write(storeID, fileSystem, directory)
        }
        try proveRecovered()
        let checkpoint: [UInt8]
        do throws(SnapshotError) {
            checkpoint = try CheckpointRecord.encoded(state, storeID: storeID, names: names)
        } catch {
            throw .tooLarge(error)
        }
        // After a failure, and after a start, the same number is written again: nothing but a checkpoint was ever in it.
        let number = nextNumber
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.journal)
        }
        // It is durable with the new one's name, before anything is committed there.
        try removeUnbegun(from: number)
        try storing { () throws(FileError) in
            segment = try JournalSegment(fileSystem, directory, number: number, checkpoint: checkpoint)
        }
        nextNumber += 1
        base = state.sequence
        let isAlone = isBereft
        mark { marks in
            marks.begun = number
            // The segments before it went with the directory, and all that they had is in this one or in hour files.
            if isAlone { marks.oldest = number }
        }
        statistics.segmentsStarted += 1
        statistics.synchronizations += 1
        statistics.bytesWritten += UInt64(checkpoint.count)
        do throws(StoreError) {
            // So that no block ever has commits of both sides of a checkpoint.
            try flush(slicesEndingBefore: Timestamp(nanoseconds: .max))
        } catch {
            if isBereft { throw error }
        }
        isBereft = false
        removeFlushedSegments()
        try expectBegun()
    }

    /// A segment that the marks do not know could go without being missed: nothing is committed to one.
    private mutating func expectBegun() throws(StoreError) {
        guard let segment, segment.number > marksFile.written.begun else { return }
        try marksFile.write(marksFile.marks, fileSystem, directory)
    }

    /// Brings every commit into hour files, behind a checkpoint that contains it, and returns the last one. What could not
    /// be written is still pending.
    mutating func settle() throws(StoreError) -> UInt64 {
        if segment != nil, state.sequence == base {
            // What an earlier attempt could not write.
            if !pending.isEmpty { try? flush(slicesEndingBefore: Timestamp(nanoseconds: .max)) }
            return base
        }
        retireSegment()
        try prepareSegment()
        return base
    }

    private mutating func retireSegment() {
        guard let retired = segment else { return }
        oldSegments.append(OldSegment(number: retired.number, lastSequence: state.sequence, isDamaged: false))
        segment = nil
    }

    /// Deletes segments whose slices are all in hour files, but for the newest old one: it is the fallback when the
    /// checkpoint behind it turns out to be damaged. A damaged one goes aside instead.
    mutating func removeFlushedSegments() {
        guard segment != nil else { return }
        let needed = pending.values.map(\.header.commits.from).min() ?? .max
        while let oldest = oldSegments.first, oldest.lastSequence <= needed, oldSegments.count > 1 || oldest.isDamaged {
            // Known to be unneeded before it is gone, or it would be missed.
            guard mark({ $0.oldest = max($0.oldest, oldest.number + 1) }) else { return }
            do throws(FileError) {
                let path = directory.segment(oldest.number)
                if oldest.isDamaged {
                    try fileSystem.rename(path, to: FilePath(path.string + ".damaged"))
                } else {
                    try fileSystem.remove(path)
                }
                // The next older one must not outlive this one: a gap would look like loss.
                try fileSystem.synchronizeDirectory(directory.journal)
            } catch {
                if error.errno != .noSuchFileOrDirectory {
                    statistics.cleanupFailures += 1
                    return
                }
            }
            oldSegments.removeFirst()
            statistics.segmentsRemoved += 1
        }
    }

    /// Changes the marks. To fail costs no data, only that a loss may go unnoticed; it is counted.
    @discardableResult
    mutating func mark(_ change: (inout Marks) -> Void) -> Bool {
        var marks = marksFile.marks
        change(&marks)
        do throws(StoreError) {
            try marksFile.write(marks, fileSystem, directory)
            return true
        } catch {
            statistics.cleanupFailures += 1
            return false
        }
    }

    /// What the disk would not take is tried again where there may be room by now.
    mutating func payMarks() {
        guard marksFile.isOwed || !tombstones.isEmpty, mark({ _ in }) else { return }
        do throws(FileError) {
            try tombstones.remove(fileSystem)
        } catch {
            statistics.cleanupFailures += 1
        }
    }

    mutating func note(_ found: [StoreDamage]) {
        statistics.damages += UInt64(found.count)
        damages = (damages + found).suffix(100)
    }
}
