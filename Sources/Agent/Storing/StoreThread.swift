import Exposition
import Files
import Logging
import RequestLog
import RollingWindow
import Snapshots
import Store
import Synchronization

/// The thread that waits for the disk: it commits, flushes, merges and prunes, so that nobody else has to wait.
///
/// Commits go first: between two of them at most one file is written anew or deleted.
/// One commit is in flight at a time. A commit that the disk refuses is tried again until it is taken; meanwhile ingest
/// goes on in memory.
final class StoreThread: Sendable {
    /// What is known to be on the disk, as others may read it at any time.
    struct Published: Sendable {
        var names: Names
        var counters: Counters
        var statistics = StoreStatistics()
        var incidents: [IncidentCount] = []
        /// Wall clock of the last commit of this process.
        var lastCommit: Timestamp?
        /// Why the last attempt failed; nil while the disk takes commits.
        var failure: String?
    }

    private struct Inbox {
        /// Until the thread takes it.
        var store: Store?
        var job: Job?
        /// Notes as they are to be, until they are on the disk.
        var notes: [Store.Note: String] = [:]
        /// Who waits to hear whether they are.
        var noteWaiters: [CheckedContinuation<Bool, Never>] = []
        var hasEnded = false
        /// The last job has become true since somebody asked.
        var hasCommitted = false
        var isStopping = false
    }

    private struct Job {
        var commit: Commit
        var names: Names
    }

    /// How often slices that are past go to their hour file.
    private static let flushInterval: Int64 = 10_000_000_000
    /// How long a slice waits for late records before it is flushed; they cost a block each afterwards.
    private static let lateness = Timestamp.Span.seconds(60)
    /// Reading old logs makes many slices at once; they are flushed before they fill the memory.
    private static let mostUnflushedSlices = 120
    private static let mostUnflushedCells = 20_000
    private static let retentionInterval: Int64 = 600_000_000_000
    /// A start has better things to do first.
    private static let firstRetention: Int64 = 60_000_000_000
    /// How often a request to prune is looked for, while there are commits; else with the flush.
    private static let requestInterval: Int64 = 900_000_000
    private static let retryInterval: Int64 = 1_000_000_000
    /// Attempts to commit what is in flight once the agent stops.
    private static let lastAttempts = 3

    private let inbox: Mutex<Inbox>
    private let published: Mutex<Published>
    private let wakeUp = WakeUp()
    private let onCommit: @Sendable () -> Void
    private let logger: Logger

    /// - Parameter onCommit: called on this thread when the commit in flight has become true.
    init(_ store: consuming Store, names: Names, logger: Logger, onCommit: @escaping @Sendable () -> Void) {
        published = Mutex(
            Published(
                names: names, counters: store.state.counters, incidents: StoreThread.incidents(of: store)))
        inbox = Mutex(Inbox(store: store))
        self.onCommit = onCommit
        self.logger = logger
    }

    var state: Published { published.withLock { $0 } }

    /// Whether a commit is in flight (then `submit` must wait), and whether one has become true since the last call.
    func takeNews() -> (isBusy: Bool, hasCommitted: Bool) {
        inbox.withLock { inbox in
            defer { inbox.hasCommitted = false }
            return (inbox.job != nil, inbox.hasCommitted)
        }
    }

    func submit(_ commit: Commit, names: Names) {
        inbox.withLock { inbox in
            precondition(inbox.job == nil, "one commit is in flight at a time")
            inbox.job = Job(commit: commit, names: names)
        }
        wakeUp.ring()
    }

    /// Replaces a note, as soon as the disk takes it.
    func keep(_ text: String, as note: Store.Note) {
        inbox.withLock { $0.notes[note] = text }
        wakeUp.ring()
    }

    /// Whether all notes are on the disk, after one more attempt.
    func hasKeptNotes() async -> Bool {
        await withCheckedContinuation { continuation in
            let hasEnded = inbox.withLock { inbox in
                if !inbox.hasEnded { inbox.noteWaiters.append(continuation) }
                return inbox.hasEnded
            }
            if hasEnded { continuation.resume(returning: false) } else { wakeUp.ring() }
        }
    }

    /// Ends the thread once nothing is in flight.
    func stop() {
        inbox.withLock { $0.isStopping = true }
        wakeUp.ring()
    }

    /// The thread's body. It owns the store: a copy elsewhere would hold the lock of a directory that is gone.
    func run() {
        guard var store = inbox.withLock({ $0.store.take() }) else { return }
        defer { leaveNotes() }
        var beat = Beat(AgentClock.monotonicNanoseconds)
        var retention = Retention(logger: logger)
        var flushing = Trouble(
            "Cannot write snapshots yet; the journal keeps them", over: "Snapshots are written again", logger)
        var syncing = Trouble(
            "Cannot sync a log before its lines are committed; a power cut may take lines that are counted",
            over: "Logs are synced again", logger)
        var remembering = Trouble(
            "Cannot keep what health was and what an operator said; trying again",
            over: "What health was and what an operator said is kept again", logger)
        var attemptsLeft = StoreThread.lastAttempts
        var trimmedCommits: UInt64 = 0
        var notices = StoreNotices(store)
        while true {
            notices.note(store, logger)
            // A disk that takes no commit may still take these, and somebody may be waiting.
            keepNotes(store, &remembering)
            let (job, isStopping) = inbox.withLock { ($0.job, $0.isStopping) }
            if let job {
                if attempt(job, &store, &syncing) {
                    inbox.withLock { inbox in
                        inbox.job = nil
                        inbox.hasCommitted = true
                    }
                    onCommit()
                    continue
                }
                if isStopping {
                    attemptsLeft -= 1
                    if attemptsLeft == 0 {
                        logger.error("Stopped without the last commit; its lines are read again at the next start")
                        return
                    }
                }
                wakeUp.wait(nanoseconds: isStopping ? StoreThread.retryInterval / 10 : StoreThread.retryInterval)
                continue
            }
            if isStopping {
                // A clean end leaves everything in the hour files.
                return flush(&store, slicesEndingBefore: Timestamp(nanoseconds: .max), &flushing)
            }
            let now = AgentClock.monotonicNanoseconds
            if now >= beat.flush || store.unflushedSlices > StoreThread.mostUnflushedSlices
                || store.unflushedCells > StoreThread.mostUnflushedCells
            {
                flush(&store, slicesEndingBefore: AgentClock.wall - StoreThread.lateness, &flushing)
                beat.flush = AgentClock.monotonicNanoseconds + StoreThread.flushInterval
                if store.statistics.commits > trimmedCommits, now >= beat.trim {
                    SpareMemory.giveBack()
                    trimmedCommits = store.statistics.commits
                    beat.trim = now + SpareMemory.interval
                }
            }
            if now >= beat.request {
                retention.lookForRequest(store)
                beat.request = now + StoreThread.requestInterval
            }
            if now >= beat.retention {
                retention.begin()
                beat.retention = now + StoreThread.retentionInterval
            }
            if retention.advance(&store) {
                publish(store) { _ in }
                retention.report(store)
                continue
            }
            wakeUp.wait(nanoseconds: beat.flush - AgentClock.monotonicNanoseconds)
        }
    }

    private func keepNotes(_ store: borrowing Store, _ trouble: inout Trouble) {
        let (notes, waiters) = inbox.withLock { inbox in
            defer { (inbox.notes, inbox.noteWaiters) = ([:], []) }
            return (inbox.notes, inbox.noteWaiters)
        }
        var areKept = true
        for (note, text) in notes {
            do throws(StoreError) {
                try store.keep(text, as: note)
            } catch {
                areKept = false
                trouble.happened("\(error)")
                // Unless there is a newer one.
                inbox.withLock { $0.notes[note] = $0.notes[note] ?? text }
            }
        }
        if areKept, !notes.isEmpty { trouble.isOver() }
        for waiter in waiters { waiter.resume(returning: areKept) }
    }

    private func leaveNotes() {
        let waiters = inbox.withLock { inbox in
            inbox.hasEnded = true
            defer { inbox.noteWaiters = [] }
            return inbox.noteWaiters
        }
        for waiter in waiters { waiter.resume(returning: false) }
    }

    /// When what is to be done next, on the monotonic clock.
    private struct Beat {
        var flush: Int64
        var request: Int64
        var retention: Int64
        var trim: Int64

        init(_ now: Int64) {
            flush = now + StoreThread.flushInterval
            request = now
            retention = now + StoreThread.firstRetention
            trim = now
        }
    }

    private func attempt(_ job: Job, _ store: inout Store, _ syncing: inout Trouble) -> Bool {
        let wasFailing = published.withLock { $0.failure != nil }
        let unsynced = store.statistics.logSynchronizationFailures
        defer {
            if store.statistics.logSynchronizationFailures > unsynced {
                syncing.happened(store.logSynchronizationFailure.map { "\($0)" } ?? "")
            } else if !job.commit.files.isEmpty {
                syncing.isOver()
            }
        }
        do throws(StoreError) {
            try store.commit(job.commit, names: job.names)
            publish(store) { published in
                published.names = job.names
                published.lastCommit = AgentClock.wall
                published.failure = nil
            }
            if wasFailing { logger.notice("Commits are taken again") }
            return true
        } catch {
            publish(store) { $0.failure = "\(error)" }
            if !wasFailing {
                logger.error("Cannot commit; going on in memory and trying again", metadata: ["reason": "\(error)"])
            }
            return false
        }
    }

    private func flush(
        _ store: inout Store, slicesEndingBefore instant: Timestamp, _ trouble: inout Trouble
    ) {
        do throws(StoreError) {
            try store.flush(slicesEndingBefore: instant)
            trouble.isOver()
        } catch {
            trouble.happened("\(error)")
        }
        publish(store) { _ in }
    }

    private func publish(_ store: borrowing Store, _ change: (inout Published) -> Void) {
        let (counters, statistics) = (store.state.counters, store.statistics)
        let incidents = StoreThread.incidents(of: store)
        published.withLock { published in
            published.counters = counters
            published.statistics = statistics
            published.incidents = incidents
            change(&published)
        }
    }
}
