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

    /// The newest state of each store in the directories added so far, in the order in which they were met.
    package private(set) var states: [StoreState] = []
    /// What was committed about the logs themselves.
    package var inputs: [InputState] { states.flatMap(\.inputs) }
    /// Small states of other parts, of the first directory that has them.
    package private(set) var extras: [String: [UInt8]] = [:]

    /// Which blocks are given where narrow ones stand beside a total that holds the same.
    package enum Detail: Sendable {
        /// Totals where they lie in the asked time: the least to read, for sums.
        case coarsest
        /// The narrowest slices that are left.
        case finest
    }

    private let fileSystem: any FileSystem
    private var singleFiles: Set<FilePath> = []
    private var hourFiles: [Timestamp: Set<FilePath>] = [:]
    /// Files that have totals of a day.
    private var dayFiles: [Timestamp: Set<FilePath>] = [:]
    /// The totals that count as wholes, of the day that was asked for last.
    private var dayTotals: (question: DayQuestion, frames: [Frame])?
    /// What journals hold, by hour.
    private var journaled: [Timestamp: [Frame]] = [:]

    package init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

    /// A data directory, or a directory of hour files.
    package mutating func add(directory path: FilePath) throws(StoreError) {
        let directory = DataDirectory(path)
        // What was in hour files before some were deleted is not to come back from the journal.
        var settled: UInt64 = 0
        if case .success(let marks)? = try Marks.read(fileSystem, directory) { settled = marks.settled }
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
        var storeID = journal.storeID
        try journal.read { (record, inCheckpoint) throws(StoreError) in
            storeID = storeID ?? record.storeID
            if record.sequence > settled { frames += record.blocks }
            if !inCheckpoint { state.apply(record, blocks: [], names: Names()) }
        }
        var names = Names()
        try Origins.read(fileSystem, directory, names: &names) { note(StoreState($0, $1)) }.forEach { note($0) }
        if let storeID { note(StoreState(storeID, state)) }
        extras.merge(state.extras) { first, _ in first }
        journal.damages.forEach { note($0) }
        for frame in frames {
            if let header = try? BlockHeader(frame) { journaled[header.hour, default: []].append(frame) }
        }

        let top = try storing { () throws(FileError) in try fileSystem.names(in: path) }
        for (folder, names) in [
            (path, top), (directory.snapshots, try fileSystem.namesIfThere(in: directory.snapshots)),
        ] {
            for name in names {
                if let hour = DataDirectory.hour(ofFile: name) {
                    hourFiles[hour, default: []].insert(folder.appending(name))
                } else if let day = DataDirectory.day(ofFile: name) {
                    dayFiles[day, default: []].insert(folder.appending(name))
                }
            }
        }
        dayTotals = nil
    }

    /// Nothing was ever committed in what was added.
    package var isEmpty: Bool { hours.isEmpty && inputs.isEmpty }

    /// A file of blocks under any name.
    package mutating func add(file path: FilePath) throws(StoreError) {
        _ = try storing { () throws(FileError) in try fileSystem.metadata(of: path) }
        singleFiles.insert(path)
        var hours: Set<Timestamp> = []
        var days: Set<Timestamp> = []
        try scan(path) { _, header in
            if header.isOfDay { days.insert(header.day) } else { hours.insert(header.hour) }
        }
        for hour in hours { hourFiles[hour, default: []].insert(path) }
        for day in days { dayFiles[day, default: []].insert(path) }
        dayTotals = nil
    }

    /// The hours of event time that there is anything of, in order; a total of a day stands in the day's first.
    package var hours: [Timestamp] { Set(hourFiles.keys).union(journaled.keys).union(dayFiles.keys).sorted() }

    /// Gives every block that counts and overlaps [from, to), hour by hour; within an hour by store and start.
    ///
    /// A total that reaches beyond [from, to) is given only where nothing narrower is left.
    /// - Parameter names: takes in the texts.
    package mutating func forEachBlock(
        from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .coarsest, names: inout Names,
        _ body: (SnapshotBlock) -> Void
    ) throws(StoreError) {
        let first = from.map { $0.floored(to: DataDirectory.day) }
        for hour in hours {
            if let first, hour < first { continue }
            if let to, hour >= to { continue }
            for frame in try counted(in: hour, from: from, to: to, detail) {
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

    /// The narrowest slices that overlap [from, to), each once, in the order of time; those of several stores are added.
    package mutating func slices(
        from: Timestamp? = nil, to: Timestamp? = nil, names: inout Names
    ) throws(StoreError) -> [TimedSlice] {
        var slices: [Stretch: TimedSlice] = [:]
        try forEachBlock(from: from, to: to, .finest, names: &names) { block in
            let slice = TimedSlice(
                slice: block.slice, firstEvent: block.header.firstEvent, lastEvent: block.header.lastEvent)
            if slices[block.header.stretch]?.add(slice) == nil { slices[block.header.stretch] = slice }
        }
        return slices.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The blocks of one hour that count, packed, by store and start; totals of a day come with the day's first hour.
    package mutating func counted(
        in hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> [Frame] {
        let day = hour.floored(to: DataDirectory.day)
        let totals = try totals(DayQuestion(day: day, from: from, to: to, detail: detail))
        let narrow = hour == day ? totals : []
        if let from, hour + DataDirectory.hour <= from { return narrow }
        if let to, hour >= to { return narrow }
        var blocks = try blocks(in: hour, covers: totals)
        let decision = blocks.decide()
        note(decision.conflicts, among: blocks.headers, in: DataDirectory.file(ofHour: hour))
        var counted: [Int] = []
        for number in decision.counted where number >= totals.count {
            counted += blocks.parts(of: number) { Self.isWanted($0, from: from, to: to, detail) }
        }
        return narrow + counted.map { blocks.frames[$0] }
    }

    // MARK: Totals of days

    private struct DayQuestion: Equatable {
        var day: Timestamp
        var from: Timestamp?
        var to: Timestamp?
        var detail: Detail
    }

    /// The totals of the day that count as wholes: those in the asked time, and those whose hours are not all there.
    private mutating func totals(_ question: DayQuestion) throws(StoreError) -> [Frame] {
        guard dayFiles[question.day] != nil else { return [] }
        if let dayTotals, dayTotals.question == question { return dayTotals.frames }
        var totals = CountedBlocks()
        for path in (dayFiles[question.day] ?? []).sorted(by: { $0.string < $1.string }) {
            try scan(path) { frame, header in
                if header.isOfDay, header.day == question.day { totals.add(frame, header) }
            }
        }
        let decision = totals.decide()
        note(decision.conflicts, among: totals.headers, in: DataDirectory.file(ofDay: question.day))
        var frames: [Frame] = []
        for number in decision.counted {
            let isWanted = Self.isWanted(
                totals.headers[number], from: question.from, to: question.to, question.detail)
            if !isWanted, let requests = totals.requestCount(number),
                try requestsInHours(of: totals.headers[number], totals.frames[number]) == requests
            {
                continue
            }
            frames.append(totals.frames[number])
        }
        dayTotals = (question, frames)
        return frames
    }

    /// How many requests the blocks inside the total of a day have; nil when one of them cannot be read.
    private mutating func requestsInHours(of total: BlockHeader, _ frame: Frame) throws(StoreError) -> UInt64? {
        var sum: UInt64 = 0
        var hour = total.stretch.start
        while hour < total.stretch.end {
            var blocks = try blocks(in: hour, covers: [frame], of: total.storeID)
            for number in blocks.inside(0) {
                guard let requests = blocks.requestCount(number) else { return nil }
                sum &+= requests
            }
            hour = hour + DataDirectory.hour
        }
        return sum
    }

    private static func isWanted(
        _ header: BlockHeader, from: Timestamp?, to: Timestamp?, _ detail: Detail
    ) -> Bool {
        guard detail == .coarsest else { return false }
        if let from, header.stretch.start < from { return false }
        if let to, header.stretch.end > to { return false }
        return true
    }

    // MARK: Files

    /// Everything that begins in the hour, behind the covers.
    private mutating func blocks(
        in hour: Timestamp, covers: [Frame], of store: StoreID? = nil
    ) throws(StoreError) -> CountedBlocks {
        var blocks = CountedBlocks()
        for cover in covers { if let header = try? BlockHeader(cover) { blocks.add(cover, header) } }
        for path in (hourFiles[hour] ?? []).sorted(by: { $0.string < $1.string }) {
            try scan(path) { frame, header in
                guard header.hour == hour, !header.isOfDay, store == nil || store == header.storeID else { return }
                blocks.add(frame, header)
            }
        }
        for frame in journaled[hour] ?? [] {
            guard let header = try? BlockHeader(frame), store == nil || store == header.storeID else { continue }
            blocks.add(frame, header)
        }
        return blocks
    }

    /// Gives the whole blocks of a file, also those behind damage.
    private mutating func scan(_ path: FilePath, _ body: (Frame, BlockHeader) -> Void) throws(StoreError) {
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
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var frames = FrameSequence(length: length, of: [.block])
        while true {
            while let frame = try storing({ () throws(FileError) in try frames.next(read) }) {
                if let header = try? BlockHeader(frame) { body(frame, header) }
            }
            guard let failure = frames.failure else { return }
            if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
            // What a file in use lacks at its end is in the journal; a file that was handed over alone lacks it.
            if failure.kind == .torn, !singleFiles.contains(path) { return }
            note(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
            guard try storing({ () throws(FileError) in try frames.skipDamage(read) }) else { return }
        }
    }

    private mutating func note(
        _ conflicts: [SnapshotMerge.Conflict], among headers: [BlockHeader], in path: FilePath
    ) {
        for conflict in conflicts {
            note(StoreDamage(headers[conflict.ignored], against: headers[conflict.counted], in: path, conflict.ignored))
        }
    }

    /// Of two states of one store, such as a copy's and its original's, the newer one says everything.
    private mutating func note(_ state: StoreState) {
        guard let known = states.firstIndex(where: { $0.storeID == state.storeID }) else {
            return states.append(state)
        }
        if state.sequence > states[known].sequence { states[known] = state }
    }

    private mutating func note(_ damage: StoreDamage) {
        if !damages.contains(damage) { damages.append(damage) }
    }
}

extension StoreDamage {
    /// Two blocks that overlap and do not nest.
    init(_ ignored: BlockHeader, against counted: BlockHeader, in path: FilePath, _ wholeBefore: Int) {
        let error = SnapshotError(
            .damaged, offset: 0, "block \(ignored.stretch) of store \(ignored.storeID)",
            found: "of commits \(ignored.commits)",
            expected: "to nest with commits \(counted.commits) of \(counted.stretch)")
        self.init(path: path, error: error, wholeBefore: wholeBefore)
    }
}

extension BlockHeader {
    /// The hour whose file a slice or the total of an hour belongs in.
    var hour: Timestamp { stretch.start.floored(to: DataDirectory.hour) }
    var day: Timestamp { stretch.start.floored(to: DataDirectory.day) }
    /// Wider than an hour: it belongs in the file of its day.
    var isOfDay: Bool { stretch.width > DataDirectory.hour }
    /// The total of an hour.
    var isOfHour: Bool { stretch.width == DataDirectory.hour }
}
