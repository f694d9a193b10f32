import Agent
import Files
import Logging
import RequestLog
import RollingWindow
import Store
import Synchronization
import SystemPackage
import Tailing
import TestSupport

/// One agent from start to death, its two threads as turns that somebody else deals out.
///
/// `ingestTurn` and `storeTurn` do what the bodies of `IngestThread` and `StoreThread` do in one round.
final class AgentLife {
    struct Configuration {
        var inputs: [TailInput]
        var primary = "main"
        var lineLimitBytes = 1024 * 1024
        var future: Timestamp.Span = .minutes(5)
        var limits = StoreLimits()
        var openLogs = 1_000
        var isWatching = true
        /// The switch of the harness: what it breaks must be found.
        var sabotage: Sabotage?
    }

    static let directory: FilePath = "/var/lib/plumbline"
    private static let commitInterval: Int64 = 1_000_000_000
    private static let flushInterval: Int64 = 10_000_000_000
    private static let lateness = Timestamp.Span.seconds(60)
    private static let pruneInterval: Int64 = 600_000_000_000

    private(set) var store: Store
    let ingest: Ingest
    let watcher: SimulatedWatcher?
    /// A backward step of the clock was noticed: windows hold what was counted ahead of it.
    private(set) var wasRewound = false

    private let configuration: Configuration
    private let clocks: Clocks
    private var clock: AgentClock
    private var job: (commit: Commit, names: Names)?
    private var hasCommitted = false
    private var nextCommit: Int64
    private var nextFlush: Int64
    private var nextPrune: Int64
    private var withheld: [InputState] = []
    private var round: RetentionRound?
    private var isAsked = false

    /// What an agent does when it starts.
    init(
        _ configuration: Configuration, on disk: SimulatedFileSystem, clocks: Clocks,
        generator: inout SeededRandom
    ) throws(StoreError) {
        self.configuration = configuration
        self.clocks = clocks
        var present: [FilePath: FileMetadata] = [:]
        for input in configuration.inputs {
            for path in Glob(input.pattern).expand(in: disk).paths { present[path] = try? disk.metadata(of: path) }
        }
        var names = Names(limit: 200_000)
        for input in configuration.inputs { _ = names.intern(input.source) }
        store = try Store.open(
            disk, at: AgentLife.directory, limits: configuration.limits, names: &names, generator: &generator)
        clock = AgentClock(wall: clocks.wall, monotonicNanoseconds: clocks.monotonicNanoseconds)
        var history: [TimedSlice] = []
        var snapshots = SnapshotReader(disk)
        do throws(StoreError) {
            try snapshots.add(directory: AgentLife.directory)
            history = try snapshots.slices(
                from: clocks.wall - .minutes(60), to: clocks.wall + .minutes(60), names: &names)
            // What the clock was set back from is ahead of it by now, and in no window when its time comes again.
            if clocks.hasStepped {
                hasHistory = try snapshots.slices(
                    from: clocks.wall + configuration.future, to: Timestamp(nanoseconds: .max), names: &names
                ).isEmpty
            }
        } catch {
            // The windows begin empty, as the agent says in its log.
            hasHistory = false
        }
        var options = TailOptions()
        options.lineLimitBytes = configuration.lineLimitBytes
        options.openLogs = configuration.openLogs
        options.presentAtStart = present
        watcher = configuration.isWatching ? SimulatedWatcher(disk) : nil
        ingest = Ingest(
            inputs: configuration.inputs.map { Ingest.Input(tail: $0, options: ReaderOptions()) },
            primary: configuration.primary, recovered: store.recovered, names: names, seriesLimit: 100_000,
            future: configuration.future, options: options, fileSystem: disk, watcher: watcher,
            logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() })
        ingest.restore(history, now: clocks.wall)
        nextCommit = clocks.monotonicNanoseconds + AgentLife.commitInterval
        nextFlush = clocks.monotonicNanoseconds + AgentLife.flushInterval
        nextPrune = clocks.monotonicNanoseconds + AgentLife.commitInterval
    }

    private(set) var hasHistory = true

    var isBusy: Bool { job != nil }

    /// One round of the ingest thread; returns whether it wants the next one at once.
    @discardableResult
    func ingestTurn(budgetBytes: Int = 8 << 20, now: Bool = false) -> Bool {
        let instant: Timestamp
        switch clock.read(wall: clocks.wall, monotonicNanoseconds: clocks.monotonicNanoseconds) {
        case .moved(let to): instant = to
        case .stepped(let to, let step):
            if step < .zero {
                ingest.rewind(to: to)
                wasRewound = true
            }
            instant = to
        }
        if hasCommitted {
            hasCommitted = false
            ingest.acknowledgeCommit()
        }
        let progress = ingest.look(
            now: instant, monotonicNanoseconds: clocks.monotonicNanoseconds, budgetBytes: budgetBytes)
        if !isBusy, !hasCommitted, now || ingest.wantsCommit || clocks.monotonicNanoseconds >= nextCommit {
            if let commit = ingest.takeCommit() { job = (sabotaged(commit), ingest.names) }
            nextCommit = clocks.monotonicNanoseconds + AgentLife.commitInterval
        }
        return progress.moreReady
    }

    /// One round of the store thread; returns why the disk refused, if it did.
    @discardableResult
    func storeTurn() -> StoreError? {
        if let (commit, names) = job {
            do throws(StoreError) {
                try store.commit(commit, names: names)
            } catch {
                return error
            }
            job = nil
            hasCommitted = true
            return nil
        }
        if clocks.monotonicNanoseconds >= nextFlush {
            nextFlush = clocks.monotonicNanoseconds + AgentLife.flushInterval
            if let error = flush(slicesEndingBefore: clocks.wall - AgentLife.lateness) { return error }
        }
        return lookForRequest() ?? retain()
    }

    func flush(slicesEndingBefore instant: Timestamp) -> StoreError? {
        do throws(StoreError) {
            try store.flush(slicesEndingBefore: instant)
            return nil
        } catch {
            return error
        }
    }

    /// A round of retention is under way.
    var isRetaining: Bool { round != nil }

    func prune() -> StoreError? {
        round = nil
        do throws(StoreError) {
            _ = try store.prune(now: clocks.wall)
            return nil
        } catch {
            return error
        }
    }

    private func lookForRequest() -> StoreError? {
        guard !isAsked else { return nil }
        do throws(StoreError) {
            guard case .success(let request)? = try store.waitingRequest() else { return nil }
            round = RetentionRound(now: clocks.wall, before: request.before)
            isAsked = true
            return nil
        } catch {
            return error
        }
    }

    /// The next portion of a round.
    private func retain() -> StoreError? {
        if clocks.monotonicNanoseconds >= nextPrune {
            nextPrune = clocks.monotonicNanoseconds + AgentLife.pruneInterval
            if round == nil { round = RetentionRound(now: clocks.wall) }
        }
        guard var current = round else { return nil }
        let hadFailed = current.failure != nil
        let goesOn = store.advance(&current)
        let failure = hadFailed ? nil : current.failure
        round = goesOn ? current : nil
        guard !goesOn, isAsked else { return failure }
        isAsked = false
        do throws(StoreError) {
            if let failure = current.failure {
                try store.answer(Result<PruneOutcome, _>.failure(failure))
            } else {
                try store.answer(Result<_, StoreError>.success(current.outcome))
            }
            return failure
        } catch {
            return error
        }
    }

    func startNewSegment() { store.startNewSegment() }

    private func sabotaged(_ commit: Commit) -> Commit {
        var commit = commit
        switch configuration.sabotage {
        case nil: break
        case .positionsLate:
            swap(&commit.inputs, &withheld)
        case .positionsEarly:
            for index in commit.inputs.indices where commit.inputs[index].position.offset > 40 {
                commit.inputs[index].ledger.lineBytes += 1
            }
        case .slicesTwice:
            commit.slices += commit.slices
        }
        return commit
    }
}

/// Ways to break the agent on purpose: a simulation that does not find them finds nothing.
package enum Sabotage: String, CaseIterable, Sendable {
    /// Every commit says of the logs what the one before it should have said.
    case positionsLate
    /// The ledger is ahead of the position by a byte.
    case positionsEarly
    /// Every slice is committed twice.
    case slicesTwice
}

/// The two clocks of the machine.
final class Clocks {
    private let disk: SimulatedFileSystem
    private(set) var monotonicNanoseconds: Int64 = 1_000_000_000
    /// Changed its mind at least once.
    private(set) var hasStepped = false

    init(_ disk: SimulatedFileSystem) { self.disk = disk }

    var wall: Timestamp { Timestamp(nanoseconds: disk.disk.withLock { $0.nowNanoseconds }) }

    func pass(nanoseconds: Int64) {
        monotonicNanoseconds += nanoseconds
        disk.advanceClock(nanoseconds: nanoseconds)
    }

    /// Somebody sets the wall clock.
    func step(bySeconds seconds: Int64) {
        hasStepped = true
        disk.advanceClock(nanoseconds: seconds * 1_000_000_000)
    }
}
