import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

/// What goes in.
extension DirectoryMerge {
    mutating func addOrigins(_ directory: DataDirectory) throws(StoreError) -> Bool {
        var found: [Origin] = []
        damages += try Origins.read(fileSystem, directory, names: &names) { storeID, state in
            found.append(Origin(storeID: storeID, state: state, isWhole: true))
        }
        found.forEach { note($0) }
        return !found.isEmpty
    }

    mutating func addJournal(_ directory: DataDirectory, isMerged: Bool) throws(StoreError) -> Bool {
        // What was in hour files before some were deleted is not to come back from the journal.
        var settled: UInt64 = 0
        if case .success(let marks)? = try Marks.read(fileSystem, directory) { settled = marks.settled }
        var journal = try JournalReader(fileSystem, directory)
        var state = CommittedState(counters: Counters(limit: .max))
        if let checkpoint = journal.checkpoint {
            do throws(SnapshotError) {
                state = try CheckpointRecord.decode(checkpoint, limit: .max, names: &names)
            } catch {
                damages.append(StoreDamage(path: directory.journal, error: error, wholeBefore: 0))
            }
        }
        var storeID = journal.storeID
        var names = self.names
        var unreadable: [StoreDamage] = []
        var frames: [Frame] = []
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            storeID = storeID ?? record.storeID
            if record.sequence > settled { frames += record.blocks }
            guard !inCheckpoint else { return }
            var blocks: [SnapshotBlock] = []
            for frame in record.blocks {
                do throws(SnapshotError) {
                    blocks.append(try SnapshotBlock.decode(frame, names: &names))
                } catch {
                    unreadable.append(StoreDamage(path: directory.journal, error: error, wholeBefore: blocks.count))
                }
            }
            state.apply(record, blocks: blocks, names: names)
        }
        self.names = names
        for frame in frames {
            guard let header = try? BlockHeader(frame) else { continue }
            let hour = header.stretch.start.floored(to: DataDirectory.hour)
            journaled[DataDirectory.file(ofHour: hour).string, default: []].append(frame)
        }
        let found = journal.damages + unreadable
        damages += found
        extras.merge(state.extras) { first, _ in first }
        // A merged directory without commits of its own says nothing that its origins do not say.
        if let storeID, !isMerged || state.sequence > 0 {
            note(Origin(storeID: storeID, state: state, isWhole: found.isEmpty, isMerged: isMerged))
        }
        return storeID != nil
    }

    mutating func addFiles(_ directory: DataDirectory) throws(StoreError) -> Bool {
        let top = try storing { () throws(FileError) in try fileSystem.names(in: directory.path) }
        var hasFiles = false
        for (folder, names) in [
            (directory.path, top), (directory.snapshots, try fileSystem.namesIfThere(in: directory.snapshots)),
        ] {
            for name in names where name.hasSuffix(DataDirectory.hourSuffix) {
                let path = folder.appending(name)
                do throws(FileError) {
                    files[name, default: []].append((path, try fileSystem.metadata(of: path).size))
                    hasFiles = true
                } catch {
                    // Pruned since the listing.
                    if error.errno != .noSuchFileOrDirectory { throw .file(error) }
                }
            }
        }
        return hasFiles
    }

    private mutating func note(_ origin: Origin) {
        guard let known = origins.firstIndex(where: { $0.storeID == origin.storeID }) else {
            return origins.append(origin)
        }
        if origin.state.sequence > origins[known].state.sequence { origins[known] = origin }
    }
}
