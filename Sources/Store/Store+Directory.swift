import Files
import SystemPackage

// Somebody may delete the data directory, or a part of it, under the agent.

extension Store {
    /// Sees to a directory with this store's lock and journal, before anything else is written there: snapshots alone
    /// would be those of nobody, and their lines counted again by whoever starts next.
    mutating func stayInDirectory() throws(StoreError) {
        if isBereft, segment == nil { return try prepareSegment() }
        try lookAtDirectory()
        try proveRecovered()
    }

    mutating func lookAtDirectory() throws(StoreError) {
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
    mutating func leaveDirectory() {
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
}
