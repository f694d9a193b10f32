import Exposition
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

@testable import Agent

/// The disk refuses something, again and again, while the real thread of the store runs.
@Suite("every fallback of storing has a counter and one line of the log")
struct StoreFallbackTests {
    struct Provocation: CustomTestStringConvertible, Sendable {
        let name: String
        let said: String
        var counterSeries = StoreLimits().counterSeries
        /// What makes merging and deleting begin at once.
        var isPruned = false
        let happen: @Sendable (SimulatedFileSystem) -> Void

        var testDescription: String { name }
    }

    private static let directory = DataDirectory("/data")
    /// An hour that has its file, a day before now.
    private static let hour = (AgentClock.wall - .minutes(24 * 60)).floored(to: DataDirectory.hour)

    static let provocations: [Provocation] = [
        Provocation(name: "committed_series_overflow", said: "The limit of series in the committed", counterSeries: 1) {
            _ in
        },
        Provocation(name: "flush_failures", said: "Cannot write snapshots yet") { disk in
            disk.plan { $0.standing = [.init(nil, directory.hourFile(hour).removingLastComponent(), .noSpace)] }
        },
        Provocation(name: "log_sync_failures", said: "Cannot sync a log") { disk in
            disk.plan { $0.standing = [.init(.sync, "/log", .ioError)] }
        },
        Provocation(name: "store_damages", said: "Part of the data directory is damaged", isPruned: true) { disk in
            disk.overwrite(directory.hourFile(hour), at: 60, with: Array(repeating: 0xa5, count: 20))
        },
        Provocation(name: "retention_failures", said: "Cannot merge or prune", isPruned: true) { disk in
            disk.plan { $0.standing = [.init(nil, directory.snapshots, .ioError, onlyChanges: true)] }
        },
        Provocation(name: "unreadable_holds", said: "A hold cannot be read", isPruned: true) { disk in
            disk.write("yesterday\n", to: directory.holds.appending("change"))
        },
        Provocation(name: "cleanup_failures", said: "A file of the data directory cannot be cut") { disk in
            disk.plan { $0.standing = [.init(nil, directory.marks, .noSpace, onlyChanges: true)] }
        },
    ]

    @Test("of storing", arguments: provocations)
    func storing(_ provocation: Provocation) async throws {
        let disk = SimulatedFileSystem()
        var limits = StoreLimits()
        limits.counterSeries = provocation.counterSeries
        try Self.makeHistory(disk, limits)
        var (names, generator) = (Names(), SeededRandom(seed: 3))
        let store = try Store.open(disk, at: Self.directory.path, limits: limits, names: &names, generator: &generator)
        let log = RecordingLog()
        let thread = StoreThread(consume store, names: names, logger: log.logger) {}
        provocation.happen(disk)
        // The thread looks for a request when it starts, and then once a second at most.
        if provocation.isPruned { try PruneRequest().write(Self.directory, disk) }
        let ending = AgentThread.start { thread.run() }

        let file = try disk.open("/log/a.log", .read)
        for round in 0..<3 {
            if provocation.isPruned, round > 0 { try PruneRequest().write(Self.directory, disk) }
            if !thread.takeNews().isBusy {
                // In other hours: what waits to be flushed would keep its hour from being merged.
                thread.submit(Self.commit(&names, [file], from: (round + 1) * 1_000), names: names)
            }
            try await eventually { !thread.takeNews().isBusy || thread.state.failure != nil }
            try await eventually { Self.count(provocation.name, thread) > 0 }
            // What is asked for is looked for, and what failed is tried again, every second.
            try await Task.sleep(for: .milliseconds(1_100))
        }
        disk.plan { $0.standing = [] }
        thread.stop()
        await ending.wait()
        #expect(log.lines.filter { $0.contains(provocation.said) }.count == 1, "\(log.lines)")
    }

    @Test("each is provoked; no block is as large as the format allows")
    func all() {
        let provoked = Self.provocations.map(\.name) + ["unmergeable_blocks"]
        #expect(provoked.sorted() == StoreThread.fallbacks.map(\.name).sorted())
    }

    private static func makeHistory(_ disk: SimulatedFileSystem, _ limits: StoreLimits) throws {
        disk.makeDirectory("/log")
        disk.write("a line\n", to: "/log/a.log")
        var (names, generator) = (Names(), SeededRandom(seed: 2))
        var store = try Store.open(disk, at: directory.path, limits: limits, names: &names, generator: &generator)
        try store.commit(commit(&names, [], from: 0), names: names)
        try store.flush(slicesEndingBefore: Timestamp(nanoseconds: .max))
    }

    /// More slices than wait for the next flush.
    private static func commit(_ names: inout Names, _ files: [any OpenFile], from first: Int) -> Commit {
        var commit = Commit(resolutionNanoseconds: 1)
        commit.files = files
        for number in first..<first + 150 {
            var record = Record()
            record.time = hour + .seconds(Int64(number) * 10 + 1)
            var cell = Cell()
            cell.add(record)
            let start = record.time.floored(to: .seconds(10))
            var slice = TimedSlice(slice: Slice(start: start, width: .seconds(10)))
            record.route = names.intern("/line/\(number)")
            let key = SeriesKey(record, source: names.intern("main"))
            slice.add(cell, to: key, first: record.time, last: record.time)
            commit.slices.append(slice)
        }
        return commit
    }

    private static func count(_ name: String, _ thread: StoreThread) -> UInt64 {
        thread.state.incidents.first { $0.name == name }?.count ?? 0
    }
}

private struct NeverHappened: Error {}

private func eventually(_ condition: () -> Bool) async throws {
    for _ in 0..<3_000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened()
}
