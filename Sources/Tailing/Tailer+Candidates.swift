import Files
import SystemPackage

/// Opened files that are not yet known to be a log: comparing them, and doing what `Identification` says.
extension Tailer {
    func tellCandidates(now: Int64, _ sink: inout some TailSink, _ budget: inout Int) {
        var told = true
        // What one file turns out to be can decide another one; each round settles at least one.
        while told {
            told = false
            for candidate in candidatesInTurn() {
                do throws(FileError) {
                    guard try tell(candidate, now: now, &sink, &budget) else { continue }
                    told = true
                    // What has been read of this one is what the next ones are compared with.
                    readReady(now: now, &sink, &budget)
                } catch {
                    retry(now: now)
                    // What is scanned wants the next look at once, and this one wants a second's rest.
                    candidate.scan = nil
                    candidate.compared = nil
                    guard candidate.failing == nil else { continue }
                    sink.problem(TailProblem(candidate.path, error.errno))
                    candidate.failing = candidate.path
                }
            }
        }
    }

    /// The file that a log had comes before others that go on like it: they may be its copies.
    private func candidatesInTurn() -> [Candidate] {
        let sought = Set(
            logs.values.compactMap { log -> FileKey? in
                guard case .sought = log.stage else { return nil }
                return log.key
            })
        return candidates.values.sorted {
            let (one, other) = (sought.contains($0.key) ? 0 : 1, sought.contains($1.key) ? 0 : 1)
            return (one, $0.path.string, $0.key.inode) < (other, $1.path.string, $1.key.inode)
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

        candidate.isGzip = try beginsAsGzip(candidate.file)
        guard candidate.isGzip else {
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
        // What could not be read says nothing of the content.
        case .broken(.source(let error)): throw error
        case .broken(.truncated(let offset)), .broken(.damaged(let offset)):
            candidate.scan = nil
            reportBroken(candidate, at: offset, patient, metadata, &sink)
            return false
        case .whole(let builder):
            candidate.scan = nil
            guard !isOutdated(scan, of: candidate, whole: builder) else {
                candidate.compared = nil
                return try tell(candidate, now: now, &sink, &budget)
            }
            let evidence = try compare(candidate, scan.cuts, whole: builder)
            let missing = missingCuts(evidence, length: builder.length)
            guard missing.isEmpty else {
                candidate.wantedLengths.formUnion(missing)
                candidate.compared = nil
                return try tell(candidate, now: now, &sink, &budget)
            }
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

    private func beginsAsGzip(_ file: any OpenFile) throws(FileError) -> Bool {
        var first: UInt16 = 0
        let count = try withUnsafeMutableBytes(of: &first) { bytes throws(FileError) in
            try file.read(into: bytes, at: 0)
        }
        // The first byte of one that is being written is enough to wait for the second.
        return withUnsafeBytes(of: first) { count > 0 && GzipReader.magic.starts(with: $0.prefix(count)) }
    }

    /// A compressed file that is still being written looks broken too: it is reported when it has been so for a while.
    private func reportBroken(
        _ candidate: Candidate, at offset: UInt64, _ patient: Bool, _ metadata: FileMetadata,
        _ sink: inout some TailSink
    ) {
        guard !patient else {
            candidate.waitsOn = nil
            return
        }
        if candidate.failing == nil {
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
            // It waits as long as that log does not go on.
            if !patient, candidate.leaderOffset == 0 { candidate.sinceNanoseconds = now }
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
            lookAgain(atWhatWaitsOn: evidence)
            endTwins(of: id, evidence, &sink)
        case .copies(let id):
            // Of a copy of a copy everything has been read.
            var known = evidence.builders[id]
            if known == nil { known = try wholeLines(of: candidate, evidence, size: size) }
            guard let known else { return false }
            beginCopy(of: id, candidate, from: known, now: now, &sink)
            lookAgain(atWhatWaitsOn: evidence)
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
        guard candidate.role == .rotated, !evidence.clues.isEmpty else { return nil }
        // A line that the original has not finished is not known: it may be cut before it is.
        let isConsumed = evidence.clues.contains { $0.agreement != .continues && $0.consumedBytes >= size }
        guard let known = isConsumed ? evidence.whole : try wholeLines(of: candidate, evidence, size: size) else {
            return nil
        }
        let earlier = logs.values.filter { $0.stage == .finished && $0.isCopy && $0.key == candidate.key }
        let record = earlier.max { $0.id < $1.id } ?? makeLog(at: candidate)
        record.isCopy = true
        record.stage = .finished
        record.endedFile = candidate.isGzip ? nil : candidate.file
        record.path = candidate.path
        record.builder = known
        record.offset = known.length
        record.changed = true
        return record.id
    }

    /// The fingerprint of all whole lines of a file; of a gzip file all is final.
    func wholeLines(
        of candidate: Candidate, _ evidence: Evidence, size: UInt64
    ) throws(FileError) -> FingerprintBuilder? {
        guard !candidate.isGzip else { return evidence.whole?.length == size ? evidence.whole : nil }
        // A line that is not finished may yet become another one than in the original.
        let start = try lineStart(in: candidate.file, atOrBefore: size)
        return start > 0 ? try FingerprintBuilder.reading(candidate.file, upTo: start) : nil
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
