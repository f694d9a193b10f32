package import RequestLog

/// What the store may use; the settings fill it.
package struct StoreLimits: Equatable, Sendable {
    /// A journal segment that has grown past this is followed by a new one.
    package var segmentBytes: UInt64 = 8 << 20
    /// Series with counters of their own; later ones count in `(other)`.
    package var counterSeries = 10_000
    /// Slices of 10 s become slices of a minute when their hour ended so long ago.
    package var keep10s: Timestamp.Span = .minutes(6 * 60)
    /// And these slices of 5 min.
    package var keep1m: Timestamp.Span = .minutes(7 * 24 * 60)
    /// Then only the totals of hours and days are left.
    package var keep5m: Timestamp.Span = .minutes(90 * 24 * 60)
    /// All hour and day files together; where they take more, the oldest give way.
    package var snapshotBytes: UInt64 = 1 << 30
    /// How hard zlib tries, 1 to 9.
    package var journalCompression: Int32 = 1
    package var snapshotCompression: Int32 = 6
    /// Whether all processors may compress: not beside a service.
    package var encodesInParallel = false

    package init() {}

    /// Of old logs: their slices mostly are whole when they are committed, so they are compressed once, and all at once.
    package var forOldLogs: StoreLimits {
        var limits = self
        limits.journalCompression = limits.snapshotCompression
        limits.encodesInParallel = true
        return limits
    }
}
