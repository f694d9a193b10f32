package import Files
package import Synchronization
package import SystemPackage

/// A file system in memory with the semantics that hurt: inode numbers are used again, open files outlive their names,
/// bytes that were not synchronized may be gone after a crash, and any call can be made to fail.
///
/// Two sides use it. The program under test goes through `FileSystem`, where faults apply; the world around it (loggers,
/// logrotate, an operator) goes through the methods of `SimulatedFileSystem+World.swift`, where they do not.
package final class SimulatedFileSystem: FileSystem {
    package let disk: Mutex<SimulatedDisk>

    package init() { disk = Mutex(SimulatedDisk()) }

    /// A copy: nobody has anything open in it, and nothing fails.
    init(_ disk: SimulatedDisk) {
        var disk = disk
        disk.era += 1
        disk.faults = FaultPlan()
        for node in disk.nodes.keys { disk.nodes[node]?.lockedBy = nil }
        self.disk = Mutex(disk)
    }

    package func open(_ path: FilePath, _ access: FileAccess) throws(FileError) -> any OpenFile {
        try disk.withLock { disk throws(FileError) -> any OpenFile in
            try disk.enter(.open, path, isChange: access != .read)
            var node = try disk.find(path, for: .open)
            if node == nil {
                guard access != .read else { throw FileError(.open, path, .noSuchFileOrDirectory) }
                node = try disk.create(.regular, at: path, for: .open)
            }
            guard let node, let found = disk.nodes[node] else {
                throw FileError(.open, path, .noSuchFileOrDirectory)
            }
            guard found.kind != .directory else { throw FileError(.open, path, .isDirectory) }
            guard found.kind == .regular else { throw FileError(.open, path, .invalidArgument) }
            guard found.readable else { throw FileError(.open, path, .permissionDenied) }
            if access == .replace { disk.truncate(node, to: 0) }
            return SimulatedFile(path: path, system: self, node: node, handle: disk.open(node), era: disk.era)
        }
    }

    package func metadata(of path: FilePath) throws(FileError) -> FileMetadata {
        try disk.withLock { disk throws(FileError) in
            try disk.enter(.stat, path)
            guard let node = try disk.find(path, for: .stat), let metadata = disk.metadata(of: node) else {
                throw FileError(.stat, path, .noSuchFileOrDirectory)
            }
            return metadata
        }
    }

    package func names(in directory: FilePath) throws(FileError) -> [String] {
        try disk.withLock { disk throws(FileError) in
            try disk.enter(.list, directory)
            guard let node = try disk.find(directory, for: .list) else {
                throw FileError(.list, directory, .noSuchFileOrDirectory)
            }
            guard disk.nodes[node]?.kind == .directory else { throw FileError(.list, directory, .notDirectory) }
            guard disk.nodes[node]?.readable == true else { throw FileError(.list, directory, .permissionDenied) }
            return disk.names(in: try disk.resolve(directory, for: .list))
        }
    }

    package func createDirectory(_ path: FilePath) throws(FileError) {
        try disk.withLock { disk throws(FileError) in
            let isThere = try? disk.find(path, for: .stat)
            try disk.enter(.createDirectory, path, isChange: isThere == nil)
            try disk.createDirectories(path)
        }
    }

    package func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        try disk.withLock { disk throws(FileError) in
            try disk.enter(.rename, source, isChange: true)
            try disk.rename(source, to: target)
        }
    }

    package func remove(_ path: FilePath) throws(FileError) {
        try disk.withLock { disk throws(FileError) in
            try disk.enter(.remove, path, isChange: true)
            try disk.remove(path)
        }
    }

    package func synchronizeDirectory(_ path: FilePath) throws(FileError) {
        try disk.withLock { disk throws(FileError) in
            try disk.enter(.sync, path)
            guard try disk.find(path, for: .sync) != nil else {
                throw FileError(.sync, path, .noSuchFileOrDirectory)
            }
            disk.synchronizeDirectory(try disk.resolve(path, for: .sync))
        }
    }
}

/// An open file of the simulation; useless after a crash, as its process is gone.
final class SimulatedFile: OpenFile {
    let path: FilePath
    private let system: SimulatedFileSystem
    private let node: Int
    private let handle: Int
    private let era: Int

    init(path: FilePath, system: SimulatedFileSystem, node: Int, handle: Int, era: Int) {
        self.path = path
        self.system = system
        self.node = node
        self.handle = handle
        self.era = era
    }

    deinit {
        system.disk.withLock { disk in
            if disk.era == era { disk.close(node, handle: handle) }
        }
    }

    func metadata() throws(FileError) -> FileMetadata {
        try perform(.stat) { disk throws(FileError) in
            guard let metadata = disk.metadata(of: node) else { throw FileError(.stat, path, .badFileDescriptor) }
            return metadata
        }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int {
        // A region-based isolation checker cannot see that the buffer outlives the lock; an address can pass.
        let address = UInt(bitPattern: buffer.baseAddress)
        let count = buffer.count
        return try perform(.read) { disk throws(FileError) in
            guard let bytes = disk.nodes[node]?.bytes, offset < UInt64(bytes.count) else { return 0 }
            let start = Int(offset)
            let length = min(count, bytes.count - start)
            bytes.withUnsafeBytes { source in
                UnsafeMutableRawPointer(bitPattern: address)?
                    .copyMemory(from: source.baseAddress! + start, byteCount: length)
            }
            return length
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        let bytes = [UInt8](bytes)
        try system.disk.withLock { disk throws(FileError) in
            guard disk.era == era else { throw FileError(.write, path, .badFileDescriptor) }
            do throws(FileError) {
                try disk.enter(.write, path, isChange: true)
            } catch {
                // What a failed write leaves behind is undefined: here, half of it. A read-only file takes nothing.
                if disk.faults.isDead || error.errno == .readOnlyFileSystem { throw error }
                disk.append(bytes.prefix(bytes.count / 2), to: node)
                throw error
            }
            let room = disk.faults.capacityBytes.map { max(0, $0 - disk.usedBytes) } ?? bytes.count
            disk.append(bytes.prefix(room), to: node)
            guard room >= bytes.count else { throw FileError(.write, path, .noSpace) }
        }
    }

    func truncate(to length: UInt64) throws(FileError) {
        try perform(.truncate) { disk throws(FileError) in disk.truncate(node, to: Int(length)) }
    }

    func synchronize() throws(FileError) {
        do throws(FileError) {
            try perform(.sync) { disk throws(FileError) in disk.synchronize(node) }
        } catch {
            system.disk.withLock { disk in
                if disk.era == era, disk.faults.dropsPagesOnFailedSync, !disk.faults.isDead { disk.dropPages(of: node) }
            }
            throw error
        }
    }

    func tryLock() throws(FileError) -> Bool {
        try perform(.lock) { disk throws(FileError) in disk.lock(node, handle: handle) }
    }

    private func perform<Value: Sendable>(
        _ operation: FileError.Operation, _ body: (inout SimulatedDisk) throws(FileError) -> Value
    ) throws(FileError) -> Value {
        try system.disk.withLock { disk throws(FileError) in
            guard disk.era == era else { throw FileError(operation, path, .badFileDescriptor) }
            try disk.enter(operation, path, isChange: operation == .truncate)
            return try body(&disk)
        }
    }
}
