package import Files
package import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

/// What `snapshots list` and `snapshots verify` say of one file: an hour file or a segment of the journal.
package struct SnapshotFileReport: Equatable, Sendable {
    package var path: FilePath
    package var bytes: UInt64
    /// Whole blocks; in a segment, blocks of whole commits.
    package var blocks = 0
    /// In those blocks; what several blocks hold counts several times.
    package var requests: UInt64 = 0
    /// First and last event.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Why reading stopped before the end; of kind `torn` while the file is being written, or after a crash.
    package var damage: StoreDamage?

    /// Reads and decodes everything in the file.
    package init(_ fileSystem: any FileSystem, _ path: FilePath) throws(StoreError) {
        self.path = path
        let file = try storing { () throws(FileError) in try fileSystem.open(path, .read) }
        bytes = try storing { () throws(FileError) in try file.metadata().size }
        let kinds: [Frame.Kind] =
            path.string.hasSuffix(DataDirectory.segmentSuffix) ? [.checkpoint, .commit] : [.block]
        var frames = FrameSequence(length: bytes, of: kinds)
        var names = Names()
        while let frame = try storing({ () throws(FileError) in
            try frames.next { offset, count throws(FileError) in try file.bytes(at: offset, count: count) }
        }) {
            do throws(SnapshotError) {
                for block in try blocks(in: frame) { add(try SnapshotBlock.decode(block, names: &names)) }
            } catch {
                let start = frames.offset - UInt64(frame.bytes.count)
                damage = StoreDamage(path: path, error: error.moved(by: start), wholeBefore: frames.count - 1)
                return
            }
        }
        damage = frames.failure.map { StoreDamage(path: path, error: $0, wholeBefore: frames.count) }
    }

    /// Of every hour file and every segment in a data directory, in the order of their names.
    package static func all(
        in path: FilePath, _ fileSystem: any FileSystem
    ) throws(StoreError) -> [SnapshotFileReport] {
        let directory = DataDirectory(path)
        var paths: [FilePath] = []
        for folder in [directory.journal, directory.snapshots, path] {
            for name in try fileSystem.namesIfThere(in: folder) {
                guard DataDirectory.hour(ofFile: name) != nil || DataDirectory.number(ofSegment: name) != nil else {
                    continue
                }
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
        case .identity: return []
        }
    }

    private mutating func add(_ block: SnapshotBlock) {
        blocks += 1
        requests += block.series.values.reduce(0) { $0 &+ $1.requests }
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
