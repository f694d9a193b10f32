import Files
import Snapshots
import SystemPackage

/// The segment that is being written. Only what was acknowledged is before `end`.
struct JournalSegment {
    let number: UInt64
    let file: any OpenFile
    private(set) var end: UInt64

    /// Makes a segment that begins with this checkpoint; returns when it is durable.
    init(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, number: UInt64, checkpoint: [UInt8]
    ) throws(FileError) {
        self.number = number
        file = try fileSystem.open(directory.segment(number), .replace)
        try file.append(checkpoint)
        try file.synchronize()
        try fileSystem.synchronizeDirectory(directory.journal)
        end = UInt64(checkpoint.count)
    }

    enum Outcome {
        case durable
        /// The record is cut off again; the segment can take another.
        case refused(StoreError)
        /// Nobody knows what of the record is on the disk: only a new segment, whose checkpoint lacks it, decides that.
        case unknown(StoreError)
        case vanished
    }

    mutating func append(_ record: [UInt8], _ fileSystem: any FileSystem) -> Outcome {
        do throws(FileError) {
            try file.append(record)
        } catch let failure {
            do throws(FileError) {
                try file.truncate(to: end)
                return .refused(.file(failure))
            } catch {
                return .unknown(.file(failure))
            }
        }
        do throws(FileError) {
            // After a failure the kernel may call lost pages clean: trying the same call again proves nothing.
            try file.synchronize()
            // A deleted file takes every write and keeps none.
            guard try file.isInPlace(in: fileSystem) else { return .vanished }
        } catch {
            return .unknown(.file(error))
        }
        end += UInt64(record.count)
        return .durable
    }
}

extension OpenFile {
    /// Whether its path still leads to this file.
    func isInPlace(in fileSystem: any FileSystem) throws(FileError) -> Bool {
        let own = try metadata()
        guard let found = try fileSystem.metadataIfThere(of: path) else { return false }
        return found.device == own.device && found.inode == own.inode
    }
}

extension FileSystem {
    func metadataIfThere(of path: FilePath) throws(FileError) -> FileMetadata? {
        do throws(FileError) {
            return try metadata(of: path)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw error
        }
    }
}
