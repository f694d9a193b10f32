/// What the store has done since it was opened.
package struct StoreStatistics: Equatable, Sendable {
    package var commits: UInt64 = 0
    /// Commits that were refused by the disk; each may be tried again.
    package var commitFailures: UInt64 = 0
    package var blocksWritten: UInt64 = 0
    package var flushFailures: UInt64 = 0
    package var segmentsStarted: UInt64 = 0
    package var segmentsRemoved: UInt64 = 0
    package var hourFilesPruned: UInt64 = 0
    /// Hours whose slices became fewer and wider, and hours of which only the total was left.
    package var hoursCompacted: UInt64 = 0
    package var hoursReduced: UInt64 = 0
    package var daysTotalled: UInt64 = 0
    /// Blocks that are parts of wider ones now.
    package var blocksMerged: UInt64 = 0
    package var bytesSaved: UInt64 = 0
    /// Merged blocks that would not have fitted the format: what they were to be made of stays as it is.
    package var blocksTooLarge: UInt64 = 0
    /// Hours and days that could not be merged, totalled or deleted, and are tried again.
    package var retentionFailures: UInt64 = 0
    /// Holds that could not be read, by round: each keeps every snapshot as it is.
    package var unreadableHolds: UInt64 = 0
    /// Requests that went with deleted files.
    package var requestsPruned: UInt64 = 0
    /// Calls of fdatasync that returned.
    package var synchronizations: UInt64 = 0
    package var bytesWritten: UInt64 = 0
    /// Logs that could not be synced before their lines were committed.
    package var logSynchronizationFailures: UInt64 = 0
    /// Clean-up that failed and is tried again: truncating, deleting, renaming.
    package var cleanupFailures: UInt64 = 0
    /// Damaged places found in the journal and in hour files.
    package var damages: UInt64 = 0

    package init() {}
}
