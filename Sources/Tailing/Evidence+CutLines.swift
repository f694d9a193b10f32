import Files

// A log can end in a piece of a line that was handed on as a line, and the line go on in another file.

extension Tailer {
    /// Where the line begins of which a log had a piece at its end, as a line of its own, and which goes on in this file.
    func lineGoingOn(
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
    func lineGoingOn(
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
