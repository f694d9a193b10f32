package import Files

extension Tailer {
    /// The logs whose position changed since the last call: exactly what the sink has been handed until now.
    package func takeChangedPositions() -> [LogPosition] {
        logs.values.filter(\.changed).sorted { $0.id < $1.id }.map { log in
            log.changed = false
            return log.position
        }
    }

    /// How far one log has been handed on; nil for a log that is not known any more.
    package func position(of log: UInt32) -> LogPosition? {
        logs[log]?.position
    }

    package enum Reading: Sendable { case followed, sought, finished }

    /// Whether a log is being read; nil for one that is not known (any more).
    package func reading(of log: UInt32) -> Reading? {
        switch logs[log]?.stage {
        case .followed: .followed
        case .sought: .sought
        case .finished: .finished
        case nil: nil
        }
    }

    /// Bytes that its file is known to have beyond what was handed on.
    package func lagBytes(of log: UInt32) -> UInt64 { logs[log]?.lagBytes ?? 0 }

    /// The file of which the log's position speaks, if that is one that can still lose bytes.
    package func file(of log: UInt32) -> (any OpenFile)? {
        guard let log = logs[log] else { return nil }
        return log.stage == .followed && log.gzip == nil ? log.file : log.endedFile
    }

    /// Every log that is known, for a checkpoint; what has changed stays changed.
    package func allPositions() -> [LogPosition] {
        logs.values.sorted { $0.id < $1.id }.map(\.position)
    }

    /// Everything taken so far is durable: finished logs that are of no more use are forgotten.
    ///
    /// Of use are those whose file is still there, and the newest `rememberedLogs` of each input. Returns the others.
    @discardableResult
    package func forgetFinished() -> [UInt32] {
        var forgotten: [UInt32] = []
        for log in logs.values where !log.changed { log.endedFile = nil }
        let finished = logs.values.filter {
            $0.input != nil && $0.stage == .finished && !$0.changed && !$0.visible
        }
        for (_, ended) in Dictionary(grouping: finished, by: \.pattern) {
            for log in ended.sorted(by: { $0.id > $1.id }).dropFirst(options.rememberedLogs) {
                unwatch(log)
                logs[log.id] = nil
                forgotten.append(log.id)
            }
        }
        return forgotten
    }

    /// - Parameter source: what the log was a part of when it was read; its input's word goes before it.
    func remember(_ position: LogPosition, source: String?) {
        let input = inputs.firstIndex { $0.pattern == position.input }
        // Of a log of which nothing was read there is nothing to find again: its file will be a new log.
        let isOver = position.finished || position.offset == 0
        let log = TailedLog(
            id: position.log, input: input, pattern: position.input,
            source: input.map { inputs[$0].source } ?? source ?? "", path: position.path,
            key: FileKey(device: position.device, inode: position.inode),
            // Nobody waits for a log that no input asks for.
            stage: isOver || input == nil ? .finished : .sought(until: .max, .gone))
        log.offset = position.offset
        log.fingerprint = position.fingerprint
        log.beginnings = position.beginnings
        log.isPassedOver = position.passedOver
        log.builder = nil
        log.changed = input != nil && isOver != position.finished
        logs[log.id] = log
    }

    func announceResumed(now: Int64, _ sink: inout some TailSink) {
        for log in logs.values.sorted(by: { $0.id < $1.id }) where log.stage != .finished {
            log.stage = .sought(until: now + options.idleBeforeFinalNanoseconds, .gone)
            sink.opened(log.id, path: log.path, source: log.source, copyOf: nil)
        }
    }

    func makeLog(at candidate: Candidate) -> TailedLog {
        let log = TailedLog(
            id: nextLog, input: candidate.input, pattern: inputs[candidate.input].pattern,
            source: inputs[candidate.input].source, path: candidate.path, key: candidate.key, stage: .followed)
        nextLog += 1
        logs[log.id] = log
        return log
    }
}
