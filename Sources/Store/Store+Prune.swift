import Files
package import RequestLog
import SystemPackage

extension Store {
    /// Deletes what ended until `before`, or applies the limits when that is nil; never the hour of `now` or a later one.
    package mutating func prune(before: Timestamp?, now: Timestamp) throws(StoreError) -> PruneOutcome {
        let removed = statistics.hourFilesPruned
        guard let before else {
            try prune(now: now)
            var outcome = PruneOutcome()
            outcome.filesRemoved = statistics.hourFilesPruned - removed
            return outcome
        }
        var outcome = PruneOutcome()
        let current = now.floored(to: DataDirectory.hour)
        try storing { () throws(FileError) in
            for name in try fileSystem.names(in: directory.snapshots) {
                guard let hour = DataDirectory.hour(ofFile: name), hour < current else { continue }
                guard hour + DataDirectory.hour <= before else { continue }
                let path = directory.hourFile(hour)
                outcome.bytesFreed += try fileSystem.metadata(of: path).size
                try fileSystem.remove(path)
                hourMarks[hour] = nil
                outcome.filesRemoved += 1
                statistics.hourFilesPruned += 1
            }
        }
        return outcome
    }
}
