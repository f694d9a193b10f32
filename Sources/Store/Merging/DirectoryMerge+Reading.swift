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
        let journal = try CommittedJournal(fileSystem, directory, names: &names, withCounters: true)
        for (hour, blocks) in journal.blocks {
            journaled[DataDirectory.file(ofHour: hour).string, default: []] += blocks
        }
        damages += journal.damages
        extras.merge(journal.state.extras) { first, _ in first }
        guard let storeID = journal.storeID else { return false }
        // A merged directory without commits of its own says nothing that its origins do not say.
        if !isMerged || journal.state.sequence > 0 {
            let isWhole = journal.damages.isEmpty
            note(Origin(storeID: storeID, state: journal.state, isWhole: isWhole, isMerged: isMerged))
        }
        return true
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
