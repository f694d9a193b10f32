import Files
import SystemPackage

/// Opened files that are not yet known to be a log: comparing them, and doing what `Identification` says.
extension Tailer {
    func tellCandidates(now: Int64, _ sink: inout some TailSink, _ budget: inout Int) {
        var told = true
        // What one file turns out to be can decide another one; each round settles at least one.
        while told {
            told = false
            for candidate in candidates.values.sorted(by: { $0.path.string < $1.path.string }) {
                do throws(FileError) {
                    if try tell(candidate, now: now, &sink, &budget) { told = true }
                } catch {
                    retry(now: now)
                    if !candidate.failing { sink.problem(TailProblem(candidate.path, error.errno)) }
                    candidate.failing = true
                }
            }
        }
    }

    /// - Returns: whether the file is no candidate any more.
    private func tell(
        _ candidate: Candidate, now: Int64, _ sink: inout some TailSink, _ budget: inout Int
    ) throws(FileError) -> Bool {
        let metadata = try candidate.file.metadata()
        guard metadata.size > 0 else {
            candidate.compared = metadata
            // An empty file is no log yet; only a place waits for it to become one.
            if places[candidate.path]?.owner != .candidate(candidate.key) { drop(candidate, metadata, nil) }
            return false
        }
        let since = candidate.sinceNanoseconds ?? now
        candidate.sinceNanoseconds = since
        let patient = now - since < options.idleBeforeFinalNanoseconds
        let isSame = candidate.compared == metadata && candidate.epoch == epoch
        if isSame && candidate.scan == nil && patient && !isLeaderMoving(candidate) { return false }
        candidate.compared = metadata
        candidate.epoch = epoch

        guard try isGzip(candidate) else {
            let evidence = try compare(candidate, size: metadata.size)
            let size = metadata.size
            return try settle(candidate, metadata, evidence, size: size, patient, now: now, &sink, &budget)
        }
        let scan = candidate.scan ?? GzipScan(candidate.file, lengths: knownLengths(for: candidate))
        candidate.scan = scan
        switch scan.advance(budget: &budget, scratch: buffer.whole) {
        case .unfinished: return false
        case .broken(let error):
            candidate.scan = nil
            reportBroken(candidate, error, patient, metadata, &sink)
            return false
        case .whole(let builder):
            candidate.scan = nil
            let evidence = compare(candidate, scan.cuts, whole: builder)
            let size = builder.length
            return try settle(candidate, metadata, evidence, size: size, patient, now: now, &sink, &budget)
        }
    }

    private func isLeaderMoving(_ candidate: Candidate) -> Bool {
        guard let leader = candidate.waitsOn.flatMap({ logs[$0] }) else { return false }
        return leader.offset != candidate.leaderOffset
    }

    private func isGzip(_ candidate: Candidate) throws(FileError) -> Bool {
        var first: UInt16 = 0
        let count = try withUnsafeMutableBytes(of: &first) { bytes throws(FileError) in
            try candidate.file.read(into: bytes, at: 0)
        }
        return withUnsafeBytes(of: first) { $0.prefix(count).elementsEqual(GzipReader.magic) }
    }

    /// A compressed file that is still being written looks broken too: it is reported when it has been so for a while.
    private func reportBroken(
        _ candidate: Candidate, _ error: GzipError, _ patient: Bool, _ metadata: FileMetadata,
        _ sink: inout some TailSink
    ) {
        guard !patient else {
            candidate.waitsOn = nil
            return
        }
        if !candidate.failing {
            let offset =
                switch error {
                case .truncated(let offset), .damaged(let offset): offset
                case .source: UInt64(0)
                }
            sink.problem(TailProblem(candidate.path, .damagedGzip(offset: offset)))
        }
        candidate.failing = true
        drop(candidate, metadata, nil)
    }

    private func settle(
        _ candidate: Candidate, _ metadata: FileMetadata, _ evidence: Evidence, size: UInt64, _ patient: Bool,
        now: Int64, _ sink: inout some TailSink, _ budget: inout Int
    ) throws(FileError) -> Bool {
        if candidate.failing {
            candidate.failing = false
            sink.recovered(candidate.path)
        }
        switch Identification(evidence.clues, sizeBytes: size, role: candidate.role, patient: patient) {
        case .waits(let leader):
            candidate.waitsOn = leader
            candidate.leaderOffset = logs[leader]?.offset ?? 0
            return false
        case .old:
            drop(candidate, metadata, evidence.clues.first?.log)
        case .resumes(let id):
            guard let log = logs[id] else { return false }
            if log.stage != .finished { counters.relocations += log.path == candidate.path ? 0 : 1 }
            log.path = candidate.path
            log.key = candidate.key
            adopt(candidate, as: log, evidence.builders[id], now: now)
        case .copies(let id):
            let log = makeLog(at: candidate)
            log.offset = logs[id]?.offset ?? 0
            sink.opened(log.id, path: log.path, source: source(of: log), copyOf: id)
            adopt(candidate, as: log, evidence.builders[id], now: now)
        case .cutBack(let id):
            guard let log = logs[id] else { return false }
            try cutBack(log, to: candidate, size: size, now: now)
        case .fresh:
            let log = makeLog(at: candidate)
            sink.opened(log.id, path: log.path, source: source(of: log), copyOf: nil)
            try begin(log, candidate, metadata, now: now, &sink)
        }
        return true
    }

    /// Follows the file as this log from the log's offset on.
    private func adopt(_ candidate: Candidate, as log: TailedLog, _ builder: FingerprintBuilder?, now: Int64) {
        let isGzip = (try? isGzip(candidate)) ?? false
        candidates[candidate.key] = nil
        holders[candidate.key] = .log(log.id)
        for (path, place) in places where place.owner == .candidate(candidate.key) {
            places[path]?.owner = .log(log.id)
        }
        if let builder { log.builder = builder }
        log.stage = .followed
        log.visible = true
        log.adrift = false
        log.rotated = places[candidate.path] == nil || candidate.role != .matched
        log.changed = true
        log.unfinishedBytes = 0
        log.follow.restart(now: now)
        log.file = candidate.file
        if isGzip {
            log.gzip = GzipTail(candidate.file, from: log.offset, lineLimitBytes: options.lineLimitBytes)
        } else if let watcher, !watcher.watch(file: candidate.path, of: log.id) {
            goBlind()
        }
        ready.append(log.id)
    }

    private func begin(
        _ log: TailedLog, _ candidate: Candidate, _ metadata: FileMetadata, now: Int64, _ sink: inout some TailSink
    ) throws(FileError) {
        var builder = FingerprintBuilder()
        if let present = places[candidate.path]?.presentBytes {
            places[candidate.path]?.presentBytes = nil
            if try isGzip(candidate) {
                sink.skippedAtStart(byteCount: metadata.size, of: log.id)
                candidates[candidate.key] = nil
                return passOverWhole(log, try head(ofGzip: candidate.file), metadata)
            }
            let start = try lineStart(in: candidate.file, atOrBefore: min(present, metadata.size))
            builder = try FingerprintBuilder.reading(candidate.file, upTo: start) ?? builder
            log.offset = builder.length
            if builder.length > 0 { sink.skippedAtStart(byteCount: builder.length, of: log.id) }
        }
        adopt(candidate, as: log, builder, now: now)
    }

    /// The file is a beginning of the log, and nothing more of the log is left: it goes on here, nothing is read again.
    private func cutBack(_ log: TailedLog, to candidate: Candidate, size: UInt64, now: Int64) throws(FileError) {
        let start = try lineStart(in: candidate.file, atOrBefore: size)
        guard let builder = try FingerprintBuilder.reading(candidate.file, upTo: start) else { return }
        log.path = candidate.path
        log.key = candidate.key
        log.offset = start
        adopt(candidate, as: log, builder, now: now)
    }

    func drop(_ candidate: Candidate, _ metadata: FileMetadata, _ log: UInt32?) {
        candidates[candidate.key] = nil
        holders[candidate.key] = nil
        for (path, place) in places where place.owner == .candidate(candidate.key) { places[path]?.owner = .nobody }
        judge(metadata, log)
    }

    func judge(_ metadata: FileMetadata, _ log: UInt32?) {
        // Bounded by forgetting everything: to compare a file again is only work.
        if judged.count >= 8_192 { judged = [:] }
        judged[metadata.key] = Judgement(metadata: metadata, log: log)
        if let log { logs[log]?.visible = true }
    }
}
