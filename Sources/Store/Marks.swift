import Files
import RollingWindow
import Snapshots
import SystemPackage

/// What there should be in the data directory, so that what is lost as a whole is missed: an emptied segment looks like
/// one that was never begun, and a segment that ends early like one whose end was never written.
///
/// The file `marks` is a row of frames, each with everything; the last whole one is true. It is appended to, and made
/// anew when it is long.
struct Marks: Equatable, Sendable {
    /// The newest segment that was on the disk with its checkpoint.
    var begun: UInt64 = 0
    /// The oldest segment that was not deleted.
    var oldest: UInt64 = 1
    /// The greatest commit that an hour file has.
    var flushed: UInt64 = 0
    /// Up to this commit everything was in hour files before some of these were deleted.
    var settled: UInt64 = 0
    /// Requests of this store that went with deleted files; by one file too many after a crash at the wrong moment.
    var pruned: UInt64 = 0

    func encoded() throws(StoreError) -> [UInt8] {
        var writer = ByteWriter()
        for value in [begun, oldest, flushed, settled, pruned] { writer.fixed(value) }
        do throws(SnapshotError) { return try Frame(.marks, body: writer.bytes).bytes } catch {
            throw .tooLarge(error)
        }
    }

    init() {}

    /// For a directory that has none.
    init(oldest: UInt64?, flushed: UInt64, _ tombstones: Tombstones) {
        self.oldest = oldest ?? 1
        self.flushed = flushed
        tombstones.raise(&self)
    }

    private init(_ frame: Frame) throws(SnapshotError) {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            begun = try reader.fixed64()
            oldest = try reader.fixed64()
            guard max(begun, oldest) <= DataDirectory.lastSegment else { throw reader.failure("a segment up to 2^62") }
            flushed = try reader.fixed64()
            settled = try reader.fixed64()
            guard max(flushed, settled) <= SnapshotLimits.lastCommit else {
                throw reader.failure("a commit up to 2^62")
            }
            pruned = try reader.fixed64()
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }

    /// Nil when there are none; damage when none can be read.
    static func read(
        _ fileSystem: any FileSystem, _ directory: DataDirectory
    ) throws(StoreError) -> Result<Marks, StoreDamage>? {
        // Before the marks: what goes meanwhile is in these.
        let tombstones = try Tombstones(fileSystem, directory)
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try fileSystem.open(directory.marks, .read).bytes(at: 0, count: Int(2 * longest))
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw .file(error)
        }
        let (frames, failure) = FrameSequence.frames(in: bytes, of: [.marks])
        do throws(SnapshotError) {
            if failure?.kind == .newerVersion, let failure { throw failure }
            if let last = frames.last {
                var marks = try Marks(last)
                tombstones.raise(&marks)
                return .success(marks)
            }
            throw failure
                ?? SnapshotError(
                    .damaged, offset: 0, "marks", found: "\(bytes.count) bytes", expected: "a whole record")
        } catch {
            if error.kind == .newerVersion { throw .newerVersion(directory.marks, error) }
            return .failure(StoreDamage(path: directory.marks, error: error, wholeBefore: frames.count))
        }
    }

    /// Of the file, before it is made anew.
    static let longest: UInt64 = 64 << 10
}

/// The marks as their writer sees them.
struct MarksFile: Sendable {
    /// What should be in the file.
    private(set) var marks: Marks
    /// What was in it, on the disk, at least once.
    private(set) var written: Marks
    /// The file does not say it yet: the disk was full, or would not.
    private(set) var isOwed = false
    /// Open while what was appended so far is whole.
    private var file: (any OpenFile)?
    private var length: UInt64 = 0

    init(_ marks: Marks) {
        self.marks = marks
        written = marks
    }

    /// They are on the disk before anything builds on them. After a failure a reader finds the old ones; the next call
    /// writes what this one could not.
    mutating func write(
        _ marks: Marks, _ fileSystem: any FileSystem, _ directory: DataDirectory
    ) throws(StoreError) {
        guard marks != self.marks || file == nil || isOwed else { return }
        self.marks = marks
        isOwed = true
        let bytes = try marks.encoded()
        do throws(FileError) {
            if let file, length < Marks.longest {
                try file.append(bytes)
                try file.synchronize()
                length += UInt64(bytes.count)
            } else {
                file = nil
                try fileSystem.replace(directory.marks, with: bytes, isDurable: true)
                file = try fileSystem.open(directory.marks, .append)
                length = UInt64(bytes.count)
            }
        } catch {
            // What was left behind is not known: the next time the file is made anew.
            file = nil
            throw .file(error)
        }
        isOwed = false
        written = marks
    }

    /// The directory is gone, and the file with it.
    mutating func forgetFile() { file = nil }
}
