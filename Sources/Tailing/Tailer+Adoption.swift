import Files
import SystemPackage

/// Following a file as the log that it was found to be.
extension Tailer {
    /// A file begins to be read that is like known logs: others that wait on those may be its copies.
    func lookAgain(atWhatWaitsOn evidence: Evidence) {
        for clue in evidence.clues {
            for other in candidates.values where other.waitsOn == clue.log { other.compared = nil }
        }
    }

    /// Of two logs that a restart looks for and one file has both, the longer one goes on there; of the other nothing is
    /// lost.
    func endTwins(of id: UInt32, _ evidence: Evidence, _ sink: inout some TailSink) {
        for clue in evidence.clues where clue.log != id && clue.agreement == .continues && clue.life == .sought {
            guard clue.sameFile || clue.samePath, let twin = logs[clue.log] else { continue }
            finish(twin, &sink)
        }
    }

    /// Follows the file as this log from the log's offset on.
    func adopt(_ candidate: Candidate, as log: TailedLog, _ builder: FingerprintBuilder?, now: Int64) {
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
        if candidate.isGzip {
            log.gzip = GzipTail(candidate.file, from: log.offset, lineLimitBytes: options.lineLimitBytes)
        } else {
            watch(log)
        }
        ready.append(log.id)
    }

    func begin(
        _ log: TailedLog, _ candidate: Candidate, _ metadata: FileMetadata, now: Int64, _ sink: inout some TailSink
    ) throws(FileError) {
        var builder = FingerprintBuilder()
        let present = places[candidate.path]?.present
        places[candidate.path]?.present = nil
        // Another file that has come to the path since is new.
        if let present, present.key == candidate.key {
            if candidate.isGzip {
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
    func cutBack(_ log: TailedLog, to candidate: Candidate, size: UInt64, now: Int64) throws(FileError) {
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

    func beginCopy(
        of original: UInt32, _ candidate: Candidate, from known: FingerprintBuilder, now: Int64,
        _ sink: inout some TailSink
    ) {
        let log = makeLog(at: candidate)
        log.offset = known.length
        sink.opened(log.id, path: log.path, source: log.source, copyOf: original)
        adopt(candidate, as: log, known, now: now)
    }
}
