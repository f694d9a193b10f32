import Agent
import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

/// A timeline from hours that were kept must be the one that is read anew, whatever happened to the snapshots since.
@Suite("timelines of old hours from memory")
struct TimelineCacheTests {
    private static let steps: [TimelineStep] = [.thirtySeconds, .oneMinute, .fiveMinutes, .oneHour, .oneDay]

    @Test("a second question reads no block again", arguments: steps.dropFirst())
    func again(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 5)
        try shelf.flush()
        let first = try shelf.ask(step, by: .route)
        let misses = shelf.cache.counts.misses
        #expect(misses == 5 && shelf.cache.counts.hits == 0 && shelf.cache.hours == 5 && shelf.cache.bytes > 0)
        #expect(try shelf.ask(step, by: .route) == first)
        // Any other question about the same hours is answered from them too.
        #expect(try shelf.ask(step, by: .status).total == first.total)
        let one = try shelf.ask(step, route: "/route/1")
        #expect(one.total == first.groups["/route/1"] && one.total > 0)
        #expect(shelf.cache.counts.misses == misses && shelf.cache.counts.hits == 15)
        #expect(first.total == shelf.committed)
    }

    @Test("what is still in the journal counts, and counts once when it has gone to its hour", arguments: steps)
    func journal(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 3)
        for _ in 0..<3 {
            try shelf.write(8)
            try shelf.check(step)
            try shelf.flush()
            try shelf.check(step)
        }
    }

    @Test("a late record is in the next answer", arguments: steps)
    func late(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 4)
        try shelf.flush()
        let before = try shelf.ask(step).total
        try shelf.write(7, late: .minutes(150))
        #expect(try shelf.ask(step).total == before + 7)
        try shelf.flush()
        #expect(try shelf.ask(step).total == before + 7)
        try shelf.check(step)
    }

    @Test("slices become wider, then totals, while they are kept", arguments: steps)
    func compaction(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 14)
        try shelf.flush()
        for hours in [0, 8, 30, 60] {
            shelf.pass(.minutes(Int64(hours) * 60))
            try shelf.check(step)
            let compacted = shelf.compactions
            try shelf.prune()
            #expect(shelf.compactions > compacted || hours == 0)
            try shelf.check(step)
        }
    }

    @Test("what was pruned is not in the next answer", arguments: steps)
    func prune(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 6)
        try shelf.flush()
        let before = try shelf.ask(step).total
        try shelf.prune(before: shelf.now - .minutes(180))
        let left = try shelf.ask(step).total
        #expect(left < before && left > 0)
        try shelf.check(step)
    }

    @Test("files of another store that come into the directory count, and go again", arguments: steps)
    func merged(step: TimelineStep) throws {
        var shelf = try Shelf(hours: 3)
        try shelf.flush()
        let alone = try shelf.ask(step).total
        var other = try Shelf(hours: 3, seed: 8)
        try other.flush()
        try other.prune()
        let files = shelf.takeIn(other)
        #expect(try shelf.ask(step).total == alone + other.committed)
        try shelf.check(step)
        for file in files { shelf.disk.delete(file) }
        #expect(try shelf.ask(step).total == alone)
    }

    @Test("routes are called what the agent calls them now")
    func learned() throws {
        var shelf = try Shelf(hours: 3, areOfPaths: true)
        try shelf.flush()
        #expect(try Set(shelf.ask(.oneHour, by: .route).groups.keys).isSuperset(of: ["/route/1", "/route/2"]))
        shelf.agentNames.learn("/route/{*}")
        let answer = try shelf.ask(.oneHour, by: .route)
        #expect(Set(answer.groups.keys) == ["/route/{*}"] && answer.total == shelf.committed)
        #expect(try shelf.ask(.oneHour, route: "/route/{*}").total == shelf.committed)
        #expect(try shelf.ask(.oneHour, route: "/route/1").total == 0)
        #expect(shelf.cache.counts.misses == 3)
    }

    @Test("days that have a total are hours where hours are asked for")
    func days() throws {
        var shelf = try Shelf(hours: 40)
        try shelf.flush()
        shelf.pass(.minutes(24 * 60))
        try shelf.prune()
        let hours = try shelf.ask(.oneHour, by: .route)
        #expect(hours.step == .minutes(60) && hours.total == shelf.committed)
        let days = try shelf.ask(.oneDay)
        #expect(days.step == .minutes(24 * 60) && days.total == shelf.committed)
        let part = try shelf.ask(.oneHour, from: shelf.now - .minutes(50 * 60))
        #expect(part.step == .minutes(60) && part.total > 0 && part.total < hours.total)
        try shelf.check(.oneHour)
    }

    @Test("the limit holds, and a question that is larger keeps what fits")
    func limit() throws {
        var shelf = try Shelf(hours: 12)
        try shelf.flush()
        _ = try shelf.ask(.oneMinute)
        let all = shelf.cache.bytes
        #expect(shelf.cache.hours == 12 && shelf.cache.counts.evictions == 0)
        shelf.cache = TimelineCache(limitBytes: all / 2)
        for _ in 0..<3 {
            try shelf.check(.oneMinute)
            #expect(shelf.cache.bytes <= all / 2 && (1..<12).contains(shelf.cache.hours))
        }
        #expect(shelf.cache.counts.hits >= 2 * 3 && shelf.cache.counts.evictions > 0)
        // Another question makes room for itself.
        let hits = shelf.cache.counts.hits
        for _ in 0..<2 { _ = try shelf.ask(.oneHour, from: shelf.now - .minutes(130)) }
        #expect(shelf.cache.counts.hits == hits + 3 && shelf.cache.bytes <= all / 2)
    }

    @Test("an answer that was given up is complete the next time")
    func cancelled() throws {
        var shelf = try Shelf(hours: 4)
        try shelf.flush()
        for blocks in [0, 1, 17, 40] { _ = try shelf.ask(.fiveMinutes, blocks: blocks) }
        #expect(try shelf.ask(.fiveMinutes).total == shelf.committed)
        try shelf.check(.fiveMinutes)
    }

    @Test("whatever happens, in any order", arguments: 1...6)
    func story(seed: UInt64) throws {
        var shelf = try Shelf(hours: 2, seed: seed, limitBytes: seed % 3 == 0 ? 6_000 : 1 << 20)
        for _ in 0..<40 {
            switch Int.random(in: 0..<10, using: &shelf.random) {
            case 0...2: try shelf.write(Int.random(in: 1...8, using: &shelf.random))
            case 3: try shelf.write(3, late: .minutes(Int64.random(in: 1..<3_000, using: &shelf.random)))
            case 4, 5: try shelf.flush()
            case 6: shelf.pass(.minutes(Int64.random(in: 1..<300, using: &shelf.random)))
            case 7: try shelf.prune()
            case 8:
                let before = shelf.random.oneIn(4) ? shelf.now - .minutes(2_000) : nil
                try shelf.prune(before: before)
            default: shelf.store.startNewSegment()
            }
            let step = Self.steps.randomElement(using: &shelf.random)!
            try shelf.check(step, "seed \(seed)")
        }
        #expect(shelf.cache.counts.hits > 40, "seed \(seed)")
    }
}

/// A store on a simulated disk, what went in, and questions with a cache and without.
private struct Shelf {
    static let directory: FilePath = "/var/lib/plumbline"

    struct Answer: Equatable {
        var total: UInt64
        var step: Timestamp.Span
        var groups: [String: UInt64]
        /// All of it.
        var json: [UInt8]
    }

    let disk = SimulatedFileSystem()
    var store: Store
    var names = Names()
    /// What the agent has read, and learned, itself.
    var agentNames = Names()
    var cache: TimelineCache
    var random: SeededRandom
    private(set) var now = Timestamp(seconds: 1_763_812_790)
    private(set) var committed: UInt64 = 0
    private let areOfPaths: Bool

    init(hours: Int, seed: UInt64 = 5, areOfPaths: Bool = false, limitBytes: Int = 1 << 20) throws {
        self.areOfPaths = areOfPaths
        random = SeededRandom(seed: seed)
        cache = TimelineCache(limitBytes: limitBytes)
        var limits = StoreLimits()
        limits.keep10s = .minutes(4 * 60)
        limits.keep1m = .minutes(20 * 60)
        limits.keep5m = .minutes(48 * 60)
        // As after a replay: the journal has the very blocks that the hours have.
        limits.journalCompression = limits.snapshotCompression
        store = try Store.open(disk, at: Self.directory, limits: limits, names: &names, generator: &random)
        for hour in 0..<hours {
            if hour > 0 { pass(.minutes(60)) }
            try write(9)
            try write(3)
        }
    }

    mutating func pass(_ span: Timestamp.Span) {
        now = now + span
        disk.advanceClock(nanoseconds: span.nanoseconds)
    }

    /// Lines of the last minutes, or of the minutes before an older instant, in one commit.
    mutating func write(_ count: Int, late: Timestamp.Span = .zero) throws {
        var slices: [Timestamp: TimedSlice] = [:]
        for _ in 0..<count {
            var record = Record()
            // All of them in the hour of the agent's clock: how many hours there are is asserted.
            let minutes = late == .zero ? (now - now.floored(to: .minutes(60))) : .minutes(10)
            let back = Int64.random(in: 0..<max(1, minutes.nanoseconds), using: &random)
            record.time = now - late - Timestamp.Span(nanoseconds: back)
            record.durationNanoseconds = Int64.random(in: 1..<5_000_000_000, using: &random)
            record.dbCalls = Int64.random(in: 0..<9, using: &random)
            record.status = random.oneIn(9) ? 500 : 200
            record.method = .get
            let route = "/route/\(Int.random(in: 0..<4, using: &random))"
            record.route = areOfPaths ? names.intern(path: route) : names.intern(route)
            let start = record.time.floored(to: .seconds(10))
            var cell = Cell()
            cell.add(record)
            let key = SeriesKey(record, source: names.intern("main"))
            slices[start, default: TimedSlice(slice: Slice(start: start, width: .seconds(10)))]
                .add(cell, to: key, first: record.time, last: record.time)
            // Beside it, and never to be added to it.
            var proxied = key
            proxied.source = names.intern("proxy")
            slices[start]!.add(cell, to: proxied, first: record.time, last: record.time)
        }
        try store.commit(Commit(slices: Array(slices.values), resolutionNanoseconds: 1), names: names)
        committed += UInt64(count)
    }

    mutating func flush() throws { try store.flush(slicesEndingBefore: now + .seconds(60)) }

    mutating func prune(before: Timestamp? = nil) throws { _ = try store.prune(before: before, now: now) }

    var compactions: UInt64 { store.statistics.hoursCompacted + store.statistics.hoursReduced }

    /// As a merge leaves them: the blocks of both in one file.
    func takeIn(_ other: Shelf) -> [FilePath] {
        let folder = Self.directory.appending("snapshots")
        let names = (try? other.disk.names(in: folder)) ?? []
        return names.map { name in
            let bytes = other.disk.contents(of: folder.appending(name)) ?? []
            let target = FilePath("/var/lib/plumbline").appending(name)
            disk.write(bytes, to: target)
            return target
        }
    }

    /// - Parameter blocks: after so many the answer is not wanted any more.
    mutating func ask(
        _ step: TimelineStep, by grouping: TimelineGrouping? = nil, route: String? = nil, from: Timestamp? = nil,
        blocks: Int = .max
    ) throws -> Answer {
        var cache = cache
        defer { self.cache = cache }
        return try ask(step, by: grouping, route: route, from: from, blocks: blocks, &cache)
    }

    private func ask(
        _ step: TimelineStep, by grouping: TimelineGrouping?, route: String?, from: Timestamp?, blocks: Int = .max,
        _ cache: inout TimelineCache
    ) throws -> Answer {
        // Enough for everything at 5 min, and not so many slices that they are most of the work.
        let longest = Timestamp.Span(nanoseconds: step.span.nanoseconds * 900)
        let from = max(from ?? now - .minutes(7 * 24 * 60), now - longest)
        var timeline = Timeline(from: from, to: now + .seconds(1), step: step, by: grouping)
        var source = SnapshotSource(fileSystem: disk, directory: Self.directory, names: agentNames)
        var left = blocks
        _ = try source.read(into: &timeline, source: "main", route: route, cache: &cache) {
            left -= 1
            return left >= 0
        }
        let subject = TimelineJSON.Subject(source: "main", route: route, grouping: grouping, hasHistograms: true)
        let groups = timeline.groups.map { (source.names[$0.route], $1.rollup.cell.requests) }
        return Answer(
            total: timeline.total.cell.requests, step: timeline.step,
            groups: grouping == .route ? Dictionary(uniqueKeysWithValues: groups) : [:],
            json: TimelineJSON.render(timeline, of: subject, names: source.names))
    }

    /// Twice with the cache, once without.
    mutating func check(_ step: TimelineStep, _ comment: Comment? = nil) throws {
        let from = random.oneIn(2) ? nil : now - .minutes(Int64.random(in: 1..<1_400, using: &random))
        let grouping = random.oneIn(2) ? TimelineGrouping.route : random.oneIn(2) ? .status : nil
        let route = random.oneIn(3) ? "/route/2" : nil
        var nothing = TimelineCache(limitBytes: 0)
        let anew = try ask(step, by: grouping, route: route, from: from, &nothing)
        #expect(nothing.counts.hits == 0 && nothing.bytes == 0)
        for _ in 0..<2 {
            #expect(try ask(step, by: grouping, route: route, from: from) == anew, comment)
        }
    }
}
