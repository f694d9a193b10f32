package import RequestLog
package import RollingWindow

/// What a block says of itself before it is inflated: enough to decide which blocks count.
package struct BlockHeader: Equatable, Sendable {
    package static let length = 72

    package var storeID: StoreID
    package var stretch: Stretch
    package var firstEvent: Timestamp
    package var lastEvent: Timestamp
    /// The coarsest step of time stamps among the logs that went in: 1 s for a log that writes whole seconds.
    package var resolutionNanoseconds: Int64
    /// Every commit of this range, as far as it touches the stretch, is in the block.
    package var commits: CommitRange

    package init(
        storeID: StoreID, stretch: Stretch, firstEvent: Timestamp, lastEvent: Timestamp, resolutionNanoseconds: Int64,
        commits: CommitRange
    ) {
        self.storeID = storeID
        self.stretch = stretch
        self.firstEvent = firstEvent
        self.lastEvent = lastEvent
        self.resolutionNanoseconds = resolutionNanoseconds
        self.commits = commits
    }

    /// Of a frame of kind `block`, whose checksum has been checked.
    package init(_ frame: Frame) throws(SnapshotError) {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            try self.init(&reader)
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }

    func encode(into writer: inout ByteWriter) {
        precondition(isConsistent, "a block whose header contradicts itself: \(self)")
        writer.fixed(storeID.high)
        writer.fixed(storeID.low)
        writer.fixed(stretch.start.nanoseconds)
        writer.fixed(stretch.width.nanoseconds)
        writer.fixed(firstEvent.nanoseconds)
        writer.fixed(lastEvent.nanoseconds)
        writer.fixed(resolutionNanoseconds)
        writer.fixed(commits.from)
        writer.fixed(commits.through)
    }

    init(_ reader: inout ByteReader) throws(DecodingFailure) {
        storeID = StoreID(high: try reader.fixed64(), low: try reader.fixed64())
        let start = Timestamp(nanoseconds: try reader.fixedSigned64())
        stretch = Stretch(start: start, width: Timestamp.Span(nanoseconds: try reader.fixedSigned64()))
        firstEvent = Timestamp(nanoseconds: try reader.fixedSigned64())
        lastEvent = Timestamp(nanoseconds: try reader.fixedSigned64())
        resolutionNanoseconds = try reader.fixedSigned64()
        let from = try reader.fixed64()
        let through = try reader.fixed64()
        guard from < through, through <= SnapshotLimits.lastCommit else {
            throw reader.failure("commits (from, through] with from < through <= 2^62")
        }
        commits = CommitRange(from: from, through: through)
        guard isConsistent else { throw reader.failure("a header that does not contradict itself") }
    }

    private var isConsistent: Bool {
        let width = stretch.width.nanoseconds
        guard width > 0, !stretch.start.nanoseconds.addingReportingOverflow(width).overflow else { return false }
        return stretch.start.floored(to: stretch.width) == stretch.start && resolutionNanoseconds > 0
            && stretch.contains(firstEvent) && stretch.contains(lastEvent) && firstEvent <= lastEvent
    }
}

extension SnapshotError {
    /// A body that is whole by its checksum and still does not say what it should.
    package init(_ subject: String, _ failure: DecodingFailure) {
        self.init(
            .damaged, offset: UInt64(Frame.headLength + failure.offset), subject, found: "something else",
            expected: failure.expected)
    }
}
