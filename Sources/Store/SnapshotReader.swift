package import Files
package import RequestLog
package import RollingWindow
package import Snapshots
package import SystemPackage

/// Reads what is committed in data directories and snapshot files; needs no lock and changes nothing.
///
/// A running agent may go on beside it. The journal is read before the hour files, so what moves from the one to the
/// other in between is seen in both, and the numbers of the commits say that it is the same.
package struct SnapshotReader: Sendable {
    /// Places that are not whole, with what was found so far; what is whole was used.
    package private(set) var damages: [StoreDamage] = []

    /// What was committed about the logs themselves, of the directories added so far.
    package private(set) var inputs: [InputState] = []
    /// Small states of other parts, of the first directory that has them.
    package private(set) var extras: [String: [UInt8]] = [:]

    private let fileSystem: any FileSystem
    private var singleFiles: Set<FilePath> = []
    private var hourFiles: [Timestamp: Set<FilePath>] = [:]
    /// What journals hold, by hour.
    private var journaled: [Timestamp: [Frame]] = [:]

    package init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

    /// A data directory, or a directory of hour files.
    package mutating func add(directory path: FilePath) throws(StoreError) {
        let directory = DataDirectory(path)
        var journal = try JournalReader(fileSystem, directory)
        var frames: [Frame] = []
        var state = CommittedState(counters: Counters(limit: 0))
        if let checkpoint = journal.checkpoint {
            do throws(SnapshotError) {
                var names = Names()
                state = try CheckpointRecord.decode(checkpoint, limit: .max, names: &names)
            } catch {
                note(StoreDamage(path: directory.journal, error: error, wholeBefore: 0))
            }
        }
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            frames += record.blocks
            if !inCheckpoint { state.apply(record, blocks: [], names: Names()) }
        }
        inputs += state.inputs.values.sorted { $0.position.log < $1.position.log }
        extras.merge(state.extras) { first, _ in first }
        journal.damages.forEach { note($0) }
        for frame in frames { if let hour = Store.hour(of: frame) { journaled[hour, default: []].append(frame) } }

        let top = try storing { () throws(FileError) in try fileSystem.names(in: path) }
        for (folder, names) in [
            (path, top), (directory.snapshots, try fileSystem.namesIfThere(in: directory.snapshots)),
        ] {
            for name in names {
                guard let hour = DataDirectory.hour(ofFile: name) else { continue }
                hourFiles[hour, default: []].insert(folder.appending(name))
            }
        }
    }

    /// Nothing was ever committed in what was added.
    package var isEmpty: Bool { hourFiles.isEmpty && journaled.isEmpty && inputs.isEmpty }

    /// A file of blocks under any name.
    package mutating func add(file path: FilePath) throws(StoreError) {
        _ = try storing { () throws(FileError) in try fileSystem.metadata(of: path) }
        singleFiles.insert(path)
        var hours: Set<Timestamp> = []
        try scan(path) { frame in if let hour = Store.hour(of: frame) { hours.insert(hour) } }
        for hour in hours { hourFiles[hour, default: []].insert(path) }
    }

    /// Gives every block that counts and overlaps [from, to), hour by hour; within an hour by store and start.
    ///
    /// - Parameter names: takes in the texts.
    package mutating func forEachBlock(
        from: Timestamp? = nil, to: Timestamp? = nil, names: inout Names, _ body: (SnapshotBlock) -> Void
    ) throws(StoreError) {
        for hour in Set(hourFiles.keys).union(journaled.keys).sorted() {
            if let from, hour + DataDirectory.hour <= from { continue }
            if let to, hour >= to { continue }
            for frame in try counted(in: hour) {
                do throws(SnapshotError) {
                    let header = try BlockHeader(frame)
                    if let from, header.stretch.end <= from { continue }
                    if let to, header.stretch.start >= to { continue }
                    body(try SnapshotBlock.decode(frame, names: &names))
                } catch {
                    note(StoreDamage(path: DataDirectory.file(ofHour: hour), error: error, wholeBefore: 0))
                }
            }
        }
    }

    /// The slices that overlap [from, to), each once, in the order of time; those of several stores are added.
    package mutating func slices(
        from: Timestamp? = nil, to: Timestamp? = nil, names: inout Names
    ) throws(StoreError) -> [TimedSlice] {
        var slices: [Stretch: TimedSlice] = [:]
        try forEachBlock(from: from, to: to, names: &names) { block in
            let slice = TimedSlice(
                slice: block.slice, firstEvent: block.header.firstEvent, lastEvent: block.header.lastEvent)
            if slices[block.header.stretch]?.add(slice) == nil { slices[block.header.stretch] = slice }
        }
        return slices.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The frames of one hour that count.
    private mutating func counted(in hour: Timestamp) throws(StoreError) -> [Frame] {
        var merge = SnapshotMerge()
        var frames: [Frame] = []
        var headers: [BlockHeader] = []
        func add(_ frame: Frame) {
            guard let header = try? BlockHeader(frame), Store.hour(of: frame) == hour else { return }
            merge.add(header)
            frames.append(frame)
            headers.append(header)
        }
        for path in (hourFiles[hour] ?? []).sorted(by: { $0.string < $1.string }) { try scan(path, add) }
        (journaled[hour] ?? []).forEach(add)
        let decision = merge.decide()
        for conflict in decision.conflicts {
            let (counted, ignored) = (headers[conflict.counted], headers[conflict.ignored])
            let error = SnapshotError(
                .damaged, offset: 0, "block \(ignored.stretch) of store \(ignored.storeID)",
                found: "of commits \(ignored.commits)",
                expected: "to nest with commits \(counted.commits) of \(counted.stretch)")
            note(StoreDamage(path: DataDirectory.file(ofHour: hour), error: error, wholeBefore: conflict.ignored))
        }
        return decision.counted.map { frames[$0] }
    }

    /// Gives the whole blocks of a file up to the first damage.
    private mutating func scan(_ path: FilePath, _ body: (Frame) -> Void) throws(StoreError) {
        let file: any OpenFile
        let length: UInt64
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
            length = try file.metadata().size
        } catch {
            // Pruned since the listing.
            if error.errno == .noSuchFileOrDirectory { return }
            throw .file(error)
        }
        var frames = FrameSequence(length: length, of: [.block])
        while let frame = try storing({ () throws(FileError) in
            try frames.next { offset, count throws(FileError) in try file.bytes(at: offset, count: count) }
        }) {
            body(frame)
        }
        guard let failure = frames.failure else { return }
        if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
        // What a file in use lacks at its end is in the journal; a file that was handed over alone lacks it.
        if failure.kind == .torn, !singleFiles.contains(path) { return }
        note(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
    }

    private mutating func note(_ damage: StoreDamage) {
        if !damages.contains(damage) { damages.append(damage) }
    }
}

extension Store {
    /// The hour whose file a block belongs in.
    fileprivate static func hour(of frame: Frame) -> Timestamp? {
        guard let header = try? BlockHeader(frame) else { return nil }
        return header.stretch.start.floored(to: DataDirectory.hour)
    }
}
