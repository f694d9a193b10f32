package import Files
package import SystemPackage

/// The limits of tailing; all times are nanoseconds of the monotonic clock.
package struct TailOptions: Equatable, Sendable {
    /// A line with more bytes than this, its LF not counted, is passed over and counted.
    package var lineLimitBytes = 1024 * 1024
    /// Logs that are held open at the same time.
    package var openLogs = 1_000
    /// A rotated log that has been quiet for this long is at its end.
    package var idleBeforeFinalNanoseconds: Int64 = 10_000_000_000
    /// How often to look where nothing says when.
    package var pollIntervalNanoseconds: Int64 = 250_000_000
    /// How soon to try again what the operating system refused.
    package var retryIntervalNanoseconds: Int64 = 1_000_000_000
    /// Nothing has ever been read for this data directory: logs that are there are read from their end.
    package var firstStart = false
    /// The logs that were there when the agent started, as they were then: what is written between that and the first
    /// look is new. Nil takes those of the first look.
    package var presentAtStart: [FilePath: FileMetadata]?
    /// The number of the first log that is new; never one that has been given out before.
    package var nextLog: UInt32 = 1
    /// Finished logs that are remembered, per input, after their file is gone.
    package var rememberedLogs = 32

    /// Nothing is going to be written any more: every log is read to its last byte, a last line without LF is a line,
    /// and only what the inputs match is looked at. For old logs.
    package var readsToTheEnd = false

    package init() {}
}
