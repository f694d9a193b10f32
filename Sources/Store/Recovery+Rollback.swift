import Files
import RequestLog
import RollingWindow
import Snapshots
import SystemPackage

extension Recovery {
    /// Reads the journal; when it has lost commits of which hour files have a part, takes that part away and reads again.
    ///
    /// The positions in the logs are those of the last commit that is left, so what came after it will be read again and
    /// must not be there yet. What merged blocks hold ends at or before a checkpoint: they stay, unless the segment before
    /// the newest one is lost too.
    static func certain(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, limits: StoreLimits, names: inout Names,
        generator: inout some RandomNumberGenerator
    ) throws(StoreError) -> Recovery {
        var first = try Recovery(fileSystem, directory, limits: limits, names: &names, generator: &generator)
        guard let flushed = first.lostAfter else { return first }
        let last = first.state.sequence
        let error = SnapshotError(
            .damaged, offset: 0, "last commit", found: "\(last)",
            expected: "\(flushed), which hour files have; what came after \(last) is read again from the logs")
        first.note([StoreDamage(path: directory.journal, error: error, wholeBefore: 0)])
        let aside = try rollBack(fileSystem, directory, storeID: first.storeID, to: last)
        // They would say that commits which are to come were settled.
        try storing { () throws(FileError) in
            var tombstones = first.tombstones
            try tombstones.remove(fileSystem)
            try fileSystem.synchronizeDirectory(directory.snapshots)
        }
        var marks = first.marks
        marks.flushed = last
        marks.settled = min(marks.settled, last)
        var file = MarksFile(first.marks)
        try file.write(marks, fileSystem, directory)
        var second = try Recovery(fileSystem, directory, limits: limits, names: &names, generator: &generator)
        second.note(first.damages.filter { !second.damages.contains($0) } + aside)
        return second
    }

    /// Leaves no block with a commit after this one; files that had some go aside as they were.
    private static func rollBack(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, storeID: StoreID, to last: UInt64
    ) throws(StoreError) -> [StoreDamage] {
        var damages: [StoreDamage] = []
        for name in try fileSystem.namesIfThere(in: directory.snapshots) where DataDirectory.isBlockFile(name) {
            guard let file = try BlockFile(fileSystem, directory.snapshots.appending(name)) else { continue }
            damages += file.damages
            let staying = file.headers.indices.filter {
                file.headers[$0].storeID != storeID || file.headers[$0].commits.through <= last
            }
            guard staying.count < file.headers.count else { continue }
            var blocks: [[UInt8]] = []
            for number in staying { blocks.append(try file.frame(number).bytes) }
            let target = HourFile(fileSystem: fileSystem, path: file.path)
            var failures: UInt64 = 0
            try storing { () throws(FileError) in
                try target.setAside()
                _ = try target.replace(with: blocks, cleanupFailures: &failures)
            }
        }
        return damages
    }

    mutating func note(_ found: [StoreDamage]) { damages += found }
}
