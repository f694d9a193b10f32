import Files
package import RequestLog
import Snapshots
import SystemPackage

extension Store {
    /// Writes every slice that ends at or before the instant to its hour file, one block with the commits that the file
    /// does not have; then deletes journal segments that nobody needs any more.
    ///
    /// What fails stays pending, the rest is written; the first failure is thrown.
    package mutating func flush(slicesEndingBefore instant: Timestamp) throws(StoreError) {
        do throws(StoreError) {
            if pending.values.contains(where: { $0.header.stretch.end <= instant }) { try stayInDirectory() }
        } catch {
            statistics.flushFailures += 1
            throw error
        }
        let due = pending.values.filter { $0.header.stretch.end <= instant }
            .sorted { $0.header.stretch < $1.header.stretch }
        var failure: StoreError?
        var greatest: UInt64 = 0
        for (hour, slices) in Dictionary(grouping: due, by: { $0.header.stretch.start.floored(to: DataDirectory.hour) })
            .sorted(by: { $0.key < $1.key })
        {
            do throws(StoreError) {
                try flush(slices, of: hour)
                greatest = slices.reduce(greatest) { max($0, $1.header.commits.through) }
            } catch {
                statistics.flushFailures += 1
                failure = failure ?? error
            }
        }
        if greatest > marksFile.marks.flushed { mark { $0.flushed = greatest } }
        payMarks()
        removeFlushedSegments()
        if let failure { throw failure }
    }

    private mutating func flush(_ slices: [PendingSlice], of hour: Timestamp) throws(StoreError) {
        let encoded: [[UInt8]]
        do throws(SnapshotError) {
            encoded = try encodedForHourFile(slices)
        } catch {
            throw .tooLarge(error)
        }
        let file = HourFile(fileSystem: fileSystem, path: directory.hourFile(hour))
        if uncutHours.contains(hour) {
            try renew(file.path)
            uncutHours.remove(hour)
        }
        let mark = hourMarks.removeValue(forKey: hour)
        var repairs: [StoreDamage] = []
        var isUncut = false
        defer {
            note(repairs)
            if isUncut {
                statistics.cleanupFailures += 1
                uncutHours.insert(hour)
            }
        }
        let left = try file.append(encoded, mark: mark, repairs: &repairs, isUncut: &isUncut)
        // Late records touch few hours; to forget a mark only costs a look at the file.
        if hourMarks.count >= 64 { hourMarks = [:] }
        hourMarks[hour] = left
        statistics.synchronizations += 1
        statistics.blocksWritten += UInt64(slices.count)
        statistics.bytesWritten += encoded.reduce(0) { $0 + UInt64($1.count) }
        for slice in slices { pending[slice.header.stretch] = nil }
    }
}
