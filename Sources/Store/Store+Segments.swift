import Files
import RequestLog
import Snapshots
import SystemPackage

// The journal's segments: each begins with a checkpoint, and goes when hour files have its slices.

extension Store {
    /// Sees to a segment that can take a commit. A new one never goes back to an older: its checkpoint decides.
    mutating func prepareSegment() throws(StoreError) {
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

    mutating func retireSegment() {
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
}
