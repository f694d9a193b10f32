package import Files
import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

/// Several data directories as the content of one new one; it needs no lock of theirs and changes nothing in them.
///
/// Blocks are copied as they are, with those that are only in a journal yet; the ones that another one contains are
/// left out. Of a store that turns up several times, as a copy, the newest state counts. What a running agent commits
/// after its directory was added is not in the result.
package struct DirectoryMerge {
    package struct Report: Equatable, Sendable {
        package var directories = 0
        /// Different ones, those of merged directories included.
        package var stores = 0
        package var files = 0
        package var blocks = 0
        /// Blocks that others contain.
        package var duplicates = 0
        /// Of the blocks that were written.
        package var bytes: UInt64 = 0
    }

    package private(set) var report = Report()
    package private(set) var damages: [StoreDamage] = []

    private struct Origin {
        var storeID: StoreID
        var state: CommittedState
        /// All commits up to the state's are there: later ones came while the directory was read.
        var isWhole: Bool
        /// Its counters contain those of other stores.
        var isMerged = false
    }

    private let fileSystem: any FileSystem
    private var names = Names()
    private var origins: [Origin] = []
    private var extras: [String: [UInt8]] = [:]
    /// Files of blocks by name, and the blocks of journals by the name of the file where they belong.
    private var files: [String: [(path: FilePath, bytes: UInt64)]] = [:]
    private var journaled: [String: [Frame]] = [:]

    package init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

    /// - Returns: whether there is anything in the directory.
    package mutating func add(_ path: FilePath) throws(StoreError) -> Bool {
        let directory = DataDirectory(path)
        let hasOrigins = try addOrigins(directory)
        let hasState = try addJournal(directory, isMerged: hasOrigins)
        let hasFiles = try addFiles(directory)
        guard hasOrigins || hasState || hasFiles else { return false }
        report.directories += 1
        report.stores = origins.count
        return true
    }

    /// Bytes of the files that `write` reads.
    package var bytesToRead: UInt64 { files.values.joined().reduce(0) { $0 + $1.bytes } }

    /// Writes everything into a directory that nobody else uses; the store's identity comes last.
    ///
    /// - Parameter progress: gets the bytes that have been read so far.
    package mutating func write(
        to path: FilePath, generator: inout some RandomNumberGenerator, progress: (UInt64) -> Void
    ) throws(StoreError) {
        let directory = DataDirectory(path)
        try storing { () throws(FileError) in
            for folder in [directory.snapshots, directory.journal, directory.origins] {
                try fileSystem.createDirectory(folder)
            }
        }
        var done: UInt64 = 0
        for name in Set(files.keys).union(journaled.keys).sorted() {
            try writeBlocks(of: name, to: directory.snapshots.appending(name))
            done += files[name, default: []].reduce(0) { $0 + $1.bytes }
            progress(done)
        }
        let storeID = StoreID.random(using: &generator)
        try writeOrigins(directory)
        try writeJournal(directory, storeID)
        try storing { () throws(FileError) in
            for folder in [directory.snapshots, directory.origins] { try fileSystem.synchronizeDirectory(folder) }
        }
        try StoreIdentity.write(storeID, fileSystem, directory)
    }
}

/// What goes in.
extension DirectoryMerge {
    private mutating func addOrigins(_ directory: DataDirectory) throws(StoreError) -> Bool {
        var found: [Origin] = []
        damages += try Origins.read(fileSystem, directory, names: &names) { storeID, state in
            found.append(Origin(storeID: storeID, state: state, isWhole: true))
        }
        found.forEach { note($0) }
        return !found.isEmpty
    }

    private mutating func addJournal(_ directory: DataDirectory, isMerged: Bool) throws(StoreError) -> Bool {
        // What was in hour files before some were deleted is not to come back from the journal.
        var settled: UInt64 = 0
        if case .success(let marks)? = try Marks.read(fileSystem, directory) { settled = marks.settled }
        var journal = try JournalReader(fileSystem, directory)
        var state = CommittedState(counters: Counters(limit: .max))
        if let checkpoint = journal.checkpoint {
            do throws(SnapshotError) {
                state = try CheckpointRecord.decode(checkpoint, limit: .max, names: &names)
            } catch {
                damages.append(StoreDamage(path: directory.journal, error: error, wholeBefore: 0))
            }
        }
        var storeID = journal.storeID
        var names = self.names
        var unreadable: [StoreDamage] = []
        var frames: [Frame] = []
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            storeID = storeID ?? record.storeID
            if record.sequence > settled { frames += record.blocks }
            guard !inCheckpoint else { return }
            var blocks: [SnapshotBlock] = []
            for frame in record.blocks {
                do throws(SnapshotError) {
                    blocks.append(try SnapshotBlock.decode(frame, names: &names))
                } catch {
                    unreadable.append(StoreDamage(path: directory.journal, error: error, wholeBefore: blocks.count))
                }
            }
            state.apply(record, blocks: blocks, names: names)
        }
        self.names = names
        for frame in frames {
            guard let header = try? BlockHeader(frame) else { continue }
            let hour = header.stretch.start.floored(to: DataDirectory.hour)
            journaled[DataDirectory.file(ofHour: hour).string, default: []].append(frame)
        }
        let found = journal.damages + unreadable
        damages += found
        extras.merge(state.extras) { first, _ in first }
        // A merged directory without commits of its own says nothing that its origins do not say.
        if let storeID, !isMerged || state.sequence > 0 {
            note(Origin(storeID: storeID, state: state, isWhole: found.isEmpty, isMerged: isMerged))
        }
        return storeID != nil
    }

    private mutating func addFiles(_ directory: DataDirectory) throws(StoreError) -> Bool {
        let top = try storing { () throws(FileError) in try fileSystem.names(in: directory.path) }
        var hasFiles = false
        for (folder, names) in [
            (directory.path, top), (directory.snapshots, try fileSystem.namesIfThere(in: directory.snapshots)),
        ] {
            for name in names where name.hasSuffix(DataDirectory.hourSuffix) {
                let path = folder.appending(name)
                do throws(FileError) {
                    files[name, default: []].append((path, try fileSystem.metadata(of: path).size))
                    hasFiles = true
                } catch {
                    // Pruned since the listing.
                    if error.errno != .noSuchFileOrDirectory { throw .file(error) }
                }
            }
        }
        return hasFiles
    }

    private mutating func note(_ origin: Origin) {
        guard let known = origins.firstIndex(where: { $0.storeID == origin.storeID }) else {
            return origins.append(origin)
        }
        if origin.state.sequence > origins[known].state.sequence { origins[known] = origin }
    }
}

/// What comes out.
extension DirectoryMerge {
    private mutating func writeBlocks(of name: String, to path: FilePath) throws(StoreError) {
        var blocks = BlockSelection()
        for file in files[name, default: []] { try scan(file.path) { blocks.add($0) } }
        for frame in journaled[name, default: []] { blocks.add(frame) }
        for origin in origins where origin.isWhole {
            blocks.drop(commitsOf: origin.storeID, after: origin.state.sequence)
        }
        let chosen = blocks.chosen
        report.duplicates += blocks.count - chosen.count
        guard !chosen.isEmpty else { return }
        try storing { () throws(FileError) in
            let file = try fileSystem.open(path, .replace)
            for frame in chosen { try file.append(frame.bytes) }
            try file.synchronize()
        }
        report.files += 1
        report.blocks += chosen.count
        report.bytes += chosen.reduce(0) { $0 + UInt64($1.bytes.count) }
    }

    /// Gives the whole blocks, also those behind damage, as every reader does.
    private mutating func scan(_ path: FilePath, _ body: (Frame) -> Void) throws(StoreError) {
        let file: any OpenFile
        let length: UInt64
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
            length = try file.metadata().size
        } catch {
            if error.errno == .noSuchFileOrDirectory { return }
            throw .file(error)
        }
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var frames = FrameSequence(length: length, of: [.block])
        while true {
            while let frame = try storing({ () throws(FileError) in try frames.next(read) }) { body(frame) }
            guard let failure = frames.failure, failure.kind != .torn else { return }
            if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
            damages.append(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
            guard try storing({ () throws(FileError) in try frames.skipDamage(read) }) else { return }
        }
    }

    private func writeOrigins(_ directory: DataDirectory) throws(StoreError) {
        for (place, origin) in origins.enumerated() {
            let bytes = try encoded(origin.state, origin.storeID)
            try storing { () throws(FileError) in
                let file = try fileSystem.open(directory.origin(UInt64(place) + 1), .replace)
                try file.append(bytes)
                try file.synchronize()
            }
        }
    }

    /// A journal that begins where the stores' ends: an agent here goes on behind what is counted.
    private func writeJournal(_ directory: DataDirectory, _ storeID: StoreID) throws(StoreError) {
        var state = CommittedState(counters: Counters(limit: StoreLimits().counterSeries))
        for origin in origins where !origin.isMerged { state.counters.add(origin.state.counters.series, names: names) }
        for (place, log) in knownLogs.enumerated() {
            state.inputs[UInt32(place) + 1] = log.renumbered(UInt32(place) + 1)
        }
        state.extras = extras
        let checkpoint = try encoded(state, storeID)
        try storing { () throws(FileError) in
            _ = try JournalSegment(fileSystem, directory, number: 1, checkpoint: checkpoint)
        }
    }

    /// The logs that were read, each content once; a pipe has none.
    private var knownLogs: [InputState] {
        var known: [InputState] = []
        for origin in origins {
            for input in origin.state.inputs.values.sorted(by: { $0.position.log < $1.position.log }) {
                let fingerprint = input.position.fingerprint
                guard fingerprint.length > 0 else { continue }
                guard !known.contains(where: { $0.source == input.source && $0.position.fingerprint == fingerprint })
                else { continue }
                known.append(input)
            }
        }
        return known
    }

    private func encoded(_ state: CommittedState, _ storeID: StoreID) throws(StoreError) -> [UInt8] {
        do throws(SnapshotError) {
            return try CheckpointRecord.encoded(state, storeID: storeID, names: names)
        } catch {
            throw .tooLarge(error)
        }
    }
}

extension InputState {
    /// Only known here: what was counted of it stands in the ledger of its own store.
    fileprivate func renumbered(_ log: UInt32) -> InputState {
        var position = position
        position.log = log
        position.finished = true
        return InputState(position: position, ledger: InputLedger(), source: source)
    }
}
