import Agent
import Files
import Logging
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport

/// Ingest and store of one agent on a simulated disk, without threads: one look, one commit, one death at a time.
final class PipelineRehearsal {
    static let directory: FilePath = "/var/lib/plumbline"
    static let begin = Timestamp(seconds: 1_795_341_600)

    /// What an agent may hold at most, and whether the kernel tells it of changes.
    struct Limits {
        var names = AgentLimits.names
        var pathNames = 100
        var series = 100_000
        var openLogs = TailOptions().openLogs
        var pendingCells = 200_000
        var isWatching = false
        var canWatch = true
    }

    let disk: SimulatedFileSystem
    let inputs: [Ingest.Input]
    let primary: String
    let future: Timestamp.Span
    let receivers: [DatagramReceiver]
    let limits: Limits
    /// What the agent says, over all its lives.
    let log = RecordingLog()
    private(set) var watcher: SimulatedWatcher?
    private(set) var store: Store!
    private(set) var ingest: Ingest!
    /// Time since the beginning, for both clocks.
    private(set) var elapsedNanoseconds: Int64 = 0
    /// Taken and not yet accepted by the disk.
    private(set) var inFlight: (commit: Commit, names: Names)?
    private var generator = SeededRandom(seed: 7)

    init(
        _ inputs: [Ingest.Input], primary: String = "main", future: Timestamp.Span = .minutes(5),
        receivers: [DatagramReceiver] = [], limits: Limits = Limits(),
        on disk: SimulatedFileSystem = SimulatedFileSystem()
    ) throws(StoreError) {
        self.receivers = receivers
        self.limits = limits
        self.disk = disk
        self.inputs = inputs
        self.primary = primary
        self.future = future
        disk.makeDirectory("/log")
        try start()
    }

    convenience init(
        _ patterns: String..., fromStart: Bool = true, on disk: SimulatedFileSystem = SimulatedFileSystem()
    ) throws(StoreError) {
        try self.init(patterns.map { .following($0, fromStart: fromStart) }, on: disk)
    }

    var now: Timestamp { PipelineRehearsal.begin + Timestamp.Span(nanoseconds: elapsedNanoseconds) }

    /// What an agent does when it starts.
    func start() throws(StoreError) {
        var names = Names(limit: limits.names, pathNames: limits.pathNames)
        store = try Store.open(disk, at: PipelineRehearsal.directory, names: &names, generator: &generator)
        var history: [TimedSlice] = []
        var snapshots = SnapshotReader(disk)
        try snapshots.add(directory: PipelineRehearsal.directory)
        history = try snapshots.slices(from: now - .minutes(60), to: now + .minutes(60), names: &names)
        var options = TailOptions()
        options.openLogs = limits.openLogs
        watcher = limits.isWatching ? SimulatedWatcher(disk) : nil
        watcher?.isAtLimit = !limits.canWatch
        ingest = Ingest(
            inputs: inputs, primary: primary, recovered: store.recovered, names: names, seriesLimit: limits.series,
            future: future, options: options, fileSystem: disk, watcher: watcher, logger: log.logger,
            sockets: receivers)
        ingest.mostPendingCells = limits.pendingCells
        ingest.restore(history, now: now)
    }

    /// The process is gone, and with it everything that was not on the disk.
    func kill() {
        store = nil
        ingest = nil
        inFlight = nil
    }

    func pass(seconds: Double) {
        elapsedNanoseconds += Int64(seconds * 1e9)
        disk.advanceClock(nanoseconds: Int64(seconds * 1e9))
    }

    func look(budgetBytes: Int = .max) {
        var looks = 0
        while ingest.look(now: now, monotonicNanoseconds: elapsedNanoseconds, budgetBytes: budgetBytes).moreReady {
            looks += 1
            precondition(looks < 20_000, "ingest always wants to look again")
        }
    }

    func lookShortly() { _ = ingest.look(now: now, monotonicNanoseconds: elapsedNanoseconds, budgetBytes: 1) }

    /// Takes a commit unless one is in flight, and tries to bring it to the disk.
    func commit() throws(StoreError) {
        if inFlight == nil, let commit = ingest.takeCommit() { inFlight = (commit, ingest.names) }
        guard let (commit, names) = inFlight else { return }
        try store.commit(commit, names: names)
        inFlight = nil
        ingest.acknowledgeCommit()
    }

    func flush() throws(StoreError) { try store.flush(slicesEndingBefore: now - .seconds(5)) }

    func startNewSegment() { store.startNewSegment() }

    /// Long enough for a rotated log to be at its end.
    func settle() throws(StoreError) {
        for _ in 0..<4 {
            look()
            pass(seconds: 11)
            look()
            try commit()
        }
    }

    /// What anybody can read in the data directory.
    func committed() throws(StoreError) -> CommittedFacts {
        try CommittedFacts(disk, PipelineRehearsal.directory)
    }
}

/// Counts by route, and the logs' states, read from a data directory.
struct CommittedFacts {
    var requests: [String: UInt64] = [:]
    var inputs: [InputState]
    var total: UInt64 = 0

    init(_ fileSystem: any FileSystem, _ directory: FilePath) throws(StoreError) {
        var reader = SnapshotReader(fileSystem)
        var names = Names()
        try reader.add(directory: directory)
        for slice in try reader.slices(names: &names) {
            for (key, cell) in slice.slice.series {
                requests[names[key.route], default: 0] += cell.requests
                total += cell.requests
            }
        }
        inputs = reader.inputs
    }

    var ledger: InputLedger {
        inputs.reduce(into: InputLedger()) { $0.add($1.ledger) }
    }

    func state(of path: FilePath) -> InputState? { inputs.last { $0.position.path == path } }
}

extension Ingest.Input {
    static func following(
        _ pattern: String, source: String = "main", fromStart: Bool = true, unit: DurationUnit? = nil
    ) -> Ingest.Input {
        Ingest.Input(
            tail: TailInput(pattern: pattern, source: source, fromStart: fromStart),
            options: ReaderOptions(durationUnit: unit))
    }
}

/// One request, its number in its route: counts by route tell which lines were counted.
func line(_ number: Int, at time: Timestamp, padding: Int = 0) -> String {
    let duration = Double(number % 97) * 0.731
    return #"{"time":"\#(time)","method":"GET","route":"/line/\#(number)","status":\#(number % 13 == 0 ? 500 : 200),"#
        + #""duration_ms":\#(duration),"cache":"\#(number % 3 == 0 ? "HIT" : "MISS")","db_calls":\#(number % 5),"#
        + #""agent":"\#(String(repeating: "x", count: padding))"}"#
}
