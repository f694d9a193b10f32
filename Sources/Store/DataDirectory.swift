package import RequestLog
package import SystemPackage

/// Where things are in a data directory.
///
/// ```
/// lock                        held by the one agent that writes
/// store                       the store's identity, made once
/// marks                       which segments there should be, what is in hour files, what was deleted
/// journal/0000000007.plj      segments: a checkpoint, then commits
/// snapshots/2026-11-22T10.plb blocks of one hour of event time: slices, and the total of the hour
/// snapshots/2026-11-22.plb    the total of a day
/// snapshots/….plb.removed-3-5 deleted from a full disk: empty, and gone when the marks can say it
/// holds/NAME                  stretches of event time whose slices stay as they are
/// changes/ID.json             a change record
/// health                      the last changes of health, a line each
/// operator                    the last word of an operator
/// requests/prune              asks the agent to delete old snapshots
/// origins/0000000001.plj      of a merged directory: the last state of each store that went in
/// ```
package struct DataDirectory: Equatable, Sendable {
    package var path: FilePath

    package init(_ path: FilePath) { self.path = path }

    package var lock: FilePath { path.appending("lock") }
    package var identity: FilePath { path.appending("store") }
    package var journal: FilePath { path.appending("journal") }
    package var snapshots: FilePath { path.appending("snapshots") }
    package var origins: FilePath { path.appending("origins") }

    package var marks: FilePath { path.appending("marks") }
    package var health: FilePath { path.appending("health") }
    package var operatorWord: FilePath { path.appending("operator") }
    package var holds: FilePath { path.appending("holds") }
    package var changes: FilePath { path.appending("changes") }
    var changesLock: FilePath { changes.appending("lock") }
    package var requests: FilePath { path.appending("requests") }
    package var pruneRequest: FilePath { requests.appending("prune") }
    package var pruneAnswer: FilePath { requests.appending("prune.done") }

    func change(_ id: String) -> FilePath { changes.appending(id + ".json") }

    func hold(_ name: String) -> FilePath { holds.appending(name) }

    package func segment(_ number: UInt64) -> FilePath {
        journal.appending(padded(number, 10) + DataDirectory.segmentSuffix)
    }

    func origin(_ number: UInt64) -> FilePath {
        origins.appending(padded(number, 10) + DataDirectory.segmentSuffix)
    }

    package func hourFile(_ hour: Timestamp) -> FilePath {
        snapshots.pushing(DataDirectory.file(ofHour: hour))
    }

    package func dayFile(_ day: Timestamp) -> FilePath { snapshots.pushing(DataDirectory.file(ofDay: day)) }

    static func file(ofDay day: Timestamp) -> FilePath {
        FilePath(String(hourName(day).dropLast(3)) + hourSuffix)
    }

    /// The name alone.
    static func file(ofHour hour: Timestamp) -> FilePath { FilePath(hourName(hour) + hourSuffix) }

    package static let segmentSuffix = ".plj"
    package static let hourSuffix = ".plb"
    /// What no journal comes to: there is always a next number.
    static let lastSegment: UInt64 = 1 << 62
    package static let hour = Timestamp.Span.minutes(60)
    package static let day = Timestamp.Span.minutes(24 * 60)

    /// `2026-11-22T10`
    static func hourName(_ hour: Timestamp) -> String {
        let hours = hour.floored(to: self.hour).nanoseconds / self.hour.nanoseconds
        let days = hours >= 0 ? hours / 24 : (hours - 23) / 24
        let date = CivilDate(daysSinceEpoch: Int(days))
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T\(padded(hours - days * 24, 2))"
    }

    /// Whether a file of this name has blocks: of an hour, or of a day.
    static func isBlockFile(_ name: String) -> Bool { hour(ofFile: name) != nil || day(ofFile: name) != nil }

    /// The day of a file of totals; nil for any other file.
    package static func day(ofFile name: String) -> Timestamp? {
        guard name.hasSuffix(hourSuffix) else { return nil }
        return hour(ofFile: name.dropLast(hourSuffix.count) + "T00" + hourSuffix)
    }

    /// The hour of a file's name; nil for any other file.
    package static func hour(ofFile name: String) -> Timestamp? {
        guard name.hasSuffix(hourSuffix) else { return nil }
        let parts = name.dropLast(hourSuffix.count).split(separator: "T")
        guard parts.count == 2, let hour = Int64(parts[1]) else { return nil }
        let day = parts[0].split(separator: "-").compactMap { Int($0) }
        guard day.count == 3 else { return nil }
        let date = CivilDate(year: day[0], month: day[1], day: day[2])
        guard date.exists, (1677...2262).contains(date.year) else { return nil }
        let start = Timestamp(seconds: Int64(date.daysSinceEpoch) * 86_400 + hour * 3600)
        return hourName(start) + hourSuffix == name ? start : nil
    }

    /// The number of a segment's name; nil for any other file.
    static func number(ofSegment name: String) -> UInt64? {
        guard name.hasSuffix(segmentSuffix), let number = UInt64(name.dropLast(segmentSuffix.count)) else { return nil }
        return padded(number, 10) + segmentSuffix == name && number <= lastSegment ? number : nil
    }
}

private func padded(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
