import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

extension Store {
    /// The files that the total of a day was last held against.
    struct KnownDay {
        var day: HourFile.Mark?
        var hours: [Timestamp: HourFile.Mark]
    }

    /// The files of a day: its totals, and its hours.
    struct DayFiles {
        var day: BlockFile?
        var hours: [BlockFile] = []
    }

    func dayFiles(_ day: Timestamp) throws(StoreError) -> DayFiles {
        var files = DayFiles()
        files.day = try BlockFile(fileSystem, directory.dayFile(day))
        var hour = day
        while hour < day + DataDirectory.day {
            if let file = try BlockFile(fileSystem, directory.hourFile(hour)) { files.hours.append(file) }
            hour = hour + DataDirectory.hour
        }
        return files
    }

    /// Writes the total of a day, or writes it anew when its hours hold more by now. Nil when the blocks of the day
    /// contradict each other, or do not fit into one.
    ///
    /// It comes before the hours are merged with what came late: else their blocks would reach beyond it.
    mutating func total(_ day: Timestamp, through: UInt64) throws(StoreError) -> KnownDay? {
        let files = try dayFiles(day)
        let all = ([files.day].compactMap { $0 } + files.hours)
        var merge = SnapshotMerge()
        var places: [(file: Int, number: Int)] = []
        var headers: [BlockHeader] = []
        for (index, file) in all.enumerated() {
            for (number, header) in file.headers.enumerated()
            where header.storeID == storeID && header.commits.through <= through {
                merge.add(header)
                places.append((index, number))
                headers.append(header)
            }
        }
        let decision = merge.decide()
        note(
            decision.conflicts.map {
                let (ignored, counted) = ($0.ignored, $0.counted)
                return StoreDamage(
                    headers[ignored], against: headers[counted], in: all[places[ignored].file].path,
                    places[ignored].number)
            })
        guard decision.conflicts.isEmpty else { return nil }
        var known = KnownDay(day: files.day?.mark, hours: [:])
        for file in files.hours where !hasLater(file, than: through) { known.hours[file.hour] = file.mark }
        if decision.counted.isEmpty { return known }
        if decision.counted.count == 1, headers[decision.counted[0]].isOfDay, files.day?.damages.isEmpty == true {
            // What is trusted from here on must not be in the cache only.
            try storing { () throws(FileError) in try fileSystem.synchronizeDirectory(directory.snapshots) }
            return known
        }
        var names = Names()
        var total: SnapshotBlock?
        for number in decision.counted {
            let place = places[number]
            let block = try all[place.file].block(place.number, names: &names)
            if total?.absorb(block) == nil {
                total = block.widened(to: Stretch(start: day, width: DataDirectory.day))
            }
        }
        guard let total else { return known }
        var blocks: [[UInt8]] = []
        do throws(StoreError) {
            blocks.append(try encoded(total, names))
        } catch {
            guard case .tooLarge = error else { throw error }
            statistics.blocksTooLarge += 1
            return nil
        }
        if let file = files.day {
            for (number, header) in file.headers.enumerated() where header.storeID != storeID {
                blocks.append(try file.frame(number).bytes)
            }
            note(file.damages)
            known.day = try replace(file, with: blocks)
        } else {
            let target = HourFile(fileSystem: fileSystem, path: directory.dayFile(day))
            var failures: UInt64 = 0
            defer { statistics.cleanupFailures += failures }
            let mark = try storing { () throws(FileError) in
                try target.replace(with: blocks, cleanupFailures: &failures)
            }
            statistics.synchronizations += 1
            statistics.bytesWritten += mark.length
            known.day = mark
        }
        statistics.daysTotalled += 1
        return known
    }

    /// Whether there is anything in the file that must wait for the journal.
    private func hasLater(_ file: BlockFile, than through: UInt64) -> Bool {
        file.headers.contains { $0.storeID == storeID && $0.commits.through > through }
    }
}
