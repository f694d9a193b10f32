import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

/// The whole blocks of an hour or day file, by place; each is read again when it is needed.
struct BlockFile {
    struct Place {
        var header: BlockHeader
        var offset: UInt64
        var length: Int
    }

    let path: FilePath
    let mark: HourFile.Mark
    private(set) var places: [Place] = []
    /// What is not whole, a torn end aside.
    private(set) var damages: [StoreDamage] = []
    private let file: any OpenFile

    /// Nil when there is no such file. What it gives is on the disk.
    init?(_ fileSystem: any FileSystem, _ path: FilePath) throws(StoreError) {
        self.path = path
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
            mark = HourFile.Mark(try file.metadata())
            try file.synchronize()
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw .file(error)
        }
        let file = file
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var frames = FrameSequence(length: mark.length, of: [.block])
        while true {
            while let frame = try storing({ () throws(FileError) in try frames.next(read) }) {
                let start = frames.offset - UInt64(frame.bytes.count)
                do throws(SnapshotError) {
                    places.append(
                        Place(header: try BlockHeader(frame), offset: start, length: frame.bytes.count))
                } catch {
                    note(error.moved(by: start), frames.count - 1)
                }
            }
            guard let failure = frames.failure else { return }
            if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
            if failure.kind != .torn { note(failure, frames.count) }
            guard try storing({ () throws(FileError) in try frames.skipDamage(read) }) else { return }
        }
    }

    /// Of an hour file.
    var hour: Timestamp {
        guard let hour = path.lastComponent.flatMap({ DataDirectory.hour(ofFile: $0.string) }) else {
            preconditionFailure("asking a file that is no hour file for its hour: \(path)")
        }
        return hour
    }

    var headers: [BlockHeader] { places.map(\.header) }

    func frame(_ number: Int) throws(StoreError) -> Frame {
        let place = places[number]
        let bytes = try storing { () throws(FileError) in try file.bytes(at: place.offset, count: place.length) }
        do throws(SnapshotError) {
            return try Frame(bytes, of: [.block])
        } catch {
            throw .damaged(StoreDamage(path: path, error: error.moved(by: place.offset), wholeBefore: number))
        }
    }

    func block(_ number: Int, names: inout Names) throws(StoreError) -> SnapshotBlock {
        let frame = try frame(number)
        do throws(SnapshotError) {
            return try SnapshotBlock.decode(frame, names: &names)
        } catch {
            let start = places[number].offset
            throw .damaged(StoreDamage(path: path, error: error.moved(by: start), wholeBefore: number))
        }
    }

    func requests(_ number: Int) throws(StoreError) -> UInt64 {
        let frame = try frame(number)
        do throws(SnapshotError) {
            return try SnapshotBlock.requests(in: frame)
        } catch {
            let start = places[number].offset
            throw .damaged(StoreDamage(path: path, error: error.moved(by: start), wholeBefore: number))
        }
    }

    private mutating func note(_ error: SnapshotError, _ wholeBefore: Int) {
        damages.append(StoreDamage(path: path, error: error, wholeBefore: wholeBefore))
    }
}
