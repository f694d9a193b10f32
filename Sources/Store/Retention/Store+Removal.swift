import Files
import RequestLog
import Snapshots
import SystemPackage

/// Deleting, and what for: to make room, or because it was asked.
extension Store {
    /// The oldest hours become their totals; where that is not enough, the oldest files go: first the hours whose day has
    /// its total, then the oldest of what is left. One file at a time.
    mutating func makeRoom(_ round: inout RetentionRound) throws(StoreError) {
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

    mutating func removeHour(_ hour: Timestamp, _ round: inout RetentionRound) throws(StoreError) {
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

    mutating func removeDay(_ day: Timestamp, _ round: inout RetentionRound) throws(StoreError) {
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
        let before = marksFile.marks
        let (through, isSettled) = (round.through, round.unsettled.isEmpty)
        let isMarked = mark { marks in
            marks.pruned = before.pruned &+ lost
            if isSettled { marks.settled = max(marks.settled, through) }
        }
        do throws(FileError) {
            if isMarked {
                try fileSystem.remove(file.path)
            } else {
                try tombstones.add(file.path, marksFile.marks, fileSystem)
            }
        } catch {
            mark { $0 = before }
            throw .file(error)
        }
        statistics.hourFilesPruned += 1
        statistics.requestsPruned &+= lost
        round.outcome.filesRemoved += 1
        round.outcome.bytesFreed += file.mark.length
        round.outcome.requestsRemoved &+= lost
        try storing { () throws(FileError) in
            // A power cut before this can bring the file back.
            try fileSystem.synchronizeDirectory(directory.snapshots)
            if !isMarked { try tombstones.emptyLast(fileSystem) }
        }
    }
}
