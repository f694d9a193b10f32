package import RequestLog

/// One round of looking after hour and day files: merge what is old enough, write totals, delete what is too much.
///
/// It goes on in portions of one file (`Store.advance`), so that commits can come between them. What fails is left as it
/// was and tried again in the next round.
package struct RetentionRound: Sendable {
    package let now: Timestamp
    /// Everything that ended until then is to be deleted; nil when only the limits are applied.
    package let before: Timestamp?
    package internal(set) var outcome = PruneOutcome()
    /// The first one; every one is counted.
    package internal(set) var failure: StoreError?
    /// Why nothing was changed at all, where a hold cannot be read.
    package internal(set) var unreadableHolds: [String] = []

    enum Step {
        case total(day: Timestamp, isNew: Bool)
        case compact(Timestamp, Tier)
        case removeHour(Timestamp)
        case removeDay(Timestamp)
        case space
    }

    var isPlanned = false
    /// The next one last.
    var steps: [Step] = []
    /// Every commit up to this one is in hour files.
    var through: UInt64 = 0
    /// Hours that have something in the journal which should be in their file and cannot be.
    var unsettled: Set<Timestamp> = []
    var holds = Holds()
    var hours: [Timestamp: HourFile.Mark] = [:]
    var days: [Timestamp: HourFile.Mark] = [:]
    /// Days whose total should have come first and could not: their hours wait.
    var waitingDays: Set<Timestamp> = []
    /// Hours that cannot be made smaller.
    var irreducible: Set<Timestamp> = []

    package init(now: Timestamp, before: Timestamp? = nil) {
        self.now = now
        self.before = before
    }

    /// The first hour that is not past.
    var current: Timestamp { now.floored(to: DataDirectory.hour) }

    var bytes: UInt64 { hours.values.reduce(0) { $0 + $1.length } + days.values.reduce(0) { $0 + $1.length } }

    func isHeld(hour: Timestamp) -> Bool { holds.protects(hour, hour + DataDirectory.hour) }
    func isHeld(day: Timestamp) -> Bool { holds.protects(day, day + DataDirectory.day) }
}
