package import Files
import SystemPackage

/// Follows the logs of all inputs and hands on every whole line once, through appending, rotation, truncation,
/// compression and restarts.
///
/// The story of one look: read on in the files that are open, see what stands at the paths, tell which log each new file
/// is (`Identification`), read those too, and close what has ended. Decisions are taken by `FollowState`, `Place` and
/// `Identification` from what was seen; this class does what they say. It belongs to one thread.
package final class Tailer {
    struct Judgement {
        var metadata: FileMetadata
        /// The log that the file is a copy of, or was.
        var log: UInt32?
    }

    package let inputs: [TailInput]
    package let options: TailOptions
    package internal(set) var counters = TailCounters()

    let fileSystem: any FileSystem
    let globs: [Glob]
    /// Of the inputs that earlier runs had.
    let knownGlobs: [Glob]
    let watcher: (any ChangeWatcher)?
    var logs: [UInt32: TailedLog] = [:]
    var places: [FilePath: Place] = [:]
    var candidates: [FileKey: Candidate] = [:]
    /// Which log or candidate has a file open.
    var holders: [FileKey: Place.Owner] = [:]
    /// Files in which nothing is new as long as they stay like this.
    var judged: [FileKey: Judgement] = [:]
    /// Logs with more to read, in the order of their turns.
    var ready: [UInt32] = []
    var buffer: ReadBuffer
    var nextLog: UInt32
    /// Counts what can change an identification: a log that lost its file, or ended.
    var epoch = 0
    var isFirstLook = true
    var lookEverywhereNext = true
    /// Something is not watched: look everywhere at intervals.
    var isBlind: Bool
    /// At the last look at the names a file with content had to wait because too many are open.
    var isCrowded = false
    /// Paths beside which the last look at the names met what could not be opened, for a reason that may pass, and
    /// directories that could not be listed.
    var hindered: Set<FilePath> = []
    /// When to try again what failed; nil if nothing did.
    var retryNanoseconds: Int64?
    /// Inputs of which nothing was known before this run.
    let newInputs: Set<Int>

    /// - Parameter sources: by log, what it was a part of; for logs whose input is not configured any more. They are
    ///   known by their content all the same, and go on when another input of that source matches them.
    /// - Parameter known: inputs that an earlier run had, also if nothing was ever read for them.
    package init(
        fileSystem: any FileSystem, inputs: [TailInput], resuming positions: [LogPosition] = [],
        sources: [UInt32: String] = [:], known: Set<String> = [], options: TailOptions = TailOptions(),
        watcher: (any ChangeWatcher)? = nil
    ) {
        self.fileSystem = fileSystem
        self.inputs = inputs
        self.options = options
        self.watcher = watcher
        globs = inputs.map { Glob($0.pattern) }
        isBlind = watcher == nil
        buffer = ReadBuffer(limit: options.lineLimitBytes + 1)
        nextLog = max(options.nextLog, (positions.map(\.log).max() ?? 0) + 1)
        let known = known.union(positions.map(\.input))
        knownGlobs = known.sorted().map { Glob($0) }
        newInputs = Set(inputs.indices.filter { !known.contains(inputs[$0].pattern) })
        // What was passed over is new to who reads old logs.
        for position in positions where !(options.readsToTheEnd && position.passedOver) {
            remember(position, source: sources[position.log])
        }
    }

    /// Looks at what may have changed and hands on what is new.
    ///
    /// - Parameters:
    ///   - now: the monotonic clock, in nanoseconds.
    ///   - budgetBytes: about how much to read before coming back.
    package func poll(
        now: Int64, sink: inout some TailSink, budgetBytes: Int, lookEverywhere: Bool = false
    ) -> TailProgress {
        var budget = budgetBytes
        var changes = watcher?.takeChanges() ?? Changes()
        if changes.everything && !lookEverywhereNext { counters.overflows += 1 }
        if lookEverywhere || lookEverywhereNext || isBlind { changes.everything = true }
        if let due = retryNanoseconds, due <= now {
            changes.everything = true
            retryNanoseconds = nil
        }
        lookEverywhereNext = false
        if changes.logs.contains(where: { logs[$0]?.stage == .finished }) { changes.names = true }
        if isFirstLook { announceResumed(now: now, &sink) }

        let epochBefore = epoch
        lookAtFiles(changes, now: now, &sink)
        readReady(now: now, &sink, &budget)
        if changes.everything || changes.names || epoch != epochBefore { lookAtNames(now: now, &sink) }
        tellCandidates(now: now, &sink, &budget)
        readReady(now: now, &sink, &budget)
        endWhatIsDue(now: now, &sink, &budget)
        isFirstLook = false
        return progress(now: now)
    }

    /// Everything is looked at anew with the next poll, also what failed before.
    package func reopen() {
        lookEverywhereNext = true
        isBlind = watcher == nil
        judged = [:]
    }

    /// Bytes that the open files are known to have beyond what was handed on.
    package var lagBytes: UInt64 { logs.values.reduce(0) { $0 + $1.lagBytes } }

    /// Logs that are open, and inputs (paths) that are waited for.
    package var openLogCount: Int { logs.values.count { $0.stage == .followed } }
    package var openPlaceCount: Int { places.values.count { $0.owner != .nobody } }
    package var waitingPlaceCount: Int { places.values.count { $0.problem != nil } }

    func retry(now: Int64) {
        let due = now + options.retryIntervalNanoseconds
        retryNanoseconds = min(retryNanoseconds ?? due, due)
    }

    private func progress(now: Int64) -> TailProgress {
        var due: [Int64] = []
        if isBlind || hasUnwatchedLogs { due.append(now + options.pollIntervalNanoseconds) }
        if let retryNanoseconds { due.append(retryNanoseconds) }
        for log in logs.values {
            switch log.stage {
            case .sought(let until, _): due.append(until)
            case .followed where hasEnded(log) && log.follow.atEnd:
                due.append(log.follow.changedNanoseconds + options.idleBeforeFinalNanoseconds)
            case .followed, .finished: break
            }
        }
        let scanning = candidates.values.contains { $0.scan != nil }
        for candidate in candidates.values where candidate.waitsOn != nil {
            if let since = candidate.sinceNanoseconds { due.append(since + options.idleBeforeFinalNanoseconds) }
        }
        // A deadline that has passed without effect must not turn into a loop.
        let next = due.min().map { max($0, now + 1_000_000) }
        return TailProgress(moreReady: !ready.isEmpty || scanning, nextLookNanoseconds: next)
    }
}
