package import SystemPackage
package import Tailing

/// inotify on the simulated disk: bound to what a path led to when it was asked, silent about everything else.
///
/// It reports only what is different from the last time it was asked, which is less than a kernel says.
package final class SimulatedWatcher: ChangeWatcher {
    private struct DirectoryWatch {
        var path: FilePath
        var prefixes: [[UInt8]]
        var entries: [String: [Int]]
        var revision: SimulatedFileSystem.Revision?
    }

    private struct FileWatch {
        var log: UInt32
        var revision: SimulatedFileSystem.Revision?
    }

    package let descriptor: Int32 = -1
    /// New watches are refused: the user's limit is reached.
    package var isAtLimit = false
    /// The queue has overflowed: what changed until now is not told.
    package var hasOverflowed = false

    private let disk: SimulatedFileSystem
    private var directories: [SimulatedFileSystem.Identity: DirectoryWatch] = [:]
    private var files: [SimulatedFileSystem.Identity: FileWatch] = [:]
    private var identities: [UInt32: SimulatedFileSystem.Identity] = [:]

    package init(_ disk: SimulatedFileSystem) { self.disk = disk }

    package func watch(directory: FilePath, prefix: String) -> Bool {
        guard let identity = disk.identity(of: directory) else { return true }
        if var known = directories[identity] {
            if !known.prefixes.contains(Array(prefix.utf8)) { known.prefixes.append(Array(prefix.utf8)) }
            directories[identity] = known
            return true
        }
        guard !isAtLimit, disk.isReadable(identity),
            let entries = disk.entries(of: identity, path: directory)
        else { return false }
        directories[identity] = DirectoryWatch(
            path: directory, prefixes: [Array(prefix.utf8)], entries: entries,
            revision: disk.revision(of: identity))
        return true
    }

    package func watch(file: FilePath, of log: UInt32) -> Bool {
        unwatch(log)
        guard let identity = disk.identity(of: file), disk.isReadable(identity) else { return false }
        if let other = files[identity] {
            identities[other.log] = nil
        } else if isAtLimit {
            return false
        }
        files[identity] = FileWatch(log: log, revision: disk.revision(of: identity))
        identities[log] = identity
        return true
    }

    package func unwatch(_ log: UInt32) {
        guard let identity = identities.removeValue(forKey: log) else { return }
        files[identity] = nil
    }

    package func takeChanges() -> Changes {
        var changes = Changes()
        for (identity, watch) in directories { look(identity, watch, &changes) }
        for (identity, watch) in files { look(identity, watch, &changes) }
        if hasOverflowed {
            changes = Changes()
            changes.everything = true
            hasOverflowed = false
        }
        return changes
    }

    private func look(_ identity: SimulatedFileSystem.Identity, _ watch: DirectoryWatch, _ changes: inout Changes) {
        var watch = watch
        guard let entries = disk.entries(of: identity, path: watch.path) else {
            directories[identity] = nil
            changes.names = true
            return
        }
        let revision = disk.revision(of: identity)
        if revision != watch.revision { changes.names = true }
        for name in Set(entries.keys).union(watch.entries.keys) where entries[name] != watch.entries[name] {
            let bytes = Array(name.utf8)
            if watch.prefixes.contains(where: { bytes.starts(with: $0) }) { changes.names = true }
        }
        watch.entries = entries
        watch.revision = revision
        directories[identity] = watch
    }

    private func look(_ identity: SimulatedFileSystem.Identity, _ watch: FileWatch, _ changes: inout Changes) {
        let revision = disk.revision(of: identity)
        guard revision != watch.revision else { return }
        changes.logs.insert(watch.log)
        if revision?.names != watch.revision?.names { changes.names = true }
        if revision == nil {
            files[identity] = nil
            identities[watch.log] = nil
        } else {
            files[identity]?.revision = revision
        }
    }
}
