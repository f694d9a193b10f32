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
    var pending: [Stretch: PendingSlice]
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

    var lock: (any OpenFile)?
    var segment: JournalSegment?
    var nextNumber: UInt64
    /// The last commit that the checkpoint of the segment contains.
    var base: UInt64 = 0
    /// The journal is gone, so what is pending is nowhere but here.
    var isBereft = false

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
    package var unflushedCells: Int { pending.values.reduce(0) { $0 + $1.cells } }

    /// The next commit begins a new segment.
    package mutating func startNewSegment() { retireSegment() }

    private mutating func append(_ commit: Commit) throws(StoreError) {
        let sequence = state.sequence + 1
        let blocks = self.blocks(of: commit, sequence: sequence)
        let record: CommitRecord
        let bytes: [UInt8]
        let encoded: [[UInt8]]
        do throws(SnapshotError) {
            encoded = try self.encoded(blocks.count, level: limits.journalCompression) { blocks[$0] }
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

    mutating func note(_ found: [StoreDamage]) {
        statistics.damages += UInt64(found.count)
        damages = (damages + found).suffix(100)
    }
}
