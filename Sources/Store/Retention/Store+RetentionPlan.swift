import Files
import RequestLog
import Snapshots
import SystemPackage

/// What a round of retention has to do.
extension Store {
    mutating func plan(_ round: inout RetentionRound) throws(StoreError) {
        round.holds = Holds(directory, fileSystem)
        round.unreadableHolds = round.holds.unreadable
        statistics.unreadableHolds += UInt64(round.holds.unreadable.count)
        let settling: StoreError?
        do throws(StoreError) {
            round.through = try settle()
            settling = nil
        } catch {
            settling = error
        }
        let through = round.through
        round.unsettled = Set(pending.values.filter { $0.header.commits.from < through }.map(\.header.hour))
        try survey(&round)
        var steps: [RetentionRound.Step] = []
        let hoursOfDays = Dictionary(grouping: round.hours.keys) { $0.floored(to: DataDirectory.day) }
        for day in Set(hoursOfDays.keys).union(round.days.keys).sorted() {
            let hours = (hoursOfDays[day] ?? []).sorted()
            if let before = round.before { planRemoval(of: day, hours, before, &round, &steps) }
            guard settling == nil else { continue }
            if round.days[day] != nil, !isTotalled(day, hours, round) { steps.append(.total(day: day, isNew: false)) }
            for hour in hours {
                guard let tier = tier(of: hour, now: round.now), !isCompacted(hour, tier, round) else { continue }
                if round.isHeld(hour: hour) { round.outcome.held += 1 } else { steps.append(.compact(hour, tier)) }
            }
            let isOver = day + DataDirectory.day + limits.keep10s <= round.now
            if round.days[day] == nil, isOver, !hours.isEmpty { steps.append(.total(day: day, isNew: true)) }
        }
        steps.append(.space)
        round.steps = steps.reversed()
        if let settling { throw settling }
    }

    /// What ended until then, total of the day included; an hour whose day is not over by then leaves its share of it.
    private func planRemoval(
        of day: Timestamp, _ hours: [Timestamp], _ before: Timestamp, _ round: inout RetentionRound,
        _ steps: inout [RetentionRound.Step]
    ) {
        for hour in hours where hour + DataDirectory.hour <= before && hour < round.current {
            if round.isHeld(hour: hour) { round.outcome.held += 1 } else { steps.append(.removeHour(hour)) }
        }
        guard round.days[day] != nil, day + DataDirectory.day <= min(before, round.current) else { return }
        if round.isHeld(day: day) { round.outcome.held += 1 } else { steps.append(.removeDay(day)) }
    }

    private func survey(_ round: inout RetentionRound) throws(StoreError) {
        for name in try fileSystem.namesIfThere(in: directory.snapshots) {
            let hour = DataDirectory.hour(ofFile: name)
            let day = DataDirectory.day(ofFile: name)
            guard hour != nil || day != nil else { continue }
            let path = directory.snapshots.appending(name)
            do throws(FileError) {
                let mark = HourFile.Mark(try fileSystem.metadata(of: path))
                if let hour { round.hours[hour] = mark }
                if let day { round.days[day] = mark }
            } catch {
                if error.errno != .noSuchFileOrDirectory { throw .file(error) }
            }
        }
    }

    /// Nil while its slices are to stay as narrow as they are.
    private func tier(of hour: Timestamp, now: Timestamp) -> Tier? {
        let end = hour + DataDirectory.hour
        if end + limits.keep5m <= now { return .total }
        if end + limits.keep1m <= now { return .fiveMinutes }
        return end + limits.keep10s <= now ? .minute : nil
    }

    private func isCompacted(_ hour: Timestamp, _ tier: Tier, _ round: RetentionRound) -> Bool {
        guard let known = knownHours[hour], known.mark == round.hours[hour] else { return false }
        return known.tier >= tier && known.isSettled
    }

    private func isTotalled(_ day: Timestamp, _ hours: [Timestamp], _ round: RetentionRound) -> Bool {
        guard let known = knownDays[day] else { return false }
        let marks = Dictionary(uniqueKeysWithValues: hours.compactMap { hour in round.hours[hour].map { (hour, $0) } })
        return known.day == round.days[day] && known.hours == marks
    }
}
