package import Files
package import Logging
package import RequestLog
package import RollingWindow
import Settings
package import Store
package import SystemPackage
package import Tailing

/// From logs to windows and commits, without a thread and without a clock: time is given with every look.
///
/// Whoever owns it calls `look` when something may have changed and `takeCommit` when a commit can be taken; between
/// the two, positions and counts move together, so a commit never says more of one than of the other.
package final class Ingest {
    /// Series of slices that may wait for the disk; beyond that, reading pauses and the logs keep what is not read.
    package var mostPendingCells = 200_000
    /// Slots of the aggregator that are filled before it is drained in the middle of a look: with those that one more block
    /// of lines fills they have room in 4,096, which are 2 MB; where there are no windows to add to, in 8,192.
    static func mostSlots(keepsWindows: Bool) -> Int { keepsWindows ? 3_000 : 7_000 }
    /// Buffers that may wait for the second thread; with more of them, what is read next comes from slower memory.
    private static let secondDepth = 32
    /// How often to see whether the disk takes commits again.
    private static let pauseNanoseconds: Int64 = 100_000_000

    package struct Input: Sendable {
        package var tail: TailInput
        package var options: ReaderOptions

        package init(tail: TailInput, options: ReaderOptions) {
            self.tail = tail
            self.options = options
        }
    }

    package internal(set) var names: Names
    /// The windows as of the last drain.
    private(set) var drainedWindows: LiveWindows
    package let primary: NameID
    /// Problems of inputs that have not gone away, by path.
    package internal(set) var problems: [FilePath: TailProblem] = [:]
    /// Compressed logs that are not whole.
    package internal(set) var brokenLogs: [FilePath: TailProblem] = [:]
    /// Whether every input was read to its end once since the start.
    package private(set) var hasCaughtUp = false
    package internal(set) var acceptedLines: UInt64 = 0

    let inputs: [Input]
    private let future: Timestamp.Span
    let logger: Logger
    var intakes: [ReaderOptions: LineIntake] = [:]
    var aggregator: Aggregator
    /// Reads too where nobody waits for each line.
    var second: SecondIntake?
    var secondUnknownCacheWords: UInt64 = 0
    var secondResolutions: [ReaderOptions: TimeResolution] = [:]
    /// Blocks that were met; what is found in several counts as found in the first.
    var blocks: UInt64 = 0
    var rejects = RejectSamples()
    /// Whether there are windows to keep; old logs go to the snapshots alone, and no limit on series is theirs.
    let keepsWindows: Bool
    let tailer: Tailer
    private let pipe: PipeInput?
    let sockets: [DatagramInput]
    var logs: [UInt32: FollowedLog] = [:]
    var span = EventSpan()
    var pending = PendingCommit()
    var retired = RetiredLogs([])
    var coarser = CoarserRoutes()
    /// As the last commit left them.
    var committedExtras: [String: [UInt8]]
    var notices = FallbackNotices()
    /// Looks at which nothing was read because too much waits for the disk.
    var pauses: UInt64 = 0
    /// Looks at which nothing was read because a commit was under way and enough waited for the next one.
    private(set) var heldBackLooks: UInt64 = 0
    /// Since the start.
    var finishedLogs: UInt64 = 0
    /// Logs that had to wait because too many were open.
    var crowdedLogs: UInt64 = 0
    /// Logs that were begun in an earlier run and are not to be found any more.
    var vanishedLogs: UInt64 = 0

    package init(
        inputs: [Input], primary: String, recovered: Recovered, names: Names, seriesLimit: Int, future: Timestamp.Span,
        options: TailOptions, fileSystem: any FileSystem, watcher: (any ChangeWatcher)?, logger: Logger,
        keepsWindows: Bool = true, threads: Int = 1, sockets: [DatagramReceiver] = []
    ) {
        self.inputs = inputs
        self.names = names
        self.future = future
        self.logger = logger
        self.primary = self.names.intern(primary)
        // Before anything else fills the table of names.
        for input in inputs { _ = self.names.intern(input.tail.source) }
        drainedWindows = LiveWindows(seriesLimit: seriesLimit)
        committedExtras = recovered.extras
        self.keepsWindows = keepsWindows
        let width: Timestamp.Span = keepsWindows ? .seconds(1) : PendingCommit.sliceWidth
        aggregator = Aggregator(width: width)
        if threads > 1 {
            second = SecondIntake(width: width, depth: Ingest.secondDepth, pathNames: names.learned.limit)
        }
        var options = options
        options.firstStart = recovered.isFirstStart
        let known = recovered.inputs.filter { !RetiredLogs.isRetired($0) }
        options.nextLog = (known.map(\.position.log).max() ?? 0) + 1
        self.sockets = Ingest.inputs(sockets, known: known, nextLog: &options.nextLog)
        let files = inputs.map(\.tail).filter { Settings.Input.isFile($0.pattern) }
        let positions = known.map(\.position).filter { Settings.Input.isFile($0.input) }
        tailer = Tailer(
            fileSystem: fileSystem, inputs: files, resuming: positions,
            sources: Dictionary(known.map { ($0.position.log, $0.source) }) { $1 },
            known: Ingest.patterns(recovered.extras["inputs"]), options: options, watcher: watcher)
        let hasPipe = inputs.contains { $0.tail.pattern == PipeInput.pattern }
        pipe = hasPipe ? PipeInput(lineLimitBytes: options.lineLimitBytes) : nil
        retired = RetiredLogs(recovered.inputs)
        if let bytes = recovered.extras["versions"],
            let versions = try? VersionAges(decoding: bytes, names: &self.names)
        {
            drainedWindows.versions = versions
        }
        self.names.learn(recovered.extras["routes"])
        self.names.learnKnownPaths()
        pending.isFirst = recovered.isFirstStart
        for state in known { logs[state.position.log] = resumed(state) }
        if hasPipe {
            let pattern = PipeInput.pattern
            follow(PipeInput.log, path: pattern, source: source(ofInput: pattern), copyOf: nil)
        }
        for socket in self.sockets { begin(socket) }
    }

    /// Puts slices from before the restart into the windows.
    package func restore(_ slices: [TimedSlice], now: Timestamp) {
        drainedWindows.advance(to: now)
        for slice in slices { drainedWindows.restore(slice) }
    }

    /// Reads what is new, up to about `budget` bytes, and moves the windows to `now`.
    ///
    /// What was read waits in the aggregator until somebody wants it (`windows`, `view`, `takeCommit`): to add it to
    /// four windows costs more than to count it.
    ///
    /// - Parameter instant: nothing is read before it: a commit is in flight, and enough waits for the next one.
    package func look(
        now: Timestamp, monotonicNanoseconds: Int64, budgetBytes: Int, heldBackUntil instant: Int64? = nil
    ) -> TailProgress {
        if keepsWindows { drainedWindows.advance(to: now) }
        span.latest = now + future
        // Old logs that do not say when their requests were cannot be put into slices.
        span.arrival = keepsWindows ? now : nil
        defer { notice() }
        countDrops()
        guard !isPaused else {
            pauses &+= 1
            return TailProgress(
                moreReady: false, nextLookNanoseconds: monotonicNanoseconds + Ingest.pauseNanoseconds)
        }
        // Nobody else keeps it until the disk is ready.
        readSockets()
        if let instant, instant > monotonicNanoseconds {
            heldBackLooks &+= 1
            return TailProgress(moreReady: false, nextLookNanoseconds: instant)
        }
        var sink = self
        var progress = tailer.poll(now: monotonicNanoseconds, sink: &sink, budgetBytes: budgetBytes)
        readPipe(budgetBytes: budgetBytes)
        if pipe?.hasNews == true { progress.moreReady = true }
        if !progress.moreReady { hasCaughtUp = true }
        return progress
    }

    private func readPipe(budgetBytes: Int) {
        guard let pipe, pipe.isOpen else { return }
        var sink = PipeSink(ingest: self)
        do throws(GzipError) {
            try pipe.read(into: &sink, budgetBytes: budgetBytes)
        } catch {
            logger.error("Standard input has ended early", metadata: ["reason": "\(error)"])
        }
        if !pipe.isOpen { logger.info("Standard input has ended") }
    }

    /// What to wait for besides changes of files.
    package var waitableDescriptors: [CInt] {
        [pipe?.waitable].compactMap(\.self) + sockets.map(\.receiver.newsDescriptor)
    }

    /// How far a log has been read; a pipe and a socket have nowhere to go back to.
    package func position(of log: UInt32) -> LogPosition? {
        if log == PipeInput.log { return pipe?.position }
        return sockets.first { $0.log == log }?.position ?? tailer.position(of: log)
    }

    /// The disk has taken nothing for so long that memory is at its limit.
    package var isPaused: Bool {
        // What waits in the aggregator may belong to series that the next commit has already.
        if pendingCells > mostPendingCells { drain() }
        return pending.cells > mostPendingCells
    }

    /// Series of slices that the next commit has: the same whoever has read them.
    package var countedCells: Int {
        drain()
        return pending.cells
    }

    /// Series of slices that the next commit has, at most.
    package var pendingCells: Int { pending.cells + aggregator.count }

    /// Logs, and files that are not yet told, that hold a file open.
    package var openCount: Int { tailer.openLogCount + tailer.openPlaceCount }

    /// The clock was set back.
    package func rewind(to now: Timestamp) {
        drain()
        drainedWindows.rewind(to: now)
    }

    /// Everything is looked at anew (SIGHUP).
    package func reopen() { tailer.reopen() }

    package var lagBytes: UInt64 { tailer.lagBytes }

    package var openLogCount: Int { tailer.openLogCount + sockets.count }

    package var ledger: Ledger {
        settle()
        let followed = logs.filter { !$0.value.isOnlyKnown }.sorted { $0.key < $1.key }.map(\.value.entry)
        var ledger = Ledger(inputs: retired.entries + followed)
        ledger.rejects = rejects
        return ledger
    }

    /// The windows with everything that was read.
    package var windows: LiveWindows {
        drain()
        return drainedWindows
    }

    package func view(_ length: WindowLength) -> SeriesView {
        drain()
        drainedWindows.settle(length)
        let window = drainedWindows[length]
        return SeriesView(
            from: window.from, to: drainedWindows.now, primary: primary, names: names,
            series: drainedWindows.versions.folded(window.series.rerouted(coarser.routes)))
    }

    /// Both threads empty their tables at the same time.
    func drain() {
        takeBack()
        second?.drain()
        drainAggregator()
        settle()
        // All that was met is known now, whoever has read it.
        if coarser.update(&names) { pending.reroute(coarser.routes) }
    }

    func drainAggregator() {
        guard aggregator.count > 0 else { return }
        for slice in aggregator.drain() { add(slice) }
    }

    func add(_ slice: TimedSlice) {
        var slice = slice
        slice.slice.series = slice.slice.series.rerouted(coarser.routes)
        if keepsWindows {
            pending.add(drainedWindows.add(slice))
        } else {
            drainedWindows.versions.note(slice)
            pending.add(loose: slice)
        }
    }

    /// A log from before the restart: its input may have got another source or other options since.
    func resumed(_ state: InputState) -> FollowedLog {
        let input = inputs.first { $0.tail.pattern == state.position.input }
        let source = input?.tail.source ?? state.source
        var log = FollowedLog(
            path: Ingest.name(of: state.position), sourceName: source, source: names.intern(source),
            copyOf: state.copyOf,
            ledger: state.ledger, intake: intake(of: input))
        // The bytes behind the last line feed are met again, or have become a line.
        log.unfinishedBefore = log.ledger.unfinished
        log.ledger.unfinished = 0
        log.isOnlyKnown = state.isOnlyKnown
        log.context = LineContext(encoded: state.context) ?? LineContext()
        return log
    }

    /// The path, or what the user wrote where it is none.
    static func name(of position: LogPosition) -> String {
        Settings.Input.isFile(position.input) ? position.path.string : position.input
    }

    func source(ofInput pattern: String) -> String {
        inputs.first { $0.tail.pattern == pattern }?.tail.source ?? names[primary]
    }

    func intake(of input: Input?) -> LineIntake {
        let options = input?.options ?? ReaderOptions()
        if let known = intakes[options] { return known }
        let intake = LineIntake(options: options)
        intakes[options] = intake
        return intake
    }
}
