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

    // MARK: What is to be done

    private mutating func plan(_ round: inout RetentionRound) throws(StoreError) {
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

    // MARK: Doing it

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
        let hours = round.hours.keys.filter { $0.floored(to: DataDirectory.day) == day }
        guard round.unsettled.isDisjoint(with: hours) else {
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

    private mutating func compact(
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

    // MARK: Space

    /// The oldest hours become their totals; where that is not enough, the oldest files go: first the hours whose day has
    /// its total, then the oldest of what is left. One file at a time.
    private mutating func makeRoom(_ round: inout RetentionRound) throws(StoreError) {
        guard round.bytes > limits.snapshotBytes, round.unreadableHolds.isEmpty else { return }
        let past = round.hours.keys.filter { $0 < round.current && !round.isHeld(hour: $0) }.sorted()
        if round.through > 0, let hour = past.first(where: { canReduce($0, round) }) {
            round.steps.append(.space)
            // Whatever becomes of it, it is not tried again in this round.
            round.irreducible.insert(hour)
            return try compact(hour, to: .total, &round)
        }
        let days = round.days.keys.filter { $0 + DataDirectory.day <= round.current && !round.isHeld(day: $0) }.sorted()
        let inDays = past.first { round.days[$0.floored(to: DataDirectory.day)] != nil }
        if let hour = inDays ?? past.first, inDays != nil || days.first.map({ hour < $0 }) ?? true {
            try removeHour(hour, &round)
        } else if let day = days.first {
            try removeDay(day, &round)
        } else {
            return
        }
        round.steps.append(.space)
    }

    private func canReduce(_ hour: Timestamp, _ round: RetentionRound) -> Bool {
        if round.irreducible.contains(hour) || round.unsettled.contains(hour) { return false }
        guard let known = knownHours[hour], known.mark == round.hours[hour] else { return true }
        return known.tier < .total || !known.isSettled
    }

    private mutating func removeHour(_ hour: Timestamp, _ round: inout RetentionRound) throws(StoreError) {
        let day = hour.floored(to: DataDirectory.day)
        guard let file = try BlockFile(fileSystem, directory.hourFile(hour)) else {
            round.hours[hour] = nil
            return
        }
        let total = try BlockFile(fileSystem, directory.dayFile(day))
        var all = [total, file].compactMap { $0 }
        let lost = try requests(of: file, besides: &all)
        try remove(file, lost: lost, &round)
        round.hours[hour] = nil
        knownHours[hour] = nil
        hourMarks[hour] = nil
    }

    private mutating func removeDay(_ day: Timestamp, _ round: inout RetentionRound) throws(StoreError) {
        let files = try dayFiles(day)
        guard let file = files.day else {
            round.days[day] = nil
            return
        }
        var lost: UInt64 = 0
        for (number, header) in file.headers.enumerated() where header.storeID == storeID {
            lost &+= try file.requests(number)
            for hour in files.hours {
                var merge = SnapshotMerge()
                let inside = hour.headers.indices.filter {
                    hour.headers[$0].storeID == storeID && header.commits.contains(hour.headers[$0].commits)
                }
                for number in inside { merge.add(hour.headers[number]) }
                lost &-= try requests(merge.decide().counted.map { inside[$0] }, hour)
            }
        }
        try remove(file, lost: lost, &round)
        round.days[day] = nil
        knownDays[day] = nil
    }

    /// How many requests of this store are in the file and in no total of its day.
    private func requests(of file: BlockFile, besides all: inout [BlockFile]) throws(StoreError) -> UInt64 {
        var merge = SnapshotMerge()
        var places: [(file: BlockFile, number: Int)] = []
        for one in all {
            for (number, header) in one.headers.enumerated() where header.storeID == storeID {
                merge.add(header)
                places.append((one, number))
            }
        }
        let counted = merge.decide().counted.filter { places[$0].file.path == file.path }
        return try requests(counted.map { places[$0].number }, file)
    }

    private mutating func remove(
        _ file: BlockFile, lost: UInt64, _ round: inout RetentionRound
    ) throws(StoreError) {
        // Else the journal would bring some of it back, and `verify` would miss it.
        let before = marksFile.marks.pruned
        let (through, isSettled) = (round.through, round.unsettled.isEmpty)
        mark(isDurable: true) { marks in
            marks.pruned = before &+ lost
            if isSettled { marks.settled = max(marks.settled, through) }
        }
        do throws(StoreError) {
            try storing { () throws(FileError) in
                try fileSystem.remove(file.path)
                try fileSystem.synchronizeDirectory(directory.snapshots)
            }
        } catch {
            mark(isDurable: true) { $0.pruned = before }
            throw error
        }
        statistics.hourFilesPruned += 1
        statistics.requestsPruned &+= lost
        round.outcome.filesRemoved += 1
        round.outcome.bytesFreed += file.mark.length
        round.outcome.requestsRemoved &+= lost
    }
}
