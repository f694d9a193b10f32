import Files
package import RequestLog
import Snapshots
import SystemPackage

/// What the blocks that count depend on, so that whoever has read them once can tell whether they are the same.
extension SnapshotReader {
    /// Where the blocks of an hour are: which of them count does not change before this does.
    package struct HourSources: Equatable, Sendable {
        fileprivate var files: [FilePath: FileMetadata] = [:]
        fileprivate var journaled: Set<BlockIdentity> = []
        /// Totals of the day that count in the place of what the hour has.
        fileprivate var totals: [BlockIdentity] = []
    }

    /// Which totals of days are all in their hours, and what the hours were made of when that was found out.
    package struct Recollection: Sendable {
        fileprivate struct Total {
            var hours: [HourSources]
            var isInHours: Bool
        }

        fileprivate var totals: [BlockIdentity: Total] = [:]
        /// Days; beyond that what is known is forgotten.
        fileprivate static let most = 400

        package init() {}
    }

    /// For the same questions as `counted(in:from:to:)`; looks at the files before their blocks are read.
    package mutating func sources(
        of hour: Timestamp, from: Timestamp? = nil, to: Timestamp? = nil, _ detail: Detail = .finest
    ) throws(StoreError) -> HourSources {
        var sources = try contents(of: hour)
        let day = hour.floored(to: DataDirectory.day)
        sources.totals = try totals(DayQuestion(day: day, from: from, to: to, detail: detail)).map(\.identity)
        return sources
    }

    /// Whether the blocks inside the total of a day have all that it has; false where that cannot be found out.
    mutating func isInHours(_ total: CountedBlock, _ detail: Detail) throws(StoreError) -> Bool {
        // By the headers alone, which is no finding.
        if detail == .outline { return try isHeldByHours(total, detail) }
        var hours: [HourSources] = []
        var hour = total.header.stretch.start
        while hour < total.header.stretch.end {
            hours.append(try contents(of: hour))
            hour = hour + DataDirectory.hour
        }
        if let known = recollection.totals[total.identity], known.hours == hours { return known.isInHours }
        let isInHours = try isHeldByHours(total, detail)
        if recollection.totals.count >= Recollection.most { recollection = Recollection() }
        recollection.totals[total.identity] = Recollection.Total(hours: hours, isInHours: isInHours)
        return isInHours
    }

    private func contents(of hour: Timestamp) throws(StoreError) -> HourSources {
        var sources = HourSources()
        for path in hourFiles[hour] ?? [] {
            do throws(FileError) {
                sources.files[path] = try fileSystem.metadata(of: path)
            } catch {
                // Pruned since it was listed.
                if error.errno != .noSuchFileOrDirectory { throw .file(error) }
            }
        }
        for frame in journaled[hour] ?? [] {
            if let header = try? BlockHeader(frame) { sources.journaled.insert(BlockIdentity(frame, header)) }
        }
        return sources
    }
}
