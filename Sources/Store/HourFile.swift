import Files
import RequestLog
import Snapshots
import SystemPackage

/// One hour file, as its writer sees it.
struct HourFile {
    /// What was left behind by the last append; when the file is different by now, it is looked at anew.
    struct Mark: Equatable {
        var device: UInt64
        var inode: UInt64
        var length: UInt64

        init(_ facts: FileMetadata) {
            device = facts.device
            inode = facts.inode
            length = facts.size
        }
    }

    let fileSystem: any FileSystem
    let path: FilePath

    /// Appends blocks behind the last whole one and returns, when they are on the disk, what is there now.
    ///
    /// After a failure the file ends where it ended before; or, when it could not be cut, in blocks that the next ones
    /// contain and of which nobody knows what is on the disk: the file must be written anew before it is appended to.
    func append(
        _ blocks: [[UInt8]], mark: Mark?, repairs: inout [StoreDamage], isUncut: inout Bool
    ) throws(StoreError) -> Mark {
        var file = try storing { () throws(FileError) in try open() }
        let isKnown = try storing { () throws(FileError) in try mark == Mark(file.metadata()) }
        if !isKnown, let damage = try repair(file) {
            repairs.append(damage)
            file = try storing { () throws(FileError) in try open() }
        }
        return try storing { () throws(FileError) in
            var facts = try file.metadata()
            do throws(FileError) {
                for block in blocks { try file.append(block) }
                try file.synchronize()
                if !isKnown { try fileSystem.synchronizeDirectory(path.removingLastComponent()) }
            } catch let failure {
                do throws(FileError) {
                    try file.truncate(to: facts.size)
                } catch {
                    isUncut = true
                }
                throw failure
            }
            facts.size += blocks.reduce(0) { $0 + UInt64($1.count) }
            return Mark(facts)
        }
    }

    private func open() throws(FileError) -> any OpenFile {
        do throws(FileError) {
            return try fileSystem.open(path, .append)
        } catch {
            guard error.errno == .noSuchFileOrDirectory else { throw error }
            try fileSystem.createDirectory(path.removingLastComponent())
            return try fileSystem.open(path, .append)
        }
    }

    /// Leaves only whole blocks in the file, so that what is appended can be read.
    ///
    /// A torn end is cut off: the journal still has what it should have held. With damage before whole blocks, or
    /// blocks that do not match their checksum, the file as it is goes aside to `….damaged` first.
    private func repair(_ file: any OpenFile) throws(StoreError) -> StoreDamage? {
        let length = try storing { () throws(FileError) in try file.metadata().size }
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var blocks = FrameSequence(length: length, of: [.block])
        while try storing({ () throws(FileError) in try blocks.next(read) }) != nil {}
        guard let failure = blocks.failure else { return nil }
        switch failure.kind {
        case .newerVersion:
            throw .newerVersion(path, failure)
        case .torn:
            try storing { () throws(FileError) in
                try file.truncate(to: blocks.offset)
                try file.synchronize()
            }
            return nil
        case .damaged, .tooLarge:
            let damage = StoreDamage(path: path, error: failure, wholeBefore: blocks.count)
            try storing { () throws(FileError) in try rebuild(file, length: length) }
            return damage
        }
    }

    private func rebuild(_ file: any OpenFile, length: UInt64) throws(FileError) {
        try setAside()
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var blocks = FrameSequence(length: length, of: [.block])
        try replace { whole throws(FileError) in
            while true {
                while let block = try blocks.next(read) { try whole.append(block.bytes) }
                guard blocks.failure != nil, try blocks.skipDamage(read) else { break }
            }
        }
    }

    /// Leaves a copy of the file as it is beside it.
    func setAside() throws(FileError) {
        try fileSystem.copy(path, to: FilePath(path.string + ".damaged"))
    }

    /// Puts a file of these blocks in the place of the one that is there: whoever looks sees the one or the other, and
    /// when it returns the new one is on the disk.
    func replace(with blocks: [[UInt8]], cleanupFailures: inout UInt64) throws(FileError) -> Mark {
        do throws(FileError) {
            return try replace { whole throws(FileError) in for block in blocks { try whole.append(block) } }
        } catch let failure {
            do throws(FileError) {
                try fileSystem.removeIfThere(FilePath(path.string + HourFile.temporarySuffix))
            } catch {
                cleanupFailures += 1
            }
            throw failure
        }
    }

    @discardableResult
    private func replace(_ fill: (any OpenFile) throws(FileError) -> Void) throws(FileError) -> Mark {
        let temporary = FilePath(path.string + HourFile.temporarySuffix)
        let whole = try fileSystem.open(temporary, .replace)
        try fill(whole)
        try whole.synchronize()
        let mark = Mark(try whole.metadata())
        try fileSystem.rename(temporary, to: path)
        try fileSystem.synchronizeDirectory(path.removingLastComponent())
        return mark
    }

    static let temporarySuffix = ".tmp"
}

/// Runs file system calls and says their failure as the store's.
func storing<Value>(_ body: () throws(FileError) -> Value) throws(StoreError) -> Value {
    do throws(FileError) {
        return try body()
    } catch {
        throw .file(error)
    }
}
