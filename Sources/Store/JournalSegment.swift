import Files
import Snapshots
import SystemPackage

/// The segment that is being written. Only what was acknowledged is before `end`.
struct JournalSegment {
    let number: UInt64
    let file: any OpenFile
    private let device: UInt64
    private let inode: UInt64
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
        let facts = try file.metadata()
        device = facts.device
        inode = facts.inode
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
            let facts = try fileSystem.metadata(of: file.path)
            guard facts.device == device, facts.inode == inode else { return .vanished }
        } catch {
            return error.operation == .stat && error.errno == .noSuchFileOrDirectory
                ? .vanished : .unknown(.file(error))
        }
        end += UInt64(record.count)
        return .durable
    }
}
