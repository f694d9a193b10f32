import Files
package import RequestLog
import Snapshots
import SystemPackage

extension Store {
    /// What is known of an hour file without opening it; nothing once the file is another.
    struct KnownHour {
        var mark: HourFile.Mark
        var tier: Tier
        /// Nothing in it has to wait for the journal.
        var isSettled: Bool
    }

    /// Applies the limits, or deletes what ended until `before`, to the end; never the hour of `now` or a later one.
    package mutating func prune(before: Timestamp? = nil, now: Timestamp) throws(StoreError) -> PruneOutcome {
        var round = RetentionRound(now: now, before: before)
        while advance(&round) {}
        if let failure = round.failure { throw failure }
        return round.outcome
    }

    /// Does the next portion; false when there is none.
    package mutating func advance(_ round: inout RetentionRound) -> Bool {
        do throws(StoreError) {
            if !round.isPlanned {
                round.isPlanned = true
                try plan(&round)
            } else if let step = round.steps.popLast() {
                try perform(step, &round)
                // A file that was deleted has left its room by now.
                payMarks()
            }
        } catch {
            statistics.retentionFailures += 1
            round.failure = round.failure ?? error
        }
        return !round.steps.isEmpty
    }

    private mutating func perform(
        _ step: RetentionRound.Step, _ round: inout RetentionRound
    ) throws(StoreError) {
        switch step {
        case .total(let day, let isNew): try writeTotal(day, isNew: isNew, &round)
        case .compact(let hour, let tier): try compact(hour, to: tier, &round)
        case .removeHour(let hour): try removeHour(hour, &round)
        case .removeDay(let day): try removeDay(day, &round)
        case .space: try makeRoom(&round)
        }
    }

    private mutating func writeTotal(
        _ day: Timestamp, isNew: Bool, _ round: inout RetentionRound
    ) throws(StoreError) {
        // An hour whose slices wait may have no file yet: its total would say that there was nothing in it.
        guard !round.unsettled.contains(where: { $0.floored(to: DataDirectory.day) == day }) else {
            round.waitingDays.insert(day)
            return
        }
        var isDone = false
        defer { if !isDone, !isNew { round.waitingDays.insert(day) } }
        let before = statistics.daysTotalled
        guard let known = try total(day, through: round.through) else { return }
        isDone = true
        round.days[day] = known.day
        knownDays[day] = known
        round.outcome.daysTotalled += statistics.daysTotalled - before
    }

    mutating func compact(
        _ hour: Timestamp, to tier: Tier, _ round: inout RetentionRound
    ) throws(StoreError) {
        let day = hour.floored(to: DataDirectory.day)
        guard !round.unsettled.contains(hour), !round.waitingDays.contains(day) else {
            round.irreducible.insert(hour)
            return
        }
        let days = try BlockFile(fileSystem, directory.dayFile(day))?.headers.filter { $0.storeID == storeID } ?? []
        let old = round.hours[hour]?.length ?? 0
        let known = knownHours.removeValue(forKey: hour)
        hourMarks[hour] = nil
        let result = try compact(hour, to: tier, through: round.through, days: days)
        switch result {
        case .gone:
            round.hours[hour] = nil
        case .impossible:
            round.irreducible.insert(hour)
            knownHours[hour] = known
        case .unchanged(let mark, let isSettled), .changed(let mark, let isSettled):
            round.hours[hour] = mark
            knownHours[hour] = KnownHour(mark: mark, tier: tier, isSettled: isSettled)
            if tier == .total { round.irreducible.insert(hour) }
            guard case .changed = result else { return }
            if tier == .total { round.outcome.hoursReduced += 1 } else { round.outcome.hoursCompacted += 1 }
            round.outcome.bytesFreed += old > mark.length ? old - mark.length : 0
        }
    }
}
