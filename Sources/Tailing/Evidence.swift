import Files
import SystemPackage

/// What comparing a file with the known logs has shown.
struct Evidence {
    var clues: [Identification.Clue] = []
    /// For the logs that the file continues: the fingerprint of the file up to where the log has been read.
    var builders: [UInt32: FingerprintBuilder] = [:]
    /// The fingerprint of the whole file, when there was reason to take it.
    var whole: FingerprintBuilder?
    /// Of a gzip file, the fingerprints at the lengths that were asked for.
    var cuts: [UInt64: FingerprintBuilder] = [:]
}

extension Tailer {
    /// Compares a plain file with every log of its source, by reading what the fingerprints cover.
    func compare(_ candidate: Candidate, size: UInt64) throws(FileError) -> Evidence {
        var evidence = Evidence()
        let opening = min(size, Fingerprint.headLength)
        guard let head = try FingerprintBuilder.reading(candidate.file, upTo: opening) else { return evidence }
        let alike = comparable(to: candidate).filter { $0.comparedLength == 0 || $0.mayBegin(like: head) }
        for log in alike.sorted(by: { $0.id < $1.id }) {
            let length = log.comparedLength
            // What nothing was read of begins like everything.
            guard length > 0 else {
                guard log.unfinishedBytes >= size,
                    let whole = try FingerprintBuilder.reading(candidate.file, upTo: size)
                else { continue }
                if isUnfinishedLine(whole, of: log, candidate) { add(log, .isBeginning, candidate, nil, to: &evidence) }
                continue
            }
            if length <= size {
                let own = length == head.length ? head : try FingerprintBuilder.reading(candidate.file, upTo: length)
                if let own, own.fingerprint == log.comparedFingerprint {
                    let start = try lineGoingOn(behind: own, of: log, in: candidate, size: size)
                    let known = try start.map { start throws(FileError) in
                        try FingerprintBuilder.reading(candidate.file, upTo: start)
                    }
                    let seen = try seenBytes(of: log, in: size) { () throws(FileError) in
                        try FingerprintBuilder.reading(candidate.file, upTo: size)
                    }
                    add(log, .continues, candidate, known ?? own, seen, to: &evidence)
                }
                if length == size { evidence.whole = own }
            } else {
                if evidence.whole == nil {
                    evidence.whole = try FingerprintBuilder.reading(candidate.file, upTo: size)
                }
                if let whole = evidence.whole, let agreement = beginning(whole, log) {
                    add(log, agreement, candidate, nil, to: &evidence)
                }
            }
        }
        return try freshened(evidence)
    }

    /// The same for the content of a gzip file, from the cuts that were made while it was read.
    func compare(
        _ candidate: Candidate, _ cuts: [UInt64: FingerprintBuilder], whole: FingerprintBuilder
    ) throws(FileError) -> Evidence {
        var evidence = Evidence()
        evidence.whole = whole
        evidence.cuts = cuts
        for log in comparable(to: candidate).sorted(by: { $0.id < $1.id }) {
            guard log.comparedLength > 0 else {
                if isUnfinishedLine(whole, of: log, candidate) { add(log, .isBeginning, candidate, nil, to: &evidence) }
                continue
            }
            if let cut = cuts[log.comparedLength] {
                guard cut.fingerprint == log.comparedFingerprint else { continue }
                let known = lineGoingOn(behind: cut, of: log, cuts).map { $0 == 0 ? FingerprintBuilder() : cuts[$0] }
                let seen = try seenBytes(of: log, in: whole.length) { whole }
                add(log, .continues, candidate, known ?? cut, seen, to: &evidence)
            } else if let agreement = beginning(whole, log) {
                add(log, agreement, candidate, nil, to: &evidence)
            }
        }
        return try freshened(evidence)
    }

    /// Whether this content is a beginning of what was consumed of a log. Its file decides, if it still has one: two logs
    /// can differ between the bytes that are remembered of them.
    private func beginning(_ content: FingerprintBuilder, _ log: TailedLog) -> Identification.Clue.Agreement? {
        guard log.begins(with: content) else { return nil }
        if let file = intactFile(of: log), let same = try? FingerprintBuilder.reading(file, upTo: content.length) {
            return same.fingerprint == content.fingerprint ? .isBeginning : nil
        }
        return log.builder.map(content.overlapsTail) == true ? .isBeginning : .mayBeBeginning
    }

    /// Whether a file beside a log has only the beginning of a line that is all there is of that log yet.
    private func isUnfinishedLine(_ content: FingerprintBuilder, of log: TailedLog, _ candidate: Candidate) -> Bool {
        guard candidate.role != .matched, log.stage == .followed, log.gzip == nil, let file = log.file,
            log.unfinishedBytes >= content.length
        else { return false }
        return (try? FingerprintBuilder.reading(file, upTo: content.length))?.fingerprint == content.fingerprint
    }

    /// The plain file that has what was consumed of a log, open or under its path.
    private func intactFile(of log: TailedLog) -> (any OpenFile)? {
        var found = log.gzip == nil ? log.file : nil
        if found == nil, log.stage == .finished, let metadata = try? fileSystem.metadata(of: log.path),
            metadata.key == log.key
        {
            found = try? fileSystem.open(log.path, .read)
        }
        guard let found, let whole = try? FingerprintBuilder.reading(found, upTo: log.comparedLength) else {
            return nil
        }
        return whole.fingerprint == log.comparedFingerprint ? found : nil
    }

    func knownLengths(for candidate: Candidate) -> Set<UInt64> {
        Set(comparable(to: candidate).map(\.comparedLength)).subtracting([0]).union(candidate.wantedLengths)
    }

    func knownFingerprints(for candidate: Candidate) -> [UInt32: Fingerprint] {
        Dictionary(uniqueKeysWithValues: comparable(to: candidate).map { ($0.id, $0.comparedFingerprint) })
    }

    /// Whether a log has been read on since a scan began, as far as the scan made no cut, and may be what was scanned.
    func isOutdated(_ scan: GzipScan, of candidate: Candidate, whole: FingerprintBuilder) -> Bool {
        comparable(to: candidate).contains { log in
            let length = log.comparedLength
            guard length > 0, length < whole.length, scan.cuts[length] == nil else { return false }
            guard let before = scan.known[log.id], let cut = scan.cuts[before.length] else { return true }
            return cut.fingerprint == before
        }
    }

    /// In no order: with many logs most are put aside by their first bytes.
    private func comparable(to candidate: Candidate) -> some Sequence<TailedLog> {
        let source = inputs[candidate.input].source
        return logs.values.lazy.filter { $0.source == source && !self.isForeignToPassedOver(candidate, $0) }
    }

    /// A copy of a log lay beside it when the agent came, and was passed over: that says nothing of the log itself.
    private func isForeignToPassedOver(_ candidate: Candidate, _ log: TailedLog) -> Bool {
        log.isPassedOver && candidate.role == .matched && log.key != candidate.key && log.path != candidate.path
    }

    /// A log is only at its end if it still is: its file may have grown since its turn.
    private func freshened(_ evidence: Evidence) throws(FileError) -> Evidence {
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
    private func seenBytes(
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

    /// - Parameters:
    ///   - known: for a log that the file continues, what both have.
    ///   - seen: for such a log, its bytes that the file has, those behind its last line feed included.
    private func add(
        _ log: TailedLog, _ agreement: Identification.Clue.Agreement, _ candidate: Candidate,
        _ known: FingerprintBuilder?, _ seen: UInt64? = nil, to evidence: inout Evidence
    ) {
        let life: Identification.Clue.Life =
            switch log.stage {
            case .sought: .sought
            case .followed: .followed(atEnd: log.follow.atEnd && log.gzip == nil)
            case .finished: .finished
            }
        let isCutShort = known.map { $0.length < log.comparedLength } ?? false
        let consumedBytes = isCutShort ? known?.length ?? 0 : log.offset
        // What begins with nothing but a piece of a line, which goes on otherwise, is any log.
        guard consumedBytes > 0 || !isCutShort else { return }
        evidence.clues.append(
            Identification.Clue(
                log: log.id, agreement: agreement, life: life, consumedBytes: consumedBytes, isCutShort: isCutShort,
                seenBytes: seen ?? (log.offset == Identification.Clue.passedOver ? log.offset : log.seenBytes),
                sameFile: log.key == candidate.key, samePath: log.path == candidate.path,
                sameHome: ownHome(of: log.path) == ownHome(of: candidate.path)))
        evidence.builders[log.id] = known
    }

    /// Where the log of a rotated file stood, by its name; every other path is its own.
    func ownHome(of path: FilePath) -> FilePath { homeAndRole(of: path)?.0 ?? path }

    /// Where the line begins of which a log had a piece at its end, as a line of its own, and which goes on in this file.
    private func lineGoingOn(
        behind consumed: FingerprintBuilder, of log: TailedLog, in candidate: Candidate, size: UInt64
    ) throws(FileError) -> UInt64? {
        guard log.offset == consumed.length, consumed.tail.last != 10 else { return nil }
        if consumed.length == size {
            // At a path of its own it may yet go on.
            guard candidate.role == .matched, !options.readsToTheEnd else { return nil }
        } else {
            var next: UInt8 = 0
            let count = try withUnsafeMutableBytes(of: &next) { bytes throws(FileError) in
                try candidate.file.read(into: bytes, at: consumed.length)
            }
            if count == 0 || next == 10 || next == 13 { return nil }
        }
        return try lineStart(in: candidate.file, atOrBefore: consumed.length)
    }

    /// The same for the content of a gzip file, once the cuts that are missing have been made.
    private func lineGoingOn(
        behind consumed: FingerprintBuilder, of log: TailedLog, _ cuts: [UInt64: FingerprintBuilder]
    ) -> UInt64? {
        guard log.offset == consumed.length, let start = consumed.lineStart, start == 0 || cuts[start] != nil,
            let next = cuts[consumed.length + 1]?.tail.last, next != 10, next != 13
        else { return nil }
        return start
    }

    /// What a scan has yet to look at to know where a file goes on.
    func missingCuts(_ evidence: Evidence, length: UInt64) -> Set<UInt64> {
        var wanted: Set<UInt64> = []
        for clue in evidence.clues where clue.agreement == .continues && !clue.isCutShort {
            guard let consumed = evidence.builders[clue.log], consumed.length == clue.consumedBytes,
                consumed.length < length, let start = consumed.lineStart
            else { continue }
            wanted.formUnion([start, consumed.length + 1])
        }
        return wanted.subtracting(evidence.cuts.keys).subtracting([0])
    }
}

extension TailedLog {
    /// Consumed bytes that the fingerprint speaks for; less than `offset` only for a log that was passed over whole.
    fileprivate var comparedLength: UInt64 { builder?.length ?? fingerprint.length }

    fileprivate var comparedFingerprint: Fingerprint { builder?.fingerprint ?? fingerprint }

    /// Quickly: false when the log certainly begins otherwise.
    fileprivate func mayBegin(like head: FingerprintBuilder) -> Bool {
        if let builder { return builder.mayShareBeginning(with: head) }
        let isComparable = head.length == Fingerprint.headLength && fingerprint.length >= Fingerprint.headLength
        return !isComparable || head.fingerprint.head == fingerprint.head
    }

    /// Whether a shorter content is a beginning of what was consumed.
    func begins(with content: FingerprintBuilder) -> Bool {
        if let builder { return content.isBeginning(of: builder) }
        let own = content.fingerprint
        guard own.length < fingerprint.length else { return false }
        guard own.length < Fingerprint.headLength else {
            return own.head == fingerprint.head && own.samples[...] == fingerprint.samples.prefix(own.samples.count)
        }
        // At least half of it is compared, and at least 64 bytes: more than two logs have in common by chance.
        let sums = content.longBeginnings
        return !sums.isEmpty && sums.count <= beginnings.count && sums[...] == beginnings.prefix(sums.count)
    }
}
