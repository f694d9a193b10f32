import RollingWindow

/// What a block may ask of the memory of its reader, so that a hostile file can not ask for more.
///
/// The encoder keeps to the same limits: it refuses to write what could not be read.
package enum SnapshotLimits {
    /// A record on disk, header included.
    package static let frameBytes = 64 << 20
    /// The columns of one block before compression.
    package static let payloadBytes = 64 << 20
    package static let seriesPerBlock = 1 << 20
    /// Buckets between the lowest and the highest of each histogram, over all series of one block: 256 MiB of memory.
    package static let bucketsPerBlock = 1 << 25
    /// What is read is added up and subtracted again, in 64 bits: 65,536 blocks of one series fit.
    package static let requestsPerSeries: UInt64 = 1 << 48
    /// Commits are counted on from what is read: a million every second for 146,000 years.
    package static let lastCommit: UInt64 = 1 << 62
    /// Deflate turns one byte into at most 1,032 (zlib's "Technical Details").
    package static let mostExpansion = 1032
    /// Duration buckets: 1 ns is in -957, a year in 798.
    package static let durationIndices: ClosedRange<Int32> = -1024...1023
    /// Call buckets: `Record.mostCalls` is in 896.
    package static let callIndices: ClosedRange<Int32> = 0...1023
    /// False starts that are looked at when searching for the next whole record behind damage.
    package static let candidatesBehindDamage = 1000

    /// Whether that many values of zero or more, each below 2^63, can have this sum.
    static func allow(_ total: Total, of requests: UInt64) -> Bool {
        total.count <= requests && total.sum >= 0 && total.sum <= Int128(total.count) << 63
    }
}
