import Files
import RequestLog
import Snapshots
import SystemPackage

/// Up to which commit each slice is already in its hour file, or in the total of its day. Asked for the few slices that a journal speaks of.
struct FlushedCommits {
    let fileSystem: any FileSystem
    let directory: DataDirectory
    let storeID: StoreID
    private var hours: [Timestamp: [Stretch: UInt64]] = [:]
    private var days: [Timestamp: [Stretch: UInt64]] = [:]
    private(set) var damages: [StoreDamage] = []
    /// Files on whose word the journal's slices are left out.
    private(set) var trusted: Set<FilePath> = []

    init(_ fileSystem: any FileSystem, _ directory: DataDirectory, storeID: StoreID) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.storeID = storeID
    }

    /// Whether this commit to the stretch is in a file already.
    mutating func has(_ sequence: UInt64, of stretch: Stretch) throws(StoreError) -> Bool {
        guard try through(stretch) >= sequence else { return false }
        let hour = stretch.start.floored(to: DataDirectory.hour)
        let day = hour.floored(to: DataDirectory.day)
        trusted.insert(directory.hourFile(hour))
        if days[day]?.isEmpty == false { trusted.insert(directory.dayFile(day)) }
        return true
    }

    /// The greatest commit among the blocks that hold this stretch; 0 without one.
    private mutating func through(_ stretch: Stretch) throws(StoreError) -> UInt64 {
        let hour = stretch.start.floored(to: DataDirectory.hour)
        if hours[hour] == nil {
            let day = hour.floored(to: DataDirectory.day)
            if days[day] == nil { days[day] = try load(directory.dayFile(day)) }
            hours[hour] = try load(directory.hourFile(hour)).merging(days[day, default: [:]], uniquingKeysWith: max)
        }
        return hours[hour, default: [:]].lazy.filter { $0.key.contains(stretch) }.map(\.value).max() ?? 0
    }

    /// The greatest commit of the store in any hour or day file: for a directory whose journal is lost.
    mutating func greatest() throws(StoreError) -> UInt64 {
        var greatest: UInt64 = 0
        for name in try storing({ () throws(FileError) in try fileSystem.names(in: directory.snapshots) }) {
            guard DataDirectory.isBlockFile(name) else { continue }
            greatest = max(greatest, try load(directory.snapshots.appending(name)).values.max() ?? 0)
        }
        return greatest
    }

    private mutating func load(_ path: FilePath) throws(StoreError) -> [Stretch: UInt64] {
        var through: [Stretch: UInt64] = [:]
        var frames: FrameSequence
        let length: UInt64
        let file: any OpenFile
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
            // What is trusted from here on must not be in the cache only, left there by an agent that was killed.
            try file.synchronize()
            try fileSystem.synchronizeDirectory(directory.snapshots)
            length = try file.metadata().size
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [:] }
            throw .file(error)
        }
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        frames = FrameSequence(length: length, of: [.block])
        while true {
            guard let frame = try storing({ () throws(FileError) in try frames.next(read) }) else {
                guard let failure = frames.failure else { return through }
                if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
                if failure.kind == .torn { return through }
                damages.append(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
                guard try storing({ () throws(FileError) in try frames.skipDamage(read) }) else { return through }
                continue
            }
            guard let header = try? BlockHeader(frame), header.storeID == storeID else { continue }
            through[header.stretch] = max(through[header.stretch] ?? 0, header.commits.through)
        }
    }
}
