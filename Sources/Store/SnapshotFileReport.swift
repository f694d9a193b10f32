package import Files
package import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

/// What `snapshots list` and `snapshots verify` say of one file: an hour file, a day file or a segment of the journal.
package struct SnapshotFileReport: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case hour, day, segment
    }

    package var path: FilePath
    package var kind: Kind
    package var bytes: UInt64
    /// Whole blocks, totals included; in a segment, blocks of whole commits.
    package var blocks = 0
    /// Blocks that are the total of an hour or of a day.
    package var totals = 0
    /// The narrowest and the widest of the other blocks; nil where only totals are left.
    package var narrowest: Timestamp.Span?
    package var widest: Timestamp.Span?
    /// In the blocks that count; what several blocks hold counts once. In a segment, of all its commits. The requests
    /// of an hour are also in the total of its day.
    package var requests: UInt64 = 0
    /// First and last event.
    package var from: Timestamp?
    package var to: Timestamp?
    /// The first place that is not whole; of kind `torn` while the file is being written, or after a crash.
    package var damage: StoreDamage?

    /// Reads and decodes everything in the file, also behind damage.
    package init(_ fileSystem: any FileSystem, _ path: FilePath) throws(StoreError) {
        self.path = path
        let name = path.lastComponent?.string ?? ""
        kind =
            DataDirectory.number(ofSegment: name) != nil
            ? .segment : DataDirectory.day(ofFile: name) != nil ? .day : .hour
        let file = try storing { () throws(FileError) in try fileSystem.open(path, .read) }
        bytes = try storing { () throws(FileError) in try file.metadata().size }
        var frames = FrameSequence(length: bytes, of: kind == .segment ? [.checkpoint, .commit] : [.block])
        var counted = Tally()
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        while true {
            while let frame = try storing({ () throws(FileError) in try frames.next(read) }) {
                do throws(SnapshotError) {
                    var names = Names()
                    for block in try blocks(in: frame) {
                        add(try SnapshotBlock.decode(block, names: &names), to: &counted)
                    }
                } catch {
                    let start = frames.offset - UInt64(frame.bytes.count)
                    note(error.moved(by: start), frames.count - 1)
                }
            }
            guard let failure = frames.failure else { break }
            note(failure, frames.count)
            guard failure.kind != .newerVersion,
                try storing({ () throws(FileError) in try frames.skipDamage(read) })
            else { break }
        }
        requests = counted.requests(ofAll: kind == .segment)
    }

    /// Requests by block, to be added up when all are known.
    private struct Tally {
        private var merge = SnapshotMerge()
        private var requests: [UInt64] = []

        mutating func add(_ header: BlockHeader, _ count: UInt64) {
            merge.add(header)
            requests.append(count)
        }

        func requests(ofAll: Bool) -> UInt64 {
            if ofAll { return requests.reduce(0, &+) }
            return merge.decide().counted.reduce(0) { $0 &+ requests[$1] }
        }
    }

    private mutating func note(_ error: SnapshotError, _ wholeBefore: Int) {
        guard damage == nil || damage?.error.kind == .torn else { return }
        damage = StoreDamage(path: path, error: error, wholeBefore: wholeBefore)
    }

    /// Of every hour and day file and every segment in a data directory, in the order of their names.
    package static func all(
        in path: FilePath, _ fileSystem: any FileSystem
    ) throws(StoreError) -> [SnapshotFileReport] {
        let directory = DataDirectory(path)
        var paths: [FilePath] = []
        for folder in [directory.journal, directory.snapshots, path] {
            for name in try fileSystem.namesIfThere(in: folder) {
                guard DataDirectory.isBlockFile(name) || DataDirectory.number(ofSegment: name) != nil else { continue }
                paths.append(folder.appending(name))
            }
        }
        var reports: [SnapshotFileReport] = []
        for path in paths.sorted(by: { $0.string < $1.string }) {
            do throws(StoreError) {
                reports.append(try SnapshotFileReport(fileSystem, path))
            } catch {
                // Gone since the listing: pruned, or a segment that is no longer needed.
                guard case .file(let failure) = error, failure.errno == .noSuchFileOrDirectory else { throw error }
            }
        }
        return reports
    }

    private func blocks(in frame: Frame) throws(SnapshotError) -> [Frame] {
        switch frame.kind {
        case .block: return [frame]
        case .commit: return try CommitRecord(frame).blocks
        case .checkpoint:
            var names = Names()
            _ = try CheckpointRecord.decode(frame, limit: .max, names: &names)
            return []
        case .identity, .marks: return []
        }
    }

    private mutating func add(_ block: SnapshotBlock, to tally: inout Tally) {
        blocks += 1
        let width = block.header.stretch.width
        if width >= DataDirectory.hour {
            totals += 1
        } else {
            narrowest = min(narrowest ?? width, width)
            widest = max(widest ?? width, width)
        }
        tally.add(block.header, block.series.values.reduce(0) { $0 &+ $1.requests })
        from = min(from ?? block.header.firstEvent, block.header.firstEvent)
        to = max(to ?? block.header.lastEvent, block.header.lastEvent)
    }
}

extension FileSystem {
    /// The names in a directory; none where there is no directory.
    func namesIfThere(in directory: FilePath) throws(StoreError) -> [String] {
        do throws(FileError) {
            return try names(in: directory)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw .file(error)
        }
    }
}
