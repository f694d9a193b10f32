package import Exposition
package import Files
import Logging
package import RequestLog
import RollingWindow
package import Store
package import SystemPackage
import Tailing

/// Old logs into a data directory, as if they had been tailed: what `plumbline replay` does.
///
/// The pipeline is the agent's: the tailer knows by content what was counted before, under whatever name, and a commit
/// holds counts and positions together. So a run that was killed goes on where its last commit was, and a run over what
/// is there already adds nothing. Only the clock is different: nobody waits for what nobody writes any more.
package final class ReplayRun {
    package struct Result: Sendable {
        /// What this run added.
        package var report = ReplayReport()
        /// Logs that could not be read, or not to their end; the others were.
        package var unread: [String] = []
        /// Compressed logs that are not whole; nothing of them was counted.
        package var brokenLogs: [String] = []
        /// Found in the data directory when it was opened.
        package var damages: [String] = []
        package var unknownCacheWords: UInt64 = 0
        /// Logs that have lines whose duration lacks its unit.
        package var unitlessLogs: [String] = []
    }

    /// Called now and then with the bytes done; they count uncompressed.
    package typealias Progress = (_ done: UInt64) -> Void

    package var portions = Portions()

    private let ingest: Ingest
    private let store: ReplayStore
    private var result = Result()
    private let logs: Int
    private let before: Ledger
    /// Starts of slices that were added to.
    private var touched: Set<Timestamp> = []
    /// Bytes of lines by log, as of the last commit.
    private var knownBytes: [UInt32: UInt64]
    private var newLogs: Set<UInt32> = []
    private var unflushedCells = 0
    /// The tailer's clock; it moves when nothing is left to read at its present time.
    private var monotonicNanoseconds: Int64 = 0

    /// When what was read goes to the disk.
    package struct Portions: Sendable {
        /// Bytes read in one look, and in one commit.
        package var lookBytes = 32 << 20
        package var commitBytes: UInt64 = 64 << 20
        /// Series of slices in one commit, and in memory before they go to the hour files.
        package var commitCells = 50_000
        package var unflushedCells = 200_000

        package init() {}
    }

    /// So few, so that the pieces of one log are read one after the other and each slice is written once.
    private static let openLogs = 8
    /// Longer than anything that the tailer waits for.
    private static let waitNanoseconds = TailOptions().idleBeforeFinalNanoseconds + 1_000_000_000
    /// Waits in a row without any effect, after which nothing more is to be expected.
    private static let vainWaits = 3

    /// - Parameters:
    ///   - logs: paths, from the root.
    ///   - source: the name under which they count; nil is the directory's primary source, or `main`.
    ///   - pathNames: in one place of a path, before they are one parameter.
    package init(
        _ logs: [FilePath], into directory: FilePath, source: String?, options: ReaderOptions, limits: StoreLimits,
        fileSystem: any FileSystem, threads: Int = Processors.allowed(), pathNames: Int = Names.defaultPathNames
    ) throws(StoreError) {
        var names = Names(pathNames: pathNames)
        var generator = SystemRandomNumberGenerator()
        let opened = try Store.open(fileSystem, at: directory, limits: limits, names: &names, generator: &generator)
        let recovered = opened.recovered
        store = ReplayStore(opened, hasThread: threads > 1)
        result.damages = recovered.damages.map { "\($0)" }
        knownBytes = Dictionary(recovered.inputs.map { ($0.position.log, $0.ledger.lineBytes) }) { $1 }
        let primary = recovered.extras["primary"].map { String(decoding: $0, as: UTF8.self) }
        let source = source ?? primary ?? "main"
        var tailing = TailOptions()
        tailing.readsToTheEnd = true
        tailing.openLogs = ReplayRun.openLogs
        ingest = Ingest(
            inputs: logs.map {
                let pattern = LogRecognition.literal($0.string)
                return Ingest.Input(
                    tail: TailInput(pattern: pattern, source: source, fromStart: true), options: options)
            },
            primary: primary ?? source, recovered: recovered, names: names, seriesLimit: 1, future: .zero,
            options: tailing, fileSystem: fileSystem, watcher: nil,
            logger: Logger(label: "replay") { _ in SwiftLogNoOpLogHandler() }, keepsWindows: false,
            threads: threads)
        self.logs = logs.count
        before = ingest.ledger
    }

    deinit { store.close() }

    package func run(progress: Progress) throws(StoreError) -> Result {
        var vainWaits = 0
        var committedBytes: UInt64 = 0
        while vainWaits < ReplayRun.vainWaits {
            let state = (ingest.ledger.total.bytes, ingest.openCount, ingest.finishedLogs)
            let isBusy = look()
            let bytes = ingest.ledger.total.bytes
            if bytes - committedBytes >= portions.commitBytes || ingest.countedCells > portions.commitCells {
                try commit()
                committedBytes = bytes
            }
            progress(bytes - before.total.bytes)
            if isBusy { continue }
            let hasMoved = (bytes, ingest.openCount, ingest.finishedLogs) != state
            vainWaits = hasMoved ? 0 : vainWaits + 1
            if ingest.openCount == 0, !hasMoved { break }
            monotonicNanoseconds += ReplayRun.waitNanoseconds
        }
        try finish()
        return finished()
    }

    /// - Returns: whether there is more to read at once.
    private func look() -> Bool {
        ingest.look(
            now: Timestamp(nanoseconds: .max), monotonicNanoseconds: monotonicNanoseconds,
            budgetBytes: portions.lookBytes
        ).moreReady
    }

    /// Hands over what was read since the last commit, when that one is on the disk.
    private func commit() throws(StoreError) {
        try settle()
        guard let commit = ingest.takeCommit() else { return }
        for input in commit.inputs where !RetiredLogs.isRetired(input) {
            let bytes = input.ledger.lineBytes
            if bytes > knownBytes.updateValue(bytes, forKey: input.position.log) ?? 0 {
                newLogs.insert(input.position.log)
            }
        }
        for slice in commit.slices {
            touched.insert(slice.slice.start)
            result.report.from = min(result.report.from ?? slice.firstEvent, slice.firstEvent)
            result.report.to = max(result.report.to ?? slice.lastEvent, slice.lastEvent)
            unflushedCells += slice.slice.series.count
        }
        let flushes = unflushedCells > portions.unflushedCells
        if flushes { unflushedCells = 0 }
        store.submit(ReplayStore.Job(commit: commit, names: ingest.names, flushes: flushes))
    }

    /// Waits for the disk. Returns whether anything was in flight.
    @discardableResult
    private func settle() throws(StoreError) -> Bool {
        guard let statistics = try store.wait() else { return false }
        result.report.bytesWritten = statistics.bytesWritten
        ingest.acknowledgeCommit()
        return true
    }

    /// Logs that are at their end are forgotten once that is committed, which is one more commit.
    private func finish() throws(StoreError) {
        repeat { try commit() } while try settle()
        store.submit(ReplayStore.Job(commit: nil, names: ingest.names, flushes: true))
        try settle()
    }

    private func finished() -> Result {
        let after = ingest.ledger
        result.report.logs = logs
        result.report.newLogs = newLogs.count
        result.report.ledger = after.total.since(before.total)
        result.report.slices = touched.count
        result.unread = ingest.problems.values.map { "\($0)" }.sorted()
        result.brokenLogs = ingest.brokenLogs.values.map { "\($0)" }.sorted()
        result.unknownCacheWords = ingest.unknownCacheWords
        result.unitlessLogs = ingest.logs.values.filter(\.isUnitMissing).map(\.path).sorted()
        return result
    }
}

extension InputLedger {
    /// What has come since an earlier state of the same logs.
    fileprivate func since(_ earlier: InputLedger) -> InputLedger {
        var difference = InputLedger()
        difference.counts = counts.since(earlier.counts)
        difference.lineBytes = lineBytes &- earlier.lineBytes
        difference.unfinished = unfinished
        difference.lostBytes = lostBytes &- earlier.lostBytes
        return difference
    }
}

extension LineCounts {
    fileprivate func since(_ earlier: LineCounts) -> LineCounts {
        var difference = LineCounts()
        difference.accepted = accepted &- earlier.accepted
        difference.blank = blank &- earlier.blank
        difference.filtered = filtered &- earlier.filtered
        difference.continuation = continuation &- earlier.continuation
        difference.header = header &- earlier.header
        for reason in RejectReason.allCases { difference[reason] = self[reason] &- earlier[reason] }
        return difference
    }
}
