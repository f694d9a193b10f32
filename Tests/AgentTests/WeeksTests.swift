import Agent
import Files
import Logging
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport
import Testing

/// Simulated weeks in which every day brings other routes: what the agent keeps must not grow with its age.
@Suite("Weeks of changing series")
struct WeeksTests {
    @Test("every table stays within its limit, the disk too, and no request is lost from the counters")
    func weeks() throws {
        var weeks = try Weeks()
        for _ in 1...7 { try weeks.liveOneDay() }
        let afterOneWeek = weeks.tables
        // Beside the limits there is room for what is past them: (other), by status and class of status.
        for day in 8...28 {
            if day.isMultiple(of: 10) { try weeks.restart() }
            try weeks.liveOneDay()
            let tables = weeks.tables
            #expect(tables.activeSeries <= Weeks.seriesLimit + 1, "day \(day): \(tables)")
            #expect(tables.counters <= Weeks.counterLimit + 4, "day \(day): \(tables)")
            #expect(tables.snapshotBytes <= Weeks.snapshotBytes + tables.largestFileBytes, "day \(day): \(tables)")
            #expect(tables.names <= Weeks.nameLimit, "day \(day): \(tables)")
            #expect(tables.logs <= Weeks.rememberedLogs + Weeks.generations + 2, "day \(day): \(tables)")
            #expect(tables.ledgerEntries <= Weeks.rememberedLogs + Weeks.generations + 2, "day \(day): \(tables)")
            #expect(tables.unflushedSlices <= afterOneWeek.unflushedSlices + 2, "day \(day): \(tables)")
            #expect(tables.journalBytes <= 4 * Weeks.segmentBytes, "day \(day): \(tables)")
            #expect(weeks.counted == UInt64(weeks.written), "day \(day)")
        }
        #expect(weeks.snapshotFiles < 20 * Weeks.stepsADay, "something was pruned")
        #expect(weeks.tables.counters > Weeks.counterLimit, "the limit was reached")
    }
}

/// An agent without threads on a simulated disk, whose log is rotated every midnight.
private struct Weeks {
    static let seriesLimit = 30
    static let counterLimit = 600
    static let nameLimit = 1_200
    static let rememberedLogs = 4
    static let snapshotBytes: UInt64 = 16 << 10
    static let segmentBytes: UInt64 = 64 << 10
    /// Of which each is used twice and never again; more than may be active at the same time.
    static let routesAStep = 40
    static let stepsADay = 4
    static let generations = 7

    struct Tables {
        var names = 0
        var activeSeries = 0
        var counters = 0
        var logs = 0
        var ledgerEntries = 0
        var unflushedSlices = 0
        var snapshotBytes: UInt64 = 0
        var largestFileBytes: UInt64 = 0
        var journalBytes: UInt64 = 0
    }

    private let disk = SimulatedFileSystem()
    private let directory: FilePath = "/var/lib/plumbline"
    private var store: Store!
    private var ingest: Ingest!
    private var generator = SeededRandom(seed: 11)
    private var hours = 0
    private(set) var written = 0
    /// As they were at the end of the last day.
    private(set) var tables = Tables()

    init() throws {
        disk.makeDirectory("/log")
        try start()
    }

    private var now: Timestamp { Timestamp(seconds: 1_795_341_600) + .minutes(Int64(hours) * 60) }

    private mutating func start() throws {
        var limits = StoreLimits()
        limits.counterSeries = Weeks.counterLimit
        limits.snapshotBytes = Weeks.snapshotBytes
        limits.segmentBytes = Weeks.segmentBytes
        var options = TailOptions()
        options.rememberedLogs = Weeks.rememberedLogs
        var names = Names(limit: Weeks.nameLimit)
        store = try Store.open(disk, at: directory, limits: limits, names: &names, generator: &generator)
        ingest = Ingest(
            inputs: [.following("/log/a.log")], primary: "main", recovered: store.recovered, names: names,
            seriesLimit: Weeks.seriesLimit, future: .minutes(5), options: options, fileSystem: disk, watcher: nil,
            logger: Logger(label: "weeks") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Nothing is said before it ends: what is in memory is gone.
    mutating func restart() throws {
        store = nil
        ingest = nil
        try start()
    }

    mutating func liveOneDay() throws {
        for _ in 0..<Weeks.stepsADay {
            let lines = (0..<2 * Weeks.routesAStep).map { number in
                let route = "/hour/\(hours)/route/\(number / 2)"
                return #"{"time":"\#(now)","method":"GET","route":"\#(route)","status":200,"duration_ms":\#(number)}"#
            }
            disk.write(lines.map { $0 + "\n" }.joined(), to: "/log/a.log")
            written += lines.count
            try passAStep()
        }
        tables = measured
        rotate()
    }

    private mutating func passAStep() throws {
        for _ in 0..<2 {
            _ = ingest.look(now: now, monotonicNanoseconds: Int64(hours) * 3_600_000_000_000, budgetBytes: .max)
            if let commit = ingest.takeCommit() {
                try store.commit(commit, names: ingest.names)
                ingest.acknowledgeCommit()
            }
        }
        try store.flush(slicesEndingBefore: now - .seconds(60))
        _ = try store.prune(now: now)
        hours += 24 / Weeks.stepsADay
        disk.advanceClock(nanoseconds: 24 * 3_600_000_000_000 / Int64(Weeks.stepsADay))
    }

    private func rotate() {
        if disk.contents(of: FilePath("/log/a.log.\(Weeks.generations)")) != nil {
            disk.delete(FilePath("/log/a.log.\(Weeks.generations)"))
        }
        for generation in stride(from: Weeks.generations - 1, through: 1, by: -1) {
            let old = FilePath("/log/a.log.\(generation)")
            if disk.contents(of: old) != nil { disk.move(old, to: FilePath("/log/a.log.\(generation + 1)")) }
        }
        disk.move("/log/a.log", to: "/log/a.log.1")
        disk.write("", to: "/log/a.log")
    }

    var counted: UInt64 { store.state.counters.series.values.reduce(0) { $0 + $1.requests } }

    var snapshotFiles: Int { sizes(in: "snapshots").count }

    private var measured: Tables {
        var tables = Tables()
        tables.names = ingest.names.count
        tables.activeSeries = ingest.windows.activeSeries
        tables.counters = store.state.counters.series.count
        tables.logs = store.state.inputs.count
        tables.ledgerEntries = ingest.ledger.inputs.count
        tables.unflushedSlices = store.unflushedSlices
        tables.snapshotBytes = sizes(in: "snapshots").reduce(0, +)
        tables.largestFileBytes = sizes(in: "snapshots").max() ?? 0
        tables.journalBytes = sizes(in: "journal").reduce(0, +)
        return tables
    }

    private func sizes(in folder: String) -> [UInt64] {
        let folder = directory.appending(folder)
        let names = (try? disk.names(in: folder)) ?? []
        return names.compactMap { try? disk.metadata(of: folder.appending($0)).size }
    }
}
