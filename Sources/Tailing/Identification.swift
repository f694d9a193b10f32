/// Decides which log a file is, from what comparing its content with the known logs has shown. It reads nothing.
enum Identification: Equatable {
    /// What a comparison of the file with one known log has shown.
    struct Clue: Equatable {
        enum Agreement: Equatable {
            /// The file begins with everything that was consumed of the log.
            case continues
            /// The whole file is a beginning of what was consumed of the log, and shorter.
            case isBeginning
            /// The same, as far as it is remembered: what was consumed is nowhere any more to be compared.
            case mayBeBeginning
        }

        enum Life: Equatable {
            case sought
            case followed(atEnd: Bool)
            case finished
        }

        /// The consumed bytes of a log that is never to be read, however long it gets.
        static let passedOver = UInt64.max

        var log: UInt32
        var agreement: Agreement
        var life: Life
        /// Consumed bytes of the log that the file can have.
        var consumedBytes: UInt64
        /// The log ends in a piece of a line, handed on as a line, and here this line goes on: the piece does not count.
        var isCutShort = false
        /// The same with the bytes behind its last line feed, which are its own to hand on.
        var seenBytes: UInt64
        /// The file has the device and inode that the log had.
        var sameFile: Bool
        var samePath: Bool
        /// By their names, the log and the file belong to the same path.
        var sameHome: Bool
    }

    enum Role: Equatable {
        /// Matched by an input.
        case matched
        /// Beside a matched path, named as rotation names files (`.1`, `-20261122`, `.2.gz`).
        case rotated
        /// Beside a matched path, named otherwise.
        case neighbour
    }

    /// A log of its own, from its beginning.
    case fresh
    /// The known log itself, found again.
    case resumes(UInt32)
    /// Begins with all that was consumed of a log that lives on elsewhere.
    case copies(UInt32)
    /// Not to be told yet; this log is what it may be a part of.
    case waits(on: UInt32)
    /// The log, cut back to this file's length.
    case cutBack(UInt32)
    /// Nothing in it is new.
    case old

    /// - Parameters:
    ///   - patient: whether the file may still wait to be told from another one.
    ///   - isGone: whether the file has no name any more, so that nothing will make it differ.
    init(_ clues: [Clue], sizeBytes: UInt64, role: Role, patient: Bool, isGone: Bool = false) {
        // Beside a log lie its copies: when all of a file has been read elsewhere, what else it may be does not matter.
        if role != .matched, let original = Self.strongest(clues, .isBeginning) {
            // Of a line that is not finished nothing is known for certain until it is, or is gone.
            let isUnread = original.consumedBytes == 0 && !(isGone && !patient)
            self = isUnread ? .waits(on: original.log) : .old
            return
        }
        if role != .matched, let decision = Self.besideOriginal(clues, sizeBytes, patient) {
            self = decision
            return
        }
        let continued = Self.strongest(clues, .continues)
        // Of a log that was cut more than once, the file is what it was last.
        let itself = clues.filter { $0.life == .sought && $0.sameFile && $0.samePath }
        let leader = Self.strongest(itself, .isBeginning) ?? Self.strongest(clues, .isBeginning)
        if let continued, let leader, sizeBytes > continued.consumedBytes {
            // Read already under both names, as far as it goes: a copy of a copy.
            self = patient ? .waits(on: leader.log) : .copies(leader.log)
        } else if let own = Self.strongest(itself, .mayBeBeginning), continued?.life == .finished {
            // A copy from before it grew is no reason to read what came then again.
            self = Self.beginning(own, patient)
        } else if let continued {
            self = Self.continuing(continued, sizeBytes, role, patient, isGone)
        } else if let leader {
            self = isGone && !patient ? .old : Self.beginning(leader, patient)
        } else if let likely = Self.strongest(itself, .mayBeBeginning)
            ?? Self.strongest(clues.filter(\.sameHome), .mayBeBeginning)
        {
            guard role != .matched || isGone && !patient else {
                self = Self.beginning(likely, patient)
                return
            }
            // The log may yet be found, and then its bytes decide.
            self = likely.life == .sought && patient ? .waits(on: likely.log) : .old
        } else if patient, let distant = Self.strongest(clues, .mayBeBeginning), distant.life == .sought {
            // Half of it agrees, and at another path: two logs that began alike are likelier.
            self = .waits(on: distant.log)
        } else {
            self = role == .neighbour ? .old : .fresh
        }
    }

    /// What stands beside a log that was read further is likelier a copy of that than the continuation of a twin that
    /// stands elsewhere, or of an older copy; and the log may yet be found.
    private static func besideOriginal(_ clues: [Clue], _ sizeBytes: UInt64, _ patient: Bool) -> Identification? {
        guard let continued = strongest(clues, .continues), !continued.sameHome || continued.life != .sought,
            let original = strongest(clues.filter(\.sameHome), .mayBeBeginning)
        else { return nil }
        if original.life == .sought && patient { return .waits(on: original.log) }
        // With the original it agrees up to the last power of two at least.
        let agreedBytes = UInt64(1) << UInt64(63 - sizeBytes.leadingZeroBitCount)
        let isCopy = !continued.sameHome || agreedBytes > continued.consumedBytes
        return isCopy && !continued.sameFile ? .old : nil
    }

    private static func continuing(
        _ clue: Clue, _ sizeBytes: UInt64, _ role: Role, _ patient: Bool, _ isGone: Bool
    ) -> Identification {
        if clue.consumedBytes == Clue.passedOver { return .old }
        let nothingNew = clue.consumedBytes >= sizeBytes && role != .matched
        // In a file without a name nothing comes any more once its writer has been given the time.
        let nothingBeyond = clue.seenBytes >= sizeBytes && (role != .matched || isGone && !patient)
        switch clue.life {
        case .sought: return .resumes(clue.log)
        case .finished: return nothingNew ? .old : clue.isCutShort ? .copies(clue.log) : .resumes(clue.log)
        case .followed(atEnd: false): return .waits(on: clue.log)
        case .followed(atEnd: true):
            if nothingBeyond || role == .neighbour { return .old }
            // The log may be about to be truncated: then this is not a copy of it but what is left of it.
            return patient ? .waits(on: clue.log) : .copies(clue.log)
        }
    }

    /// At a path of its own may lie another log that only began alike.
    private static func beginning(_ clue: Clue, _ patient: Bool) -> Identification {
        if patient { return .waits(on: clue.log) }
        return clue.life == .sought && (clue.sameFile || clue.samePath) ? .cutBack(clue.log) : .fresh
    }

    private static func strongest(_ clues: [Clue], _ agreement: Clue.Agreement) -> Clue? {
        clues.filter { $0.agreement == agreement }.max(by: isWeaker)
    }

    /// The longest agreement wins; among equals the one of which more is about to be known, then the one that has no file,
    /// then the one whose file or path it was.
    private static func isWeaker(_ one: Clue, _ other: Clue) -> Bool {
        rank(one) < rank(other)
    }

    private static func rank(_ clue: Clue) -> (UInt64, Int, Int, Int) {
        let free =
            switch clue.life {
            // Two copies of one log that are met at once: the first may be read only later.
            case .followed(atEnd: false): 3
            case .sought: 2
            case .finished: 1
            case .followed(atEnd: true): 0
            }
        // What was passed over whole is known by its beginning alone, and may be an older copy of a log that is counted.
        let agreedBytes = clue.consumedBytes == Clue.passedOver ? 0 : clue.consumedBytes
        return (agreedBytes, free, clue.sameFile ? 1 : 0, clue.samePath ? 1 : 0)
    }
}
