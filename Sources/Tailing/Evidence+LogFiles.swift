import Files
import SystemPackage

// What the file that a log still has says, where what is remembered of the log does not decide.

extension Tailer {
    /// Whether this content is a beginning of what was consumed of a log. Its file decides, if it still has one: two logs
    /// can differ between the bytes that are remembered of them.
    func beginning(
        _ content: FingerprintBuilder, _ log: TailedLog
    ) throws(FileError) -> Identification.Clue.Agreement? {
        guard log.begins(with: content) else { return nil }
        if let file = try intactFile(of: log) {
            let same = try FingerprintBuilder.reading(file, upTo: content.length)
            return same?.fingerprint == content.fingerprint ? .isBeginning : nil
        }
        return log.builder.map(content.overlapsTail) == true ? .isBeginning : .mayBeBeginning
    }

    /// Whether a file beside a log has only the beginning of a line that is all there is of that log yet.
    func isUnfinishedLine(
        _ content: FingerprintBuilder, of log: TailedLog, _ candidate: Candidate
    ) throws(FileError) -> Bool {
        guard candidate.role != .matched, log.stage == .followed, log.gzip == nil, let file = log.file,
            log.unfinishedBytes >= content.length
        else { return false }
        return try FingerprintBuilder.reading(file, upTo: content.length)?.fingerprint == content.fingerprint
    }

    /// The plain file that has what was consumed of a log, open or under its path.
    private func intactFile(of log: TailedLog) throws(FileError) -> (any OpenFile)? {
        var found = log.gzip == nil ? log.file : nil
        if found == nil, log.stage == .finished { found = try fileAtPath(of: log) }
        guard let found else { return nil }
        let whole = try FingerprintBuilder.reading(found, upTo: log.comparedLength)
        return whole?.fingerprint == log.comparedFingerprint ? found : nil
    }

    private func fileAtPath(of log: TailedLog) throws(FileError) -> (any OpenFile)? {
        do throws(FileError) {
            guard try fileSystem.metadata(of: log.path).key == log.key else { return nil }
            return try fileSystem.open(log.path, .read)
        } catch {
            switch error.errno {
            case .noSuchFileOrDirectory, .notDirectory, .permissionDenied: return nil
            default: throw error
            }
        }
    }

    /// A log is only at its end if it still is: its file may have grown since its turn.
    func freshened(_ evidence: Evidence) throws(FileError) -> Evidence {
        var evidence = evidence
        for index in evidence.clues.indices where evidence.clues[index].life == .followed(atEnd: true) {
            guard let log = logs[evidence.clues[index].log], let file = log.file, log.gzip == nil else { continue }
            let size = try file.metadata().size
            evidence.clues[index].life = .followed(atEnd: size == log.seenBytes)
        }
        return evidence
    }

    /// Bytes of a log that a file continues, with those behind its last line feed where the file has these, too: one that
    /// only begins alike goes on otherwise there.
    func seenBytes(
        of log: TailedLog, in size: UInt64, content: () throws(FileError) -> FingerprintBuilder?
    ) throws(FileError) -> UInt64 {
        guard log.offset != Identification.Clue.passedOver, log.seenBytes > log.offset else { return log.offset }
        // Of a longer file they are not the last ones anyway.
        guard size > log.offset, size <= log.seenBytes, log.gzip == nil, let file = log.file else {
            return log.seenBytes
        }
        let own = try FingerprintBuilder.reading(file, upTo: size)
        return try content()?.fingerprint == own?.fingerprint ? log.seenBytes : log.offset
    }
}
