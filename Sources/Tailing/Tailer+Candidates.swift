import Files
import SystemPackage

/// Opened files that are not yet known to be a log: comparing them, and doing what `Identification` says.
extension Tailer {
    func tellCandidates(now: Int64, _ sink: inout some TailSink, _ budget: inout Int) {
        var told = true
        // What one file turns out to be can decide another one; each round settles at least one.
        while told {
            told = false
            for candidate in candidates.values.sorted(by: {
                ($0.path.string, $0.key.inode) < ($1.path.string, $1.key.inode)
            }) {
                do throws(FileError) {
                    guard try tell(candidate, now: now, &sink, &budget) else { continue }
                    told = true
                    // What has been read of this one is what the next ones are compared with.
                    readReady(now: now, &sink, &budget)
                } catch {
                    retry(now: now)
                    // What is scanned wants the next look at once, and this one wants a second's rest.
                    candidate.scan = nil
                    guard candidate.failing == nil else { continue }
                    sink.problem(TailProblem(candidate.path, error.errno))
                    candidate.failing = candidate.path
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
            recover(candidate, &sink)
            // An empty file is no log yet; only a place waits for it to become one, and must meet it again: it is held
            // open as long as no other file needs the room.
            switch places[candidate.path]?.owner {
            case .candidate(candidate.key): if isCrowded { release(candidate) }
            case nil: drop(candidate, metadata, nil)
            default: release(candidate)
            }
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
        let scan =
            candidate.scan
            ?? GzipScan(
                candidate.file, lengths: knownLengths(for: candidate), known: knownFingerprints(for: candidate))
        candidate.scan = scan
        switch scan.advance(budget: &budget, scratch: buffer.whole) {
        case .unfinished: return false
        case .broken(let error):
            candidate.scan = nil
            reportBroken(candidate, error, patient, metadata, &sink)
            return false
        case .whole(let builder):
            candidate.scan = nil
            guard !isOutdated(scan, of: candidate, whole: builder) else {
                candidate.compared = nil
                return try tell(candidate, now: now, &sink, &budget)
            }
            let evidence = compare(candidate, scan.cuts, whole: builder)
            let size = builder.length
            return try settle(candidate, metadata, evidence, size: size, patient, now: now, &sink, &budget)
        }
    }

    private func recover(_ candidate: Candidate, _ sink: inout some TailSink) {
        guard let path = candidate.failing else { return }
        candidate.failing = nil
        sink.recovered(path)
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
        if candidate.failing == nil {
            let offset =
                switch error {
                case .truncated(let offset), .damaged(let offset): offset
                case .source: UInt64(0)
                }
            sink.problem(TailProblem(candidate.path, .damagedGzip(offset: offset)))
        }
        candidate.failing = nil
        drop(candidate, metadata, nil)
    }

    private func settle(
        _ candidate: Candidate, _ metadata: FileMetadata, _ evidence: Evidence, size: UInt64, _ patient: Bool,
        now: Int64, _ sink: inout some TailSink, _ budget: inout Int
    ) throws(FileError) -> Bool {
        recover(candidate, &sink)
        let decision = Identification(
            evidence.clues, sizeBytes: size, role: candidate.role, patient: patient, isGone: !candidate.visible)
        switch decision {
        case .waits(let leader):
            candidate.waitsOn = leader
            candidate.leaderOffset = logs[leader]?.offset ?? 0
            return false
        case .old:
            let known = evidence.clues.first {
                $0.agreement == .continues && $0.consumedBytes >= size && $0.life == .finished
            }
            var record = known?.log
            if record == nil { record = try remember(candidate, evidence, size: size) }
            drop(candidate, metadata, record)
        case .resumes(let id):
            guard let log = logs[id] else { return false }
            if log.stage != .finished { counters.relocations += log.path == candidate.path ? 0 : 1 }
            log.path = candidate.path
            log.key = candidate.key
            if log.input == nil {
                // An input asks for it again, under whatever name: it goes on where it was left.
                log.input = candidate.input
                log.pattern = inputs[candidate.input].pattern
                sink.opened(log.id, path: log.path, source: log.source, copyOf: nil)
            }
            // From here on it is counted.
            log.isPassedOver = false
            adopt(candidate, as: log, evidence.builders[id], now: now)
            endTwins(of: id, evidence, &sink)
        case .copies(let id):
            // Of a copy of a copy everything has been read.
            var known = evidence.builders[id]
            if known == nil { known = try wholeLines(of: candidate, evidence, size: size) }
            guard let known else { return false }
            let log = makeLog(at: candidate)
            log.offset = known.length
            sink.opened(log.id, path: log.path, source: log.source, copyOf: id)
            adopt(candidate, as: log, known, now: now)
        case .cutBack(let id):
            guard let log = logs[id] else { return false }
            try cutBack(log, to: candidate, size: size, now: now)
        case .fresh where isUnread(sourceOf: candidate):
            candidate.compared = nil
            return false
        case .fresh:
            let log = makeLog(at: candidate)
            sink.opened(log.id, path: log.path, source: log.source, copyOf: nil)
            try begin(log, candidate, metadata, now: now, &sink)
        }
        return true
    }

    /// Whether a log is open of which nothing has been read: the file may be a copy of it, and nobody can tell yet.
    private func isUnread(sourceOf candidate: Candidate) -> Bool {
        logs.values.contains { log in
            log.stage == .followed && log.offset == 0 && !log.follow.atEnd
                && log.source == inputs[candidate.input].source
        }
    }

    /// Remembers a copy in which nothing is new as a finished log: after a restart the original may be gone, and longer.
    private func remember(
        _ candidate: Candidate, _ evidence: Evidence, size: UInt64
    ) throws(FileError) -> UInt32? {
        guard candidate.role == .rotated, !evidence.clues.isEmpty,
            let whole = try wholeLines(of: candidate, evidence, size: size)
        else { return nil }
        let known = logs.values.filter { $0.stage == .finished && $0.isCopy && $0.key == candidate.key }.max {
            $0.id < $1.id
        }
        let record = known ?? makeLog(at: candidate)
        record.isCopy = true
        record.stage = .finished
        record.endedFile = try isGzip(candidate) ? nil : candidate.file
        record.path = candidate.path
        record.builder = whole
        record.offset = whole.length
        record.changed = true
        return record.id
    }

    /// The fingerprint of all whole lines of a file; of a gzip file all is final.
    private func wholeLines(
        of candidate: Candidate, _ evidence: Evidence, size: UInt64
    ) throws(FileError) -> FingerprintBuilder? {
        guard try !isGzip(candidate) else { return evidence.whole?.length == size ? evidence.whole : nil }
        // A line that is not finished may yet become another one than in the original.
        let start = try lineStart(in: candidate.file, atOrBefore: size)
        return start > 0 ? try FingerprintBuilder.reading(candidate.file, upTo: start) : nil
    }

    /// Of two logs that a restart looks for and one file has both, the longer one goes on there; of the other nothing is
    /// lost.
    private func endTwins(of id: UInt32, _ evidence: Evidence, _ sink: inout some TailSink) {
        for clue in evidence.clues where clue.log != id && clue.agreement == .continues && clue.life == .sought {
            guard clue.sameFile || clue.samePath, let twin = logs[clue.log] else { continue }
            finish(twin, &sink)
        }
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
        log.visible = candidate.visible
        log.adrift = !candidate.visible
        log.rotated = log.adrift || places[candidate.path] == nil || candidate.role != .matched
        log.changed = true
        log.follow.restart(seen: candidate.compared, now: now)
        log.file = candidate.file
        if isGzip {
            log.gzip = GzipTail(candidate.file, from: log.offset, lineLimitBytes: options.lineLimitBytes)
        } else {
            watch(log)
        }
        ready.append(log.id)
    }

    private func begin(
        _ log: TailedLog, _ candidate: Candidate, _ metadata: FileMetadata, now: Int64, _ sink: inout some TailSink
    ) throws(FileError) {
        var builder = FingerprintBuilder()
        let present = places[candidate.path]?.present
        places[candidate.path]?.present = nil
        // Another file that has come to the path since is new.
        if let present, present.key == candidate.key {
            if try isGzip(candidate) {
                sink.skippedAtStart(byteCount: metadata.size, of: log.id)
                candidates[candidate.key] = nil
                return passOverWhole(log, try head(ofGzip: candidate.file), metadata)
            }
            // Shorter than it was: what was there is gone, and what is there was written since.
            let passed = metadata.size < present.size ? 0 : present.size
            let start = try lineStart(in: candidate.file, atOrBefore: passed)
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
        rememberUncut(log, candidate)
        log.path = candidate.path
        log.key = candidate.key
        log.offset = start
        adopt(candidate, as: log, builder, now: now)
    }

    /// What stood behind the cut has been read: copies of it bring nothing new.
    private func rememberUncut(_ log: TailedLog, _ candidate: Candidate) {
        let past = makeLog(at: candidate)
        past.isCopy = true
        past.stage = .finished
        past.key = FileKey(device: 0, inode: 0)
        past.builder = log.builder
        past.fingerprint = log.fingerprint
        past.beginnings = log.beginnings
        past.offset = log.offset
    }

    func drop(_ candidate: Candidate, _ metadata: FileMetadata, _ log: UInt32?) {
        release(candidate)
        judge(metadata, log)
    }

    private func release(_ candidate: Candidate) {
        candidates[candidate.key] = nil
        holders[candidate.key] = nil
        for (path, place) in places where place.owner == .candidate(candidate.key) { places[path]?.owner = .nobody }
    }

    func judge(_ metadata: FileMetadata, _ log: UInt32?) {
        // Bounded by forgetting everything: to compare a file again is only work.
        if judged.count >= 8_192 { judged = [:] }
        judged[metadata.key] = Judgement(metadata: metadata, log: log)
        if let log { logs[log]?.visible = true }
    }
}
