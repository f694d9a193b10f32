import Files

/// Decides, from what was seen of an open file, what to do with it. It does nothing itself.
struct FollowState: Equatable {
    enum Step: Equatable {
        case nothing
        /// There may be more, or something else: compare and read.
        case read
        /// Content that was read is gone.
        case displaced
    }

    /// The metadata at the last look; nil before the first.
    private(set) var seen: FileMetadata?
    /// When the metadata changed last, on the monotonic clock.
    private(set) var changedNanoseconds: Int64 = 0
    /// How long the file was when its content was last known to be that of the log.
    private(set) var intactBytes: UInt64 = 0
    /// The last turn ended where the file did.
    var atEnd = false
    // A write within one tick of the file system's clock changes nothing that stat shows: one more look is taken.
    private var settled = false

    /// - Parameters:
    ///   - consumedBytes: how much of the file has been read.
    ///   - prompted: an event says that the file changed.
    mutating func decide(
        _ metadata: FileMetadata, consumedBytes: UInt64, prompted: Bool, now: Int64
    ) -> Step {
        let same = metadata.size == seen?.size && metadata.modifiedNanoseconds == seen?.modifiedNanoseconds
        if !same { changedNanoseconds = now }
        seen = metadata
        if metadata.size < consumedBytes { return .displaced }
        if same && settled && atEnd && !prompted { return .nothing }
        settled = same
        atEnd = false
        return .read
    }

    /// The content before the position was compared and is the log's.
    mutating func confirm(bytes: UInt64) { intactBytes = max(bytes, seen?.size ?? 0) }

    /// The file is read afresh from here on, as the log's new home.
    mutating func restart(seen: FileMetadata?, now: Int64) {
        self = FollowState()
        self.seen = seen
        changedNanoseconds = now
    }

    func isIdle(now: Int64, for nanoseconds: Int64) -> Bool { now - changedNanoseconds >= nanoseconds }
}
