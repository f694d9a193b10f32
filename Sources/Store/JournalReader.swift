import Files
import Snapshots
import SystemPackage

/// Reads the segments of a journal: every commit that is true, once, in order.
///
/// A checkpoint speaks for everything before it: a record of an earlier segment whose sequence is above a later
/// checkpoint's was refused by the disk, its commit was tried again later, and it does not count. Bytes behind the last
/// whole record of a segment were never acknowledged and are not there. Anything else that is not whole is damage:
/// it is stated, stepped over, and what is whole behind it is used.
struct JournalReader {
    struct Segment {
        let number: UInt64
        let file: any OpenFile
        let length: UInt64
        /// The last commit that the segment's own checkpoint contains; nil when that is not whole.
        var base: UInt64?
        /// The last commit in the segment that counts; 0 without one.
        var lastSequence: UInt64 = 0
        var isDamaged = false
        /// It does not even begin as a segment does: not what a crash leaves behind.
        var isForeign = false

        /// Holds nothing but what is left of a checkpoint.
        var isUnbegun: Bool { base == nil && isBare }
        /// Holds no commit.
        var isBare: Bool { lastSequence == 0 && !isDamaged && !isForeign }
    }

    private(set) var segments: [Segment] = []
    private(set) var damages: [StoreDamage] = []
    /// The newest checkpoint that is whole.
    private(set) var checkpoint: Frame?
    private(set) var storeID: StoreID?
    /// The greatest number that any segment has, whole or damaged.
    private(set) var lastNumber: UInt64 = 0
    /// Numbers of segments that are there and were left out, for they were never begun.
    private(set) var unbegun: [UInt64] = []
    /// A segment ends with bytes that are no whole record.
    private(set) var endsTorn = false
    private var lastSequence: UInt64?

    /// Opens the segments and looks at their checkpoints. Without a journal there are none.
    init(_ fileSystem: any FileSystem, _ directory: DataDirectory) throws(StoreError) {
        do throws(FileError) {
            let names = try Self.orNothing { () throws(FileError) in try fileSystem.names(in: directory.journal) }
            for number in (names ?? []).compactMap(DataDirectory.number(ofSegment:)).sorted() {
                lastNumber = number
                // A running agent may have flushed and deleted it since.
                let file = try Self.orNothing { () throws(FileError) in
                    try fileSystem.open(directory.segment(number), .read)
                }
                guard let file else { continue }
                let length = try file.metadata().size
                var segment = Segment(number: number, file: file, length: length)
                var sequence = FrameSequence(length: length, of: [.checkpoint])
                if let frame = try sequence.next({ offset, count throws(FileError) in
                    try file.bytes(at: offset, count: count)
                }) {
                    do throws(SnapshotError) {
                        let head = try CheckpointRecord.head(frame)
                        segment.base = head.sequence
                        checkpoint = frame
                        storeID = head.storeID
                    } catch {
                        segment.isDamaged = true
                        damages.append(StoreDamage(path: file.path, error: error, wholeBefore: 0))
                    }
                } else {
                    let magic = Array(Frame.Kind.checkpoint.rawValue.utf8)
                    let beginning = try file.bytes(at: 0, count: magic.count)
                    // Zeros are a file that had grown when the power went.
                    segment.isForeign =
                        beginning.count == magic.count && beginning != magic && beginning.contains { $0 != 0 }
                }
                segments.append(segment)
            }
        } catch {
            throw .file(error)
        }
    }

    /// Makes everything that was found durable: it may be in the cache only, left there by an agent that was killed.
    func synchronize() throws(FileError) {
        for segment in segments { try segment.file.synchronize() }
    }

    /// - Parameter body: gets each commit, and whether the newest whole checkpoint already contains it.
    mutating func read(_ body: (CommitRecord, Bool) throws(StoreError) -> Void) throws(StoreError) {
        let newest = segments.lastIndex { $0.base != nil }
        for index in segments.indices {
            let later = segments[(index + 1)...].compactMap(\.base).min()
            try read(index, upTo: later ?? .max, inCheckpoint: newest.map { index < $0 } ?? false, body)
        }
    }

    private mutating func read(
        _ index: Int, upTo limit: UInt64, inCheckpoint: Bool, _ body: (CommitRecord, Bool) throws(StoreError) -> Void
    ) throws(StoreError) {
        let file = segments[index].file
        if let base = segments[index].base { expect(next: base + 1, in: index, wholeBefore: 0) }
        var frames = FrameSequence(length: segments[index].length, of: [.checkpoint, .commit])
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        while true {
            let next: Frame?
            var isNewer = false
            do throws(FileError) {
                next = try frames.next(read)
                if next == nil {
                    guard let failure = frames.failure else { return }
                    isNewer = failure.kind == .newerVersion
                    if !isNewer {
                        guard try frames.skipDamage(read) else {
                            endsTorn = true
                            return
                        }
                    }
                    note(failure, in: index, wholeBefore: frames.count)
                }
            } catch {
                throw .file(error)
            }
            if isNewer, let failure = frames.failure { throw .newerVersion(file.path, failure) }
            guard let frame = next, frame.kind == .commit else { continue }
            let record: CommitRecord
            do throws(SnapshotError) {
                record = try CommitRecord(frame)
            } catch {
                note(
                    error.moved(by: frames.offset - UInt64(frame.bytes.count)), in: index, wholeBefore: frames.count - 1
                )
                continue
            }
            guard record.sequence <= limit, record.sequence > lastSequence ?? 0 else { continue }
            expect(next: record.sequence, in: index, wholeBefore: frames.count - 1)
            lastSequence = record.sequence
            segments[index].lastSequence = record.sequence
            try body(record, inCheckpoint)
        }
    }

    /// Leaves out the newest segments whose checkpoint never was durable: the disk refused it, or its agent died. No commit
    /// went there, and their numbers are still to be used. After reading.
    ///
    /// One that can be read may be in the cache only, where no sync brings it to the disk any more: it is written again.
    /// What it says is still in the segments before it, for these go when a mark says that it was begun.
    mutating func forgetUnbegun(_ marks: Marks?) {
        while let newest = segments.last, newest.number > marks?.begun ?? 0,
            newest.isUnbegun || marks != nil && newest.isBare && segments.count > 1
        {
            segments.removeLast()
            unbegun.append(newest.number)
            lastNumber = newest.number - 1
        }
    }

    /// States the segments that should be there with a checkpoint and are not; after reading.
    mutating func miss(_ marks: Marks, _ directory: DataDirectory) {
        guard marks.oldest <= marks.begun else { return }
        for number in marks.oldest...min(marks.begun, marks.oldest + 1_000) {
            let index = segments.firstIndex { $0.number == number }
            if let index, segments[index].base != nil || segments[index].isDamaged { continue }
            if let index { segments[index].isDamaged = true }
            let error = SnapshotError(
                .damaged, offset: 0, "segment", found: index == nil ? "missing" : "without a checkpoint",
                expected: "the checkpoint it was begun with")
            damages.append(StoreDamage(path: directory.segment(number), error: error, wholeBefore: 0))
        }
    }

    private mutating func note(_ error: SnapshotError, in index: Int, wholeBefore: Int) {
        segments[index].isDamaged = true
        damages.append(StoreDamage(path: segments[index].file.path, error: error, wholeBefore: wholeBefore))
    }

    /// Commits have no gaps: a missing number is a record that was lost. One that is missing before a segment begins
    /// was at the end of the segment before it.
    private mutating func expect(next: UInt64, in index: Int, wholeBefore: Int) {
        defer { lastSequence = max(lastSequence ?? 0, next - 1) }
        let culprit = wholeBefore == 0 && index > 0 ? index - 1 : index
        if let last = lastSequence {
            guard next > last + 1 else { return }
        } else {
            // Before the first segment there may have been others, flushed and deleted long ago.
            guard next > 1, culprit < index, segments[culprit].isForeign else { return }
        }
        let expected = lastSequence.map { "\($0 + 1)" } ?? "the ones before it"
        let error = SnapshotError(
            .damaged, offset: segments[culprit].length, "next commit", found: "\(next)", expected: expected)
        note(error, in: culprit, wholeBefore: wholeBefore)
    }

    private static func orNothing<Value>(_ body: () throws(FileError) -> Value) throws(FileError) -> Value? {
        do throws(FileError) {
            return try body()
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }
}
