import Files
import Synchronization
package import SystemPackage

/// A program that has a log open for appending: it goes on writing to the same file whatever becomes of its name.
package final class LogWriter {
    private let system: SimulatedFileSystem
    private let node: Int
    private let handle: Int
    private let era: Int

    /// Makes the file and its directories if they are missing.
    package init(_ path: FilePath, in system: SimulatedFileSystem) {
        system.write([], to: path)
        self.system = system
        (node, handle, era) = system.disk.withLock { disk in
            guard let node = try? disk.find(path, for: .open) else {
                preconditionFailure("\(path) was made a moment ago")
            }
            return (node, disk.open(node), disk.era)
        }
    }

    deinit {
        system.disk.withLock { disk in
            if disk.era == era { disk.close(node, handle: handle) }
        }
    }

    /// False after a power cut: the program is gone, too.
    package var isAlive: Bool { system.disk.withLock { $0.era == era } }

    package func write(_ bytes: some Collection<UInt8>) {
        system.disk.withLock { disk in
            if disk.era == era { disk.append(bytes, to: node) }
        }
    }

    /// Whether the file is what the path leads to.
    package func stands(at path: FilePath) -> Bool {
        system.disk.withLock { disk in (try? disk.find(path, for: .stat)) == node }
    }
}
