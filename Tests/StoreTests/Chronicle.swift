import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

/// An agent in miniature over days: a log that grows by the seed, and a store that commits, flushes, merges, dies and
/// starts again. The log is the truth.
final class Chronicle {
    static let directory: FilePath = "/var/lib/plumbline"

    let disk: SimulatedFileSystem
    let seed: UInt64
    var random: SeededRandom
    var limits = StoreLimits()
    private(set) var store: Store?
    private(set) var names = Names()
    private(set) var now = Timestamp(seconds: 1_763_812_770)
    /// Every line that was ever written: its series and its record.
    private(set) var log: [(key: [String], record: Record)] = []
    /// Lines that are committed.
    private(set) var committed = 0
    private(set) var copies: [FilePath] = []
    /// Every line has a series of its own.
    var areLinesNumbered = false
    private var generator: SeededRandom

    init(seed: UInt64, _ disk: SimulatedFileSystem = SimulatedFileSystem()) {
        self.disk = disk
        self.seed = seed
        random = SeededRandom(seed: seed)
        generator = SeededRandom(seed: seed &+ 99)
        limits.keep10s = .minutes(60)
        limits.keep1m = .minutes(6 * 60)
        limits.keep5m = .minutes(2 * 24 * 60)
    }

    // MARK: What happens

    func open() throws(StoreError) {
        var names = Names()
        let opened = try Store.open(disk, at: Self.directory, limits: limits, names: &names, generator: &generator)
        self.names = names
        let offset = Int(opened.recovered.inputs.first?.position.offset ?? 0)
        #expect(offset >= committed, "seed \(seed): the store forgot lines that it had acknowledged")
        committed = offset
        store = opened
    }

    func kill() { store = nil }

    /// After damage: goes on from wherever the store knows of, or behind everything where it knows of nothing.
    func openDamaged() throws(StoreError) {
        committed = 0
        try open()
        if store!.recovered.isFirstStart { committed = log.count }
    }

    func startNewSegment() { store!.startNewSegment() }

    func advance(minutes: Int64) { now = now + .minutes(minutes) }

    /// Some lines of the last seconds; now and then of hours or days ago.
    func write(_ count: Int, lateMinutes: Int64? = nil) {
        for _ in 0..<count {
            var late = Int64.random(in: 0..<40_000_000_000, using: &random)
            if let lateMinutes {
                late = lateMinutes * 60_000_000_000 + late
            } else if random.oneIn(8) {
                late =
                    Int64.random(in: 0..<4_000, using: &random) * 60_000_000_000
                    / Int64.random(in: 1...60, using: &random)
            }
            var record = Record()
            record.time = now - Timestamp.Span(nanoseconds: late)
            record.durationNanoseconds = Int64.random(in: 0..<5_000_000_000, using: &random)
            record.dbCalls = Int64.random(in: 0..<9, using: &random)
            record.bytes = Int64.random(in: 0..<9_000, using: &random)
            record.status = random.oneIn(9) ? 500 : 200
            let route = areLinesNumbered ? "/line/\(log.count)" : "/route/\(Int.random(in: 0..<3, using: &random))"
            log.append((["main", route], record))
        }
    }

    func commit() throws(StoreError) {
        let end = log.count
        var slices: [Timestamp: TimedSlice] = [:]
        for (key, record) in log[committed..<end] {
            let start = record.time.floored(to: .seconds(10))
            var cell = Cell()
            cell.add(record)
            slices[start, default: TimedSlice(slice: Slice(start: start, width: .seconds(10)))]
                .add(cell, to: series(key, record, &names), first: record.time, last: record.time)
        }
        var ledger = InputLedger()
        ledger.counts.accepted = UInt64(end)
        let position = LogPosition(
            log: 1, path: "/var/log/access.log", input: "/var/log/*.log", device: 1, inode: 2, offset: UInt64(end),
            fingerprint: Fingerprint(length: UInt64(end), head: 1, samples: [], tail: 4), finished: false)
        try store!.commit(
            Commit(
                slices: Array(slices.values), resolutionNanoseconds: 1,
                inputs: [InputState(position: position, ledger: ledger, source: "main")]),
            names: names)
        committed = end
    }

    func flush() throws(StoreError) { try store!.flush(slicesEndingBefore: now - .seconds(60)) }

    /// A round of retention, or as many portions of it.
    @discardableResult
    func retain(portions: Int = .max, before: Timestamp? = nil) throws(StoreError) -> PruneOutcome {
        var round = RetentionRound(now: now, before: before)
        var left = portions
        while left > 0, store!.advance(&round) { left -= 1 }
        if let failure = round.failure { throw failure }
        return round.outcome
    }

    func copyDirectory() {
        let copy = FilePath("/copy/\(copies.count)")
        for folder in ["journal", "snapshots"] {
            let source = Self.directory.appending(folder)
            for name in (try? disk.names(in: source)) ?? [] {
                disk.copy(source.appending(name), to: copy.appending(folder).appending(name))
            }
        }
        // A backup is on another disk: the power cut here does not touch it.
        disk.synchronizeEverything()
        copies.append(copy)
    }

    // MARK: What must be

    private func series(_ key: [String], _ record: Record, _ names: inout Names) -> SeriesKey {
        var record = record
        record.route = names.intern(key[1])
        record.method = .get
        return SeriesKey(record, source: names.intern(key[0]))
    }

    func truth(from: Timestamp? = nil, to: Timestamp? = nil, names: inout Names) -> [SeriesKey: Cell] {
        var truth: [SeriesKey: Cell] = [:]
        for (key, record) in log[..<committed] where record.time >= from ?? record.time {
            if let to, record.time >= to { continue }
            truth[series(key, record, &names), default: Cell()].add(record)
        }
        return truth
    }

    func read(
        _ directories: [FilePath], from: Timestamp? = nil, to: Timestamp? = nil, _ detail: SnapshotReader.Detail,
        names: inout Names
    ) throws -> (series: [SeriesKey: Cell], damages: [StoreDamage], blocks: Int) {
        var reader = SnapshotReader(disk)
        for directory in directories { try reader.add(directory: directory) }
        var series: [SeriesKey: Cell] = [:]
        var blocks = 0
        try reader.forEachBlock(from: from, to: to, detail, names: &names) { block in
            blocks += 1
            for (key, cell) in block.series { series[key, default: Cell()].add(cell) }
        }
        return (series, reader.damages, blocks)
    }

    /// Sums over everything and over a span that begins and ends where slices of its age do, from totals and from slices,
    /// with and without older copies.
    func check(_ comment: String = "") throws {
        let comment: Comment = "seed \(seed) \(comment)"
        var names = Names()
        let spans = [(nil, nil), try span()]
        for (from, to) in spans as [(Timestamp?, Timestamp?)] {
            let truth = truth(from: from, to: to, names: &names)
            for detail in [SnapshotReader.Detail.coarsest, .finest] {
                let alone = try read([Self.directory], from: from, to: to, detail, names: &names)
                #expect(alone.series == truth, "\(comment) \(detail) \(String(describing: from))")
                #expect(alone.damages.isEmpty, comment)
                let together = try read(
                    [Self.directory] + copies.shuffled(using: &random), from: from, to: to, detail, names: &names)
                #expect(together.series == truth, "\(comment) with copies \(detail) \(String(describing: from))")
                #expect(together.damages.isEmpty, comment)
            }
        }
    }

    /// From and to at the borders of the widest slices that may be there.
    private func span() throws -> (Timestamp?, Timestamp?) {
        func border() -> Timestamp {
            let instant = now - .minutes(Int64.random(in: 0..<5_000, using: &random))
            let age = now - instant
            let width: Timestamp.Span =
                age > limits.keep5m - .minutes(61)
                ? .minutes(60)
                : age > limits.keep1m - .minutes(61)
                    ? .minutes(5) : age > limits.keep10s - .minutes(61) ? .minutes(1) : .seconds(10)
            return instant.floored(to: width)
        }
        let borders = [border(), border()].sorted()
        return borders[0] == borders[1] ? (nil, borders[1]) : (borders[0], borders[1])
    }
}
