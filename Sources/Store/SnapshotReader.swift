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
        /// The same, but those of days only where their hours are not all there.
        case hours
        /// The narrowest slices that are left.
        case finest
        /// The narrowest slices by what the headers say: they are taken to be all of what is wider, and nothing is
        /// inflated.
        case outline
    }

    /// What an earlier reader of the same directories found out, and what this one has.
    package var recollection = Recollection()

    let fileSystem: any FileSystem
    var singleFiles: Set<FilePath> = []
    var hourFiles: [Timestamp: Set<FilePath>] = [:]
    /// Files that have totals of a day.
    var dayFiles: [Timestamp: Set<FilePath>] = [:]
    /// The totals that count as wholes, of the day that was asked for last.
    var dayTotals: (question: DayQuestion, blocks: [CountedBlock])?
    /// The day that was asked for last, and what is known of it.
    var day: Timestamp?
    var recentFiles = RecentFiles()
    var shelf = BlockShelf()
    /// What journals hold, by hour.
    var journaled: [Timestamp: [Frame]] = [:]

    package init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

    /// A data directory, or a directory of hour files.
    ///
    /// - Returns: whether anything was ever committed in it.
    @discardableResult
    package mutating func add(directory path: FilePath) throws(StoreError) -> Bool {
        let directory = DataDirectory(path)
        var names = Names()
        let journal = try CommittedJournal(fileSystem, directory, names: &names, withCounters: false)
        var isThere = !journal.blocks.isEmpty || !journal.state.inputs.isEmpty
        try Origins.read(fileSystem, directory, names: &names) { storeID, origin in
            isThere = isThere || !origin.inputs.isEmpty
            note(StoreState(storeID, origin))
        }.forEach { note($0) }
        if let storeID = journal.storeID { note(StoreState(storeID, journal.state)) }
        extras.merge(journal.state.extras) { first, _ in first }
        journal.damages.forEach { note($0) }
        journaled.merge(journal.blocks, uniquingKeysWith: +)

        let top = try storing { () throws(FileError) in try fileSystem.names(in: path) }
        for (folder, names) in [
            (path, top), (directory.snapshots, try fileSystem.namesIfThere(in: directory.snapshots)),
        ] {
            for name in names {
                if let hour = DataDirectory.hour(ofFile: name) {
                    hourFiles[hour, default: []].insert(folder.appending(name))
                } else if let day = DataDirectory.day(ofFile: name) {
                    dayFiles[day, default: []].insert(folder.appending(name))
                } else {
                    continue
                }
                isThere = true
            }
        }
        dayTotals = nil
        return isThere
    }

    /// Nothing was ever committed in what was added.
    package var isEmpty: Bool { hours.isEmpty && inputs.isEmpty }

    /// A file of blocks under any name.
    package mutating func add(file path: FilePath) throws(StoreError) {
        _ = try storing { () throws(FileError) in try fileSystem.metadata(of: path) }
        singleFiles.insert(path)
        var hours: Set<Timestamp> = []
        var days: Set<Timestamp> = []
        try forEachBlock(of: path) { _, header in
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
        try forEachTable(from: from, to: to, detail, names: &names) { header, columns in
            body(SnapshotBlock(header: header, series: columns.series))
        }
    }

    /// The same, as columns: a fraction of the time, for whoever takes in row by row.
    ///
    /// - Parameter isWanted: whether a block's columns are asked for.
    package mutating func forEachTable(
        from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .coarsest, names: inout Names,
        where isWanted: (BlockHeader) -> Bool = { _ in true }, _ body: (BlockHeader, SeriesColumns) -> Void
    ) throws(StoreError) {
        var tables = BlockReader()
        let first = from.map { $0.floored(to: DataDirectory.day) }
        for hour in hours {
            if let first, hour < first { continue }
            if let to, hour >= to { continue }
            for block in try counted(in: hour, from: from, to: to, detail) {
                if let from, block.header.stretch.end <= from { continue }
                if let to, block.header.stretch.start >= to { continue }
                guard isWanted(block.header) else { continue }
                do throws(SnapshotError) {
                    try tables.read(open(block), names: &names)
                } catch {
                    note(StoreDamage(path: DataDirectory.file(ofHour: hour), error: error, wholeBefore: 0))
                    continue
                }
                body(block.header, tables.columns)
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

    /// The whole blocks of a file, also those behind damage.
    mutating func forEachBlock(of path: FilePath, _ body: (Frame, BlockHeader) -> Void) throws(StoreError) {
        // What a file in use lacks at its end is in the journal; a file that was handed over alone lacks it.
        let file = try WholeBlocks.read(path, fileSystem, lacksItsEnd: singleFiles.contains(path), body)
        file.forEach { note($0) }
    }

    /// Of two states of one store, such as a copy's and its original's, the newer one says everything.
    private mutating func note(_ state: StoreState) {
        guard let known = states.firstIndex(where: { $0.storeID == state.storeID }) else {
            return states.append(state)
        }
        if state.sequence > states[known].sequence { states[known] = state }
    }

    mutating func note(_ damage: StoreDamage) {
        if !damages.contains(damage) { damages.append(damage) }
    }
}
