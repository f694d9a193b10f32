import Exposition
import Files
import Health
import Logging
import RequestLog
import RollingWindow
import Store
import Synchronization
import Tailing

/// The thread that owns tailing, parsing and windows: plain values, no locks, waiting for the logs to change.
///
/// Others see what it publishes once a beat; who wants a copy of a window asks and gets it at once, as of that instant.
final class IngestThread: Sendable {
    private enum Query {
        case window(WindowLength, CheckedContinuation<SeriesView, Never>)
        case source(WindowChoice, CheckedContinuation<WindowSource?, Never>)
        case inputs(CheckedContinuation<[InputReport], Never>)
        case ledger(CheckedContinuation<Ledger, Never>)
    }

    typealias WindowChoice = @Sendable (_ now: Timestamp, (WindowLength) -> Timestamp?) -> WindowLength?

    private struct Inbox {
        var queries: [Query] = []
        var reopen = false
        var hasWord = false
        var isStopping = false
    }

    /// Bytes read before others get their turn, and before it is seen whether too much waits.
    private static let budgetBytes = 512 << 10
    /// Series of slices that may wait while a commit is in flight: what is not read yet takes less room in its log.
    private static let mostCellsAhead = 4_000
    /// For so long at most: windows and health must not wait for a disk that takes nothing.
    private static let holdBackNanoseconds: Int64 = 500_000_000
    /// Then one look in so much time: a backlog must not fill the memory because the disk is slow.
    private static let trickleNanoseconds: Int64 = 100_000_000
    /// A burst of writes is read together rather than one by one; who asks does not wait for it.
    private static let gatherNanoseconds: Int64 = 40_000_000
    /// Windows move and health ages also when nothing is written. News after a quiet beat is published at once.
    private static let beatNanoseconds: Int64 = 1_000_000_000
    /// How long the end waits for a disk that does not answer; what is not committed is read again.
    private static let stopNanoseconds: Int64 = 700_000_000
    /// With more than this unread the agent has not caught up.
    private static let lagLimitBytes: UInt64 = 16 << 20

    private let inbox = Mutex(Inbox())
    private let published: Mutex<Published>
    /// Ingest alone advances it.
    private let watch: Mutex<HealthWatch>
    private let wakeUp = WakeUp()
    private let commitIntervalNanoseconds: Int64
    private let timing: HealthTiming
    /// Of the whole service first.
    let rules: [HealthRules]
    private let peers = Mutex(PeerCount())
    private let desk: OperatorDesk
    /// Lines further ahead of the clock are not counted.
    private let future: Timestamp.Span
    private let logger: Logger

    init(
        commitIntervalNanoseconds: Int64, rules: [HealthRules], timing: HealthTiming, healthHistory: HealthHistory,
        desk: OperatorDesk, future: Timestamp.Span, logger: Logger
    ) {
        self.commitIntervalNanoseconds = commitIntervalNanoseconds
        self.rules = rules
        self.timing = timing
        self.desk = desk
        self.future = future
        self.logger = logger
        let watch = HealthWatch(
            rules: rules, timing: timing, history: healthHistory, word: desk.word, now: AgentClock.wall)
        published = Mutex(
            Published(
                beatNanoseconds: AgentClock.monotonicNanoseconds, health: watch.answers,
                healthHistory: healthHistory.changes))
        self.watch = Mutex(watch)
    }

    var state: Published { published.withLock { $0 } }

    /// Without a copy of everything else: probes ask for it.
    func health(of group: String) -> HealthWatch.Answer? { published.withLock { $0.health[group] } }

    func window(_ length: WindowLength) async -> SeriesView {
        await withCheckedContinuation { ask(.window(length, $0)) }
    }

    /// A window's slices, of the length that is chosen once it is known how far each reaches back.
    func source(_ choose: @escaping WindowChoice) async -> WindowSource? {
        await withCheckedContinuation { ask(.source(choose, $0)) }
    }

    func inputs() async -> [InputReport] { await withCheckedContinuation { ask(.inputs($0)) } }

    func ledger() async -> Ledger { await withCheckedContinuation { ask(.ledger($0)) } }

    func reopen() { tell { $0.reopen = true } }

    /// What the peers said last.
    func heard(from count: PeerCount) { peers.withLock { $0 = count } }

    /// An operator has spoken: it becomes part of the history.
    func heardOperator() { tell { $0.hasWord = true } }

    /// The store has news.
    func committed() { wakeUp.ring() }

    func stop() { tell { $0.isStopping = true } }

    private func ask(_ query: Query) { tell { $0.queries.append(query) } }

    private func tell(_ change: (inout Inbox) -> Void) {
        inbox.withLock { change(&$0) }
        wakeUp.ring()
    }

    /// The thread's body. It ends with everything handed to the store.
    func run(_ ingest: Ingest, watching descriptor: CInt?, history: [TimedSlice], store: StoreThread) {
        var clock = AgentClock()
        ingest.restore(history, now: AgentClock.wall)
        var nextCommit = AgentClock.monotonicNanoseconds + commitIntervalNanoseconds
        var nextBeat: Int64 = 0
        var seenLines: UInt64 = 0
        var lastNews: Int64 = 0
        var lastLine: Timestamp?
        var inFlightLines: UInt64 = 0
        var committedLines: UInt64 = 0
        var submitted: Int64 = 0
        var nextTrickle: Int64 = 0
        var stopBy: Int64?
        var hasRested = false
        while true {
            let now = read(&clock, ingest)
            let mail = inbox.withLock { inbox in
                defer { inbox = Inbox(isStopping: inbox.isStopping) }
                return inbox
            }
            if mail.reopen {
                logger.info("Looking at all inputs anew")
                ingest.reopen()
            }
            // Asked once, before the look: what ends meanwhile rings, and is the next turn's.
            let (isBusy, hasCommitted) = store.takeNews()
            if hasCommitted {
                committedLines = inFlightLines
                ingest.acknowledgeCommit()
            }
            let isAhead = ingest.pendingCells > IngestThread.mostCellsAhead
            let lookedAt = AgentClock.monotonicNanoseconds
            let heldBackUntil = isBusy && isAhead ? max(submitted + IngestThread.holdBackNanoseconds, nextTrickle) : 0
            let progress = ingest.look(
                now: now, monotonicNanoseconds: lookedAt, budgetBytes: IngestThread.budgetBytes,
                heldBackUntil: heldBackUntil)
            if heldBackUntil <= lookedAt { nextTrickle = lookedAt + IngestThread.trickleNanoseconds }
            let commits =
                !isBusy
                && (mail.isStopping || ingest.wantsCommit || isAhead || AgentClock.monotonicNanoseconds >= nextCommit)
            if commits {
                inFlightLines = ingest.acceptedLines
                if let commit = ingest.takeCommit() {
                    store.submit(commit, names: ingest.names)
                    submitted = AgentClock.monotonicNanoseconds
                } else {
                    committedLines = inFlightLines
                }
                nextCommit = AgentClock.monotonicNanoseconds + commitIntervalNanoseconds
            }
            let instant = AgentClock.monotonicNanoseconds
            var isFirstNews = false
            if ingest.acceptedLines != seenLines {
                isFirstNews = instant - lastNews > IngestThread.beatNanoseconds
                (seenLines, lastNews, lastLine) = (ingest.acceptedLines, instant, now)
            }
            // Who is answered sees the same everywhere.
            let isAsked = !mail.queries.isEmpty || mail.reopen || mail.hasWord || mail.isStopping
            // What a commit has just drained need not be drained for the beat once more.
            let early = commits ? IngestThread.beatNanoseconds / 2 : IngestThread.gatherNanoseconds
            if instant + early >= nextBeat || isFirstNews || isAsked {
                publish(
                    ingest, now: now, lastLine: lastLine, uncommittedLines: ingest.acceptedLines - committedLines,
                    clockSteps: clock.steps,
                    store)
                nextBeat = instant + IngestThread.beatNanoseconds
            }
            answer(mail.queries, ingest)
            if mail.isStopping {
                if stopBy == nil { stopBy = AgentClock.monotonicNanoseconds + IngestThread.stopNanoseconds }
                if !isBusy || AgentClock.monotonicNanoseconds >= stopBy! { break }
            }
            if ingest.hasCaughtUp, !hasRested {
                // What only the start has needed.
                CodePages.release()
                SpareMemory.giveBack()
                hasRested = true
            }
            // While a commit is in flight, its end rings.
            let others = [descriptor].compactMap(\.self) + ingest.waitableDescriptors
            rest(
                until: progress, min(isBusy ? .max : nextCommit, stopBy ?? .max, nextBeat), others,
                expectsNews: lastNews == instant)
        }
        answer(inbox.withLock { $0.queries }, ingest)
    }

    private func read(_ clock: inout AgentClock, _ ingest: Ingest) -> Timestamp {
        switch clock.read() {
        case .moved(let now): return now
        case .stepped(let now, let step):
            logger.warning("The clock was set", metadata: ["by_seconds": "\(step.seconds)"])
            if step < .zero { ingest.rewind(to: now) }
            return now
        }
    }

    /// Waits for news, at most until something is due; a little at least, so that a burst is one look. Behind news there
    /// mostly is more, which is looked for without asking first.
    private func rest(until progress: TailProgress, _ nextTurn: Int64, _ others: [CInt], expectsNews: Bool) {
        if progress.moreReady { return }
        let now = AgentClock.monotonicNanoseconds
        let due = min(progress.nextLookNanoseconds ?? .max, nextTurn)
        if wakeUp.wait(nanoseconds: min(IngestThread.gatherNanoseconds, due - now)) || expectsNews { return }
        let left = due - AgentClock.monotonicNanoseconds
        if left > 0 { wakeUp.wait(orReadable: others, nanoseconds: left) }
    }

    private func publish(
        _ ingest: Ingest, now: Timestamp, lastLine: Timestamp?, uncommittedLines: UInt64, clockSteps: UInt64,
        _ store: StoreThread
    ) {
        let ledger = ingest.ledger
        let total = ledger.total
        var unready = ingest.problems.values.map { "\($0)" }.sorted()
        let lagBytes = ingest.lagBytes
        if !ingest.hasCaughtUp || lagBytes > IngestThread.lagLimitBytes {
            unready.append("catching up: \(lagBytes) bytes behind")
        }
        if ingest.isPaused { unready.append("reading is paused until the disk takes commits again") }
        let paused = "reading is paused until the disk takes commits again"
        let sight = Sight(
            windows: ingest.windows, primary: ingest.primary, names: ingest.names,
            blind: ingest.problems.values.map { "\($0)" }.min() ?? (ingest.isPaused ? paused : nil),
            lagBytes: lagBytes, isCatchingUp: !ingest.hasCaughtUp)
        let health = judge(sight, refusedLines: total.counts[.futureTime], now: now, store)
        var state = Published(
            beatNanoseconds: AgentClock.monotonicNanoseconds, health: health.answers,
            healthHistory: health.history.changes)
        state.unready = unready
        state.lagBytes = lagBytes
        state.minute = ingest.windows[.oneMinute].totals[ingest.primary] ?? Rollup()
        state.lastLine = lastLine
        state.newestEvent = ingest.windows.newestEvents.values.max()
        state.lines = total.counts
        state.inputBytes = total.bytes
        state.lostBytes = total.lostBytes
        state.lostDatagrams = total.lostDatagrams ?? 0
        state.skippedAtStartBytes = total.skippedAtStart
        state.openInputs = ingest.openLogCount
        state.activeSeries = ingest.windows.activeSeries
        state.uncommittedLines = uncommittedLines
        state.incidents =
            ingest.incidents + [
                IncidentCount("clock_steps", "Times that the system's clock was set.", clockSteps),
                IncidentCount(
                    "held_back_looks", "Looks without reading while enough waited for the commit under way.",
                    ingest.heldBackLooks),
            ]
        state.versions = ingest.windows.versions
        published.withLock { $0 = state }
    }

    /// Every change has its line of the log, its counter and its place in the history.
    private func judge(_ sight: Sight, refusedLines: UInt64, now: Timestamp, _ store: StoreThread) -> HealthWatch {
        let moment = HealthMoment(wall: now, uptime: AgentClock.uptime)
        let peers = peers.withLock { $0 }
        let (changes, watch) = watch.withLock { watch in
            watch.note(refusedLines: refusedLines, furtherAheadThan: future, at: now)
            return (watch.advance(sight, peers: peers, word: desk.word, at: moment), watch)
        }
        for change in changes {
            logger.log(
                level: change.to == .fail ? .error : change.to == .pass ? .notice : .warning, "Health has changed",
                metadata: [
                    "group": "\(change.group)", "from": "\(change.from)", "to": "\(change.to)",
                    "reason": "\(change.reason)",
                ])
        }
        if !changes.isEmpty { store.keep(watch.history.text, as: .healthHistory) }
        return watch
    }

    private func answer(_ queries: [Query], _ ingest: Ingest) {
        for query in queries {
            switch query {
            case .window(let length, let continuation): continuation.resume(returning: ingest.view(length))
            case .source(let choose, let continuation): continuation.resume(returning: ingest.source(choose))
            case .inputs(let continuation): continuation.resume(returning: ingest.inputReports)
            case .ledger(let continuation): continuation.resume(returning: ingest.ledger)
            }
        }
    }
}
