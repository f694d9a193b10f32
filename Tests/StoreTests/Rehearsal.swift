import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

/// An agent in miniature: a log of numbered lines, and everything that reads, commits, flushes and restarts.
///
/// The position in the log and the numbers travel in the same commit, so at the end the truth is easy to say: every line
/// once.
final class Rehearsal {
    static let directory: FilePath = "/var/lib/plumbline"
    static let lines = 240

    let disk: SimulatedFileSystem
    var limits = StoreLimits()
    private(set) var store: Store?
    var names = Names()
    /// Lines that are committed as far as the agent was told.
    private(set) var acknowledged = 0
    /// Lines that no power cut can take any more.
    private var certain = 0
    private var counted: UInt64 = 0
    private var generator = SeededRandom(seed: 42)

    init(_ disk: SimulatedFileSystem = SimulatedFileSystem()) { self.disk = disk }

    /// One line: 40 in each slice of 10 s, every seventh 50 s late, over an hour's border.
    static func record(_ line: Int, names: inout Names) -> (SeriesKey, Record) {
        var record = Record()
        let second = Int64(line / 4) - (line % 7 == 0 && line > 200 ? 50 : 0)
        record.time = Timestamp(nanoseconds: (1_763_812_770 + second) * 1_000_000_000 + Int64(line))
        record.route = names.intern("/route/\(line % 5)")
        record.status = line % 11 == 0 ? 500 : 200
        record.method = .get
        record.durationNanoseconds = Int64(line) * 1_000_003
        record.dbCalls = Int64(line % 3)
        return (SeriesKey(record, source: names.intern("main")), record)
    }

    /// What must be in the end, by series.
    static func truth(_ lines: Int = Rehearsal.lines, names: inout Names) -> [SeriesKey: Cell] {
        var series: [SeriesKey: Cell] = [:]
        for line in 0..<lines {
            let (key, record) = record(line, names: &names)
            series[key, default: Cell()].add(record)
        }
        return series
    }

    func open() throws(StoreError) {
        var names = Names()
        let opened = try Store.open(disk, at: Self.directory, limits: limits, names: &names, generator: &generator)
        self.names = names
        store = opened
        let recovered = Int(opened.recovered.inputs.first?.position.offset ?? 0)
        #expect(recovered >= certain, "the store forgot lines that it had acknowledged")
        #expect(opened.recovered.inputs.first?.ledger.counts.accepted ?? 0 == UInt64(recovered))
        acknowledged = recovered
        // What could not be written anew at once may still be in the cache only.
        if opened.statistics.cleanupFailures == 0 { certain = recovered }
        checkCounters()
    }

    /// The process is gone: handles and lock with it.
    func kill() { store = nil }

    /// Reads on from where the last commit ended.
    func commit(lines: Int = 8) throws(StoreError) {
        let end = min(Self.lines, acknowledged + lines)
        var slices: [Timestamp: TimedSlice] = [:]
        for line in acknowledged..<end {
            let (key, record) = Self.record(line, names: &names)
            let start = record.time.floored(to: .seconds(10))
            var cell = Cell()
            cell.add(record)
            slices[start, default: TimedSlice(slice: Slice(start: start, width: .seconds(10)))]
                .add(cell, to: key, first: record.time, last: record.time)
        }
        var ledger = InputLedger()
        ledger.counts.accepted = UInt64(end)
        let position = LogPosition(
            log: 1, path: "/var/log/access.log", input: "/var/log/*.log", device: 1, inode: 2, offset: UInt64(end),
            fingerprint: Fingerprint(length: UInt64(end), head: 1, samples: [2, 3], tail: 4), finished: false)
        let commit = Commit(
            slices: Array(slices.values), resolutionNanoseconds: 1,
            inputs: [InputState(position: position, ledger: ledger, source: "main")],
            extras: ["end": Array(String(end).utf8)])
        try store!.commit(commit, names: names)
        acknowledged = end
        certain = end
        checkCounters()
    }

    func flush(before instant: Timestamp = Timestamp(nanoseconds: .max)) throws(StoreError) {
        try store!.flush(slicesEndingBefore: instant)
    }

    func advance(_ round: inout RetentionRound) -> Bool { store!.advance(&round) }

    func startNewSegment() { store!.startNewSegment() }

    private func checkCounters() {
        let total = store!.state.counters.series.values.reduce(0) { $0 + $1.requests }
        #expect(total >= counted, "a counter decreased")
        #expect(total == UInt64(acknowledged), "counters and position disagree")
        counted = UInt64(certain)
    }

    /// What a reader sees, by series, and what it complains of.
    func read(_ directories: [FilePath] = [directory]) throws -> (series: [SeriesKey: Cell], damages: [StoreDamage]) {
        var reader = SnapshotReader(disk)
        for directory in directories { try reader.add(directory: directory) }
        var series: [SeriesKey: Cell] = [:]
        for slice in try reader.slices(names: &names) {
            for (key, cell) in slice.slice.series { series[key, default: Cell()].add(cell) }
        }
        return (series, reader.damages)
    }

    /// Every line once: in the snapshots, in the counters.
    func checkTruth(_ lines: Int = Rehearsal.lines, _ comment: Comment? = nil) throws {
        let (series, damages) = try read()
        let truth = Self.truth(lines, names: &names)
        #expect(series == truth, comment)
        #expect(damages.isEmpty, comment)
        #expect(store!.state.counters.series == truth, comment)
    }
}
