import Exposition
import Files
import Logging
import RequestLog
import RollingWindow
import Store
package import SystemPackage
package import Tailing

/// What comes through the pipe goes the way of every line.
struct PipeSink: BlockSink {
    let ingest: Ingest

    mutating func lines(_ bytes: UnsafeRawBufferPointer) { ingest.lines(bytes, of: PipeInput.log) }

    mutating func overlong(byteCount: UInt64) { ingest.overlong(byteCount: byteCount, of: PipeInput.log) }
}

extension Ingest: TailSink {
    package func opened(_ log: UInt32, path: FilePath, source: String, copyOf: UInt32?) {
        follow(log, path: path.string, source: source, copyOf: copyOf)
    }

    func follow(_ log: UInt32, path: String, source: String, copyOf: UInt32?) {
        if logs[log] == nil { pending.hasNewLog = true }
        var followed =
            logs[log]
            ?? FollowedLog(
                path: "", sourceName: source, source: names.intern(source), intake: intake(of: input(of: log)))
        if followed.sourceName != source {
            followed.sourceName = source
            followed.source = names.intern(source)
        }
        followed.intake = intake(of: input(of: log))
        followed.path = path
        followed.isOnlyKnown = false
        if let copyOf {
            followed.copyOf = logs[copyOf]?.path
            // It is read from where that one was left.
            followed.context = logs[copyOf]?.context ?? followed.context
        }
        logs[log] = followed
        pending.touchedLogs.insert(log)
        logger.info("Following log", metadata: ["path": "\(path)", "source": "\(source)", "log": "\(log)"])
    }

    /// A log that was known and passed over, and now has something new all the same.
    func met(_ log: UInt32) -> FollowedLog {
        guard let position = tailer.position(of: log) else { preconditionFailure("news of a log that nobody knows") }
        return resumed(InputState(position: position, ledger: InputLedger(), source: source(ofInput: position.input)))
    }

    private func input(of log: UInt32) -> Input? {
        let pattern = position(of: log)?.input
        return inputs.first { $0.tail.pattern == pattern }
    }

    package func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32) {
        var followed = logs.removeValue(forKey: log) ?? met(log)
        followed.isOnlyKnown = false
        let before = followed.ledger.counts.accepted
        let badDurations = followed.ledger.counts[.badDuration]
        followed.intake.take(
            bytes, of: &followed.context, from: followed.source, within: span, names: &names,
            ledger: &followed.ledger, into: &aggregator)
        acceptedLines &+= followed.ledger.counts.accepted &- before
        if let word = followed.intake.takeUnknownCacheWord() { complain(ofCacheWord: word, followed) }
        if let doubt = followed.intake.takeDurationDoubt() {
            logger.warning("Durations look wrong", metadata: ["path": "\(followed.path)", "reason": "\(doubt.text)"])
        }
        if let found = followed.intake.takeRejects() {
            rejects.add(found, ofBlock: blocks)
            followed.rejects.add(found, ofBlock: blocks)
        }
        if !followed.isUnitMissing, followed.ledger.counts[.badDuration] > badDurations {
            followed.isUnitMissing = complain(ofUnitsIn: bytes, followed)
        }
        logs[log] = followed
        pending.touchedLogs.insert(log)
        if aggregator.count > Ingest.mostSlots(keepsWindows: keepsWindows) { drainAggregator() }
    }

    func complain(ofCacheWord word: String, _ log: FollowedLog) {
        guard notices.isNews(word: word) else { return }
        logger.warning(
            "A cache word is not known; such lines count as unknown",
            metadata: ["path": "\(log.path)", "word": "\(word)"])
    }

    /// Says once per log that lines are not counted for want of one word of configuration.
    private func complain(ofUnitsIn bytes: UnsafeRawBufferPointer, _ log: FollowedLog) -> Bool {
        guard let finding = log.intake.unitlessDuration(in: bytes, of: log.context) else { return false }
        complain(of: finding, log)
        return true
    }

    func complain(of finding: LineExplanation.Finding, _ log: FollowedLog) {
        logger.error(
            "Lines are rejected: their duration has no unit; say duration_unit for this input",
            metadata: ["path": "\(log.path)", "key": "\(finding.key)", "found": "\(finding.written)"])
    }

    package func overlong(byteCount: UInt64, of log: UInt32) {
        change(log) { LineIntake.pass(over: byteCount, ledger: &$0) }
    }

    package func unfinished(byteCount: UInt64, of log: UInt32) { change(log) { $0.unfinished = byteCount } }

    package func skippedAtStart(byteCount: UInt64, of log: UInt32) { change(log) { $0.skippedAtStart &+= byteCount } }

    package func lost(byteCount: UInt64?, of log: UInt32, reason: LossReason) {
        let path = logs[log]?.path ?? ""
        guard let byteCount else {
            vanishedLogs &+= 1
            let unfinished = logs[log]?.unfinishedBefore ?? 0
            change(log) { $0.lostBytes &+= unfinished }
            return logger.warning(
                "A log is gone since the last run; whether it held more than was counted, nobody can know",
                metadata: ["path": "\(path)"])
        }
        change(log) { $0.lostBytes &+= byteCount }
        logger.error(
            "Part of a log is lost",
            metadata: ["path": "\(path)", "reason": "\(reason.rawValue)", "bytes": "\(byteCount)"])
    }

    package func finished(_ log: UInt32) {
        finishedLogs &+= 1
        pending.touchedLogs.insert(log)
        logger.info("Finished log", metadata: ["path": "\(logs[log]?.path ?? "")", "log": "\(log)"])
    }

    package func problem(_ problem: TailProblem) {
        if problem.kind == .tooMany { crowdedLogs &+= 1 }
        // A broken copy beside a log hides nothing of the service.
        if case .damagedGzip = problem.kind {
            brokenLogs[problem.path] = problem
        } else {
            problems[problem.path] = problem
        }
        logger.warning("Cannot read input", metadata: ["reason": "\(problem)"])
    }

    package func recovered(_ path: FilePath) {
        brokenLogs[path] = nil
        guard problems.removeValue(forKey: path) != nil else { return }
        logger.info("Can read input again", metadata: ["path": "\(path)"])
    }

    func change(_ log: UInt32, _ change: (inout InputLedger) -> Void) {
        change(&logs[log, default: met(log)].ledger)
        pending.touchedLogs.insert(log)
    }
}
