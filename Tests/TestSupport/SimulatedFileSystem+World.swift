import Files
import Synchronization
package import SystemPackage

/// What the world around the program does to its files; never subject to the fault plan.
extension SimulatedFileSystem {
    /// Appends, as a logger with an open file would; the file and its directories are made if missing.
    package func write(_ bytes: some Collection<UInt8>, to path: FilePath) {
        disk.withLock { disk in disk.append(Array(bytes), to: Self.ensure(path, &disk)) }
    }

    package func write(_ text: String, to path: FilePath) { write(Array(text.utf8), to: path) }

    package func truncate(_ path: FilePath, to length: Int = 0) {
        disk.withLock { disk in disk.truncate(Self.ensure(path, &disk), to: length) }
    }

    package func copy(_ source: FilePath, to target: FilePath) {
        let bytes = contents(of: source) ?? []
        truncate(target)
        write(bytes, to: target)
    }

    /// Moves as `mv` does, an existing target is replaced.
    package func move(_ source: FilePath, to target: FilePath) {
        world { disk throws(FileError) in try disk.rename(source, to: target) }
    }

    package func delete(_ path: FilePath) {
        world { disk throws(FileError) in try disk.remove(path) }
    }

    package func makeDirectory(_ path: FilePath) {
        world { disk throws(FileError) in try disk.createDirectories(path) }
    }

    package func makeFIFO(_ path: FilePath) {
        world { disk throws(FileError) in _ = try disk.create(.fifo, at: path, for: .open) }
    }

    /// Points a symbolic link somewhere, also one that exists.
    package func link(_ path: FilePath, to target: FilePath) {
        world { disk throws(FileError) in
            if let place = try? disk.resolve(path, for: .open, followLast: false), disk.entries[place] != nil {
                try disk.remove(path)
            }
            _ = try disk.create(.symlink, at: path, target: target, for: .open)
        }
    }

    package func setReadable(_ readable: Bool, _ path: FilePath) {
        world { disk throws(FileError) in
            guard let node = try disk.find(path, for: .stat) else { return }
            disk.setReadable(readable, node)
        }
    }

    package func contents(of path: FilePath) -> [UInt8]? {
        disk.withLock { disk in
            guard let node = try? disk.find(path, for: .read) else { return nil }
            return disk.nodes[node]?.bytes
        }
    }

    /// Overwrites bytes in place: bit rot, or a program that rewrites its log.
    package func overwrite(_ path: FilePath, at offset: Int, with bytes: [UInt8]) {
        disk.withLock { disk in disk.overwrite(Self.ensure(path, &disk), at: offset, with: bytes) }
    }

    package func advanceClock(nanoseconds: Int64) {
        disk.withLock { disk in disk.nowNanoseconds += nanoseconds }
    }

    /// Changes the fault plan.
    package func plan(_ change: @Sendable (inout FaultPlan) -> Void) {
        disk.withLock { disk in change(&disk.faults) }
    }

    /// The power goes; see `SimulatedDisk.crash(seed:)`.
    package func crash(seed: UInt64) {
        disk.withLock { disk in disk.crash(seed: seed) }
    }

    /// What `sync` does: everything written and named so far survives the next crash.
    package func synchronizeEverything() {
        disk.withLock { disk in disk.synchronizeEverything() }
    }

    /// Makes the content of these files durable, and all names; also what a failed sync has dropped.
    package func synchronize(_ paths: [FilePath]) {
        disk.withLock { disk in
            for path in paths {
                guard let node = try? disk.find(path, for: .sync) else { continue }
                disk.synchronize(node)
                disk.nodes[node]?.dropped = []
            }
            disk.synchronizeNames()
        }
    }

    /// A disk of its own with what this one held at the call that was to be photographed; nil if it did not come.
    package func takePhotograph() -> SimulatedFileSystem? {
        guard let photograph = disk.withLock({ $0.photographs.popLast() }) else { return nil }
        return SimulatedFileSystem(photograph)
    }

    /// A disk of its own with what this one holds now.
    package func duplicate() -> SimulatedFileSystem { SimulatedFileSystem(disk.withLock { $0 }) }

    /// Removes a directory with all that is in it.
    package func deleteTree(_ path: FilePath) {
        for name in (try? disk.withLock({ try $0.list(path) })) ?? [] {
            let inside = path.appending(name)
            if disk.withLock({ $0.isDirectory(inside) }) { deleteTree(inside) } else { delete(inside) }
        }
        delete(path)
    }

    /// What is in a directory, sorted; nothing if it is not there.
    package func list(_ path: FilePath) -> [String] {
        ((try? disk.withLock { try $0.list(path) }) ?? []).sorted()
    }

    private static func ensure(_ path: FilePath, _ disk: inout SimulatedDisk) -> Int {
        do throws(FileError) {
            try disk.createDirectories(path.removingLastComponent())
            if let node = try disk.find(path, for: .open) { return node }
            return try disk.create(.regular, at: path, for: .open)
        } catch {
            preconditionFailure("the test asked for the impossible: \(error)")
        }
    }

    private func world(_ body: (inout SimulatedDisk) throws(FileError) -> Void) {
        disk.withLock { disk in
            do throws(FileError) {
                try body(&disk)
            } catch {
                preconditionFailure("the test asked for the impossible: \(error)")
            }
        }
    }
}

extension SimulatedDisk {
    mutating func setReadable(_ readable: Bool, _ node: Int) {
        nodes[node]?.readable = readable
        nodes[node]?.nameChanges += 1
    }

    mutating func overwrite(_ node: Int, at offset: Int, with bytes: [UInt8]) {
        guard let count = nodes[node]?.bytes.count, offset < count else { return }
        let end = min(count, offset + bytes.count)
        nodes[node]?.bytes.replaceSubrange(offset..<end, with: bytes.prefix(end - offset))
        nodes[node]?.modifiedNanoseconds = nowNanoseconds
        nodes[node]?.contentChanges += 1
    }

    mutating func synchronizeEverything() {
        for node in nodes.keys { synchronize(node) }
        synchronizeNames()
    }

    mutating func synchronizeNames() {
        for change in pendingChanges { Self.apply(change, to: &durableEntries) }
        pendingChanges = []
    }

    func list(_ path: FilePath) throws(FileError) -> [String] { names(in: try resolve(path, for: .list)) }

    func isDirectory(_ path: FilePath) -> Bool {
        guard let place = try? resolve(path, for: .stat, followLast: false), let node = entries[place] else {
            return false
        }
        return nodes[node]?.kind == .directory
    }
}
