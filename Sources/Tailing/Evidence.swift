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
                if try isUnfinishedLine(whole, of: log, candidate) {
                    add(log, .isBeginning, candidate, nil, to: &evidence)
                }
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
                if let whole = evidence.whole, let agreement = try beginning(whole, log) {
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
                if try isUnfinishedLine(whole, of: log, candidate) {
                    add(log, .isBeginning, candidate, nil, to: &evidence)
                }
                continue
            }
            if let cut = cuts[log.comparedLength] {
                guard cut.fingerprint == log.comparedFingerprint else { continue }
                let known = lineGoingOn(behind: cut, of: log, cuts).map { $0 == 0 ? FingerprintBuilder() : cuts[$0] }
                let seen = try seenBytes(of: log, in: whole.length) { whole }
                add(log, .continues, candidate, known ?? cut, seen, to: &evidence)
            } else if let agreement = try beginning(whole, log) {
                add(log, agreement, candidate, nil, to: &evidence)
            }
        }
        return try freshened(evidence)
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

}

extension TailedLog {
    /// Consumed bytes that the fingerprint speaks for; less than `offset` only for a log that was passed over whole.
    var comparedLength: UInt64 { builder?.length ?? fingerprint.length }

    var comparedFingerprint: Fingerprint { builder?.fingerprint ?? fingerprint }

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
