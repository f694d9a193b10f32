package import Exposition
package import Files
package import RequestLog
import RollingWindow
import Snapshots
package import Store
package import SystemPackage

/// What a timeline of older days is made of: snapshots and the journal, as they are on the disk, hour by hour.
package struct SnapshotSource {
    let fileSystem: any FileSystem
    let directory: FilePath
    /// Those of the agent, so that old routes read as they do now.
    package private(set) var names: Names
    /// Finer steps are asked for now and then, and would fill it.
    private static let finestKept = Timestamp.Span.minutes(1)

    package init(fileSystem: any FileSystem, directory: FilePath, names: Names) {
        self.fileSystem = fileSystem
        self.directory = directory
        self.names = names
    }

    /// Takes in what is kept of the timeline's stretch; widens the timeline where only wide slices are left.
    ///
    /// - Parameters:
    ///   - cache: hours that were read before, and those read now.
    ///   - isWanted: asked before every block; false ends it early.
    package mutating func read(
        into timeline: inout Timeline, source: String, route: String?, cache: inout TimelineCache,
        while isWanted: () -> Bool
    ) throws(StoreError) -> Timestamp? {
        var reader = SnapshotReader(fileSystem)
        try reader.add(directory: directory)
        reader.recollection = cache.recollection
        defer { cache.recollection = reader.recollection }
        cache.beginQuestion()
        var translation = Translation(names, route: route)
        defer { names = translation.names }
        let question = Question(timeline, source, route)
        let hours = reader.hours
        for hour in hours where hour < question.to && hour + DataDirectory.day > question.from {
            guard isWanted() else { break }
            if hour + DataDirectory.hour <= question.from, hour != hour.floored(to: DataDirectory.day) { continue }
            for part in try read(hour, question, &reader, &cache, isWanted) {
                translation.take(part.routes, of: cache.names)
                for step in part.steps where step.start >= question.from && step.start < question.to {
                    timeline.widen(to: step.width)
                    timeline.add(at: step.start) { add in
                        step.series.forEachCell(where: { translation.wants($0.route) }) { key, cell in
                            var key = key
                            key.route = translation[key.route]
                            add(key, cell)
                        }
                    }
                }
            }
        }
        return hours.first
    }

    private struct Question {
        let from: Timestamp
        let to: Timestamp
        let source: String
        /// At most an hour.
        let step: Timestamp.Span
        let detail: SnapshotReader.Detail
        /// How much of each series it looks at.
        let content: TimelineCache.Key.Content

        init(_ timeline: Timeline, _ source: String, _ route: String?) {
            (from, to) = (timeline.from, timeline.to)
            self.source = source
            step = min(timeline.step, DataDirectory.hour)
            // Totals of hours and days serve where nothing finer is asked for.
            detail = timeline.step < DataDirectory.hour ? .finest : timeline.step == step ? .hours : .coarsest
            content = route == nil ? .sums(by: timeline.grouping) : .series
        }

        /// An hour that is kept is kept whole.
        func inRange(_ blocks: [CountedBlock], _ isKept: Bool) -> [CountedBlock] {
            blocks.filter { isKept || $0.header.stretch.start >= from && $0.header.stretch.start < to }
        }
    }

    /// What is known of an hour, in up to three parts: what is kept, what is in the journal and may be flushed before
    /// long, and totals of the day.
    private func read(
        _ hour: Timestamp, _ question: Question, _ reader: inout SnapshotReader, _ cache: inout TimelineCache,
        _ isWanted: () -> Bool
    ) throws(StoreError) -> [FoldedHour] {
        let (from, to) = (question.from, question.to)
        // Of an hour before them there may be the total of the day that it begins.
        let isBefore = hour + DataDirectory.hour <= from
        let isKept = question.step >= Self.finestKept && !isBefore
        let key = TimelineCache.Key(
            hour: hour, source: question.source, step: question.step, detail: question.detail)
        // Before the blocks: what comes in between is looked at next time.
        let sources = try reader.sources(of: hour, from: from, to: to, question.detail)
        if isKept, let known = cache.look(question.content, key, sources) { return [known] }
        var folded = isKept ? cache.take(key) ?? FoldedHour() : FoldedHour()
        let counted = try reader.countedByPlace(in: hour, from: from, to: to, question.detail)
        let (lasting, passing) = (question.inRange(counted.filed, isKept), question.inRange(counted.passing, isKept))
        func add(_ blocks: [CountedBlock], to folded: inout FoldedHour) {
            folded.add(
                blocks, of: &reader, step: question.step, source: question.source, names: &cache.names, while: isWanted)
        }
        if !folded.blocks.isSubset(of: lasting.lazy.map(\.identity)) { folded = FoldedHour() }
        add(lasting, to: &folded)
        if isKept {
            cache.counts.misses += 1
            folded.sources = passing.isEmpty && folded.blocks.count == lasting.count ? sources : nil
            cache.keep(folded, as: key)
            if let sums = cache.keepSums(of: folded, question.content, key) { return [sums] }
        }
        guard !passing.isEmpty else { return [folded] }
        var rest = FoldedHour()
        add(passing, to: &rest)
        return [folded, rest]
    }
}

/// Routes as they were written → as the agent calls them now.
private struct Translation {
    private(set) var names: Names
    private let route: String?
    private var wanted: NameID?
    private var identifiers: [NameID: NameID] = [:]
    private var coarser: [NameID: NameID]
    private var known: Int

    init(_ names: Names, route: String?) {
        self.names = names
        self.route = route
        coarser = self.names.coarsened()
        known = self.names.count
        wanted = route.flatMap(self.names.find)
    }

    mutating func take(_ routes: Set<NameID>, of other: Names) {
        for route in routes where identifiers[route] == nil {
            let text = other[route]
            let isOfPath = other.areOfPaths[Int(route.index)]
            identifiers[route] = isOfPath ? names.intern(storedPath: text) : names.intern(text)
        }
        guard names.count != known else { return }
        coarser = names.coarsened()
        known = names.count
        wanted = route.flatMap(names.find)
    }

    func wants(_ stored: NameID) -> Bool { route == nil || self[stored] == wanted }

    subscript(stored: NameID) -> NameID {
        let identifier = identifiers[stored] ?? stored
        return coarser[identifier] ?? identifier
    }
}
