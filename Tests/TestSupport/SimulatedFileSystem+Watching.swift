import Files
import Synchronization
package import SystemPackage

/// What the kernel's change reports are made of.
extension SimulatedFileSystem {
    /// One file or directory, whatever it is called; never used twice.
    package struct Identity: Hashable, Sendable { var node: Int }

    /// Counts that differ when something was changed in between; nil when it is gone.
    package struct Revision: Equatable, Sendable {
        package var content: Int
        package var names: Int
    }

    /// Follows symbolic links.
    package func identity(of path: FilePath) -> Identity? {
        disk.withLock { disk in
            guard let node = try? disk.find(path, for: .stat), disk.nodes[node] != nil else { return nil }
            return Identity(node: node)
        }
    }

    package func revision(of identity: Identity) -> Revision? {
        disk.withLock { disk in
            disk.nodes[identity.node].map { Revision(content: $0.contentChanges, names: $0.nameChanges) }
        }
    }

    package func inode(of identity: Identity) -> UInt64? { disk.withLock { $0.nodes[identity.node]?.inode } }

    package func isReadable(_ identity: Identity) -> Bool {
        disk.withLock { $0.nodes[identity.node]?.readable ?? false }
    }

    /// The names in a directory with what they stand for, links not followed, and how often that changed its permissions.
    package func entries(of directory: Identity, path: FilePath) -> [String: [Int]]? {
        disk.withLock { disk in
            guard let place = try? disk.resolve(path, for: .list), disk.entries[place] == directory.node else {
                return nil
            }
            var found: [String: [Int]] = [:]
            let prefix = place == "/" ? "/" : place + "/"
            for name in disk.names(in: place) {
                guard let node = disk.entries[prefix + name] else { continue }
                found[name] = [node, disk.nodes[node]?.nameChanges ?? 0]
            }
            return found
        }
    }
}
