package import RequestLog

/// What the store may use; the settings fill it.
package struct StoreLimits: Equatable, Sendable {
    /// A journal segment that has grown past this is followed by a new one.
    package var segmentBytes: UInt64 = 8 << 20
    /// Series with counters of their own; later ones count in `(other)`.
    package var counterSeries = 10_000
    /// Hour files that ended longer ago are deleted.
    package var retention: Timestamp.Span = .minutes(90 * 24 * 60)
    /// All hour files together.
    package var snapshotBytes: UInt64 = 1 << 30
    /// How hard zlib tries, 1 to 9.
    package var journalCompression: Int32 = 1
    package var snapshotCompression: Int32 = 6

    package init() {}
}
