package import RequestLog
package import RollingWindow

/// One slice of event time as it is written down: what happened in it, and which commits brought it.
package struct SnapshotBlock: Equatable, Sendable {
    package var header: BlockHeader
    package var series: [SeriesKey: Cell]

    package init(header: BlockHeader, series: [SeriesKey: Cell]) {
        self.header = header
        self.series = series
    }

    package var slice: Slice {
        Slice(start: header.stretch.start, width: header.stretch.width, series: series)
    }

    /// Takes in further commits of the same store for the same stretch.
    package mutating func add(_ other: SnapshotBlock) {
        precondition(header.stretch == other.header.stretch, "adding a block of another stretch of time")
        precondition(!header.commits.overlaps(other.header.commits), "adding commits twice")
        header.commits.formUnion(other.header.commits)
        header.firstEvent = min(header.firstEvent, other.header.firstEvent)
        header.lastEvent = max(header.lastEvent, other.header.lastEvent)
        header.resolutionNanoseconds = max(header.resolutionNanoseconds, other.header.resolutionNanoseconds)
        for (key, cell) in other.series { series[key, default: Cell()].add(cell) }
    }

    /// Takes in a block of the same store from inside the stretch; each commit of each slice must come once.
    package mutating func absorb(_ other: SnapshotBlock) {
        precondition(header.storeID == other.header.storeID, "absorbing a block of another store")
        precondition(header.stretch.contains(other.header.stretch), "absorbing a block of another time")
        header.commits.formUnion(other.header.commits)
        header.firstEvent = min(header.firstEvent, other.header.firstEvent)
        header.lastEvent = max(header.lastEvent, other.header.lastEvent)
        header.resolutionNanoseconds = max(header.resolutionNanoseconds, other.header.resolutionNanoseconds)
        for (key, cell) in other.series { series[key, default: Cell()].add(cell) }
    }

    /// The same content as the block of a wider stretch.
    package func widened(to stretch: Stretch) -> SnapshotBlock {
        precondition(stretch.contains(header.stretch), "widening a block to another time")
        var block = self
        block.header.stretch = stretch
        return block
    }

    /// The block as it is on disk; the same block gives the same bytes.
    ///
    /// - Parameter level: how hard zlib tries, 1 to 9.
    package func encoded(names: Names, level: Int32 = 6) throws(SnapshotError) -> [UInt8] {
        var writer = ByteWriter()
        header.encode(into: &writer)
        try SeriesTable.encode(series, names: names, level: level, into: &writer)
        return try Frame(.block, body: writer.bytes).bytes
    }

    /// - Parameter names: takes in the texts of the block.
    package static func decode(_ bytes: [UInt8], names: inout Names) throws(SnapshotError) -> SnapshotBlock {
        try decode(Frame(bytes, of: [.block]), names: &names)
    }

    package static func decode(_ frame: Frame, names: inout Names) throws(SnapshotError) -> SnapshotBlock {
        try OpenedBlock(frame).block(names: &names)
    }

    /// How many requests a block holds, for much less than decoding it.
    package static func requests(in frame: Frame) throws(SnapshotError) -> UInt64 { try OpenedBlock(frame).requests() }
}
