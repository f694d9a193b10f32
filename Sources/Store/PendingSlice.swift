import RollingWindow
import Snapshots

/// A slice that is committed and not yet in an hour file.
///
/// For more than a minute it only waits for lines that come late, and there are thousands of series of such slices. So
/// what the last commit has not touched is packed: a tenth of what histograms take.
struct PendingSlice: Sendable {
    /// What was added last, under the header of all.
    private var recent: SnapshotBlock
    private var packed = PackedSeries()
    /// All of it as the journal has it, where an hour file takes the same bytes.
    private(set) var encoded: [UInt8]?

    init(_ block: SnapshotBlock, encoded: [UInt8]? = nil) {
        recent = block
        self.encoded = encoded
    }

    var header: BlockHeader { recent.header }

    /// Series, or more where some were packed twice.
    var cells: Int { recent.series.count + packed.rows }

    /// Further commits to the same slice.
    mutating func add(_ block: SnapshotBlock) {
        recent.add(block)
        encoded = nil
    }

    mutating func pack() {
        // Those are written as they are, and soon.
        guard encoded == nil, !recent.series.isEmpty else { return }
        packed.append(recent.series)
        recent.series = [:]
    }

    var block: SnapshotBlock {
        guard !packed.isEmpty else { return recent }
        var block = recent
        block.series = packed.series
        for (key, cell) in recent.series { block.series[key, default: Cell()].add(cell) }
        return block
    }
}

extension [Stretch: PendingSlice] {
    /// - Parameter encoded: the block as it was written, where an hour file takes the same bytes.
    mutating func add(_ block: SnapshotBlock, encoded: [UInt8]? = nil) {
        if self[block.header.stretch]?.add(block) == nil {
            self[block.header.stretch] = PendingSlice(block, encoded: encoded)
        }
    }

    /// Packs what is not of these stretches.
    mutating func pack(butNot touched: Set<Stretch>) {
        for stretch in keys where !touched.contains(stretch) { self[stretch]!.pack() }
    }
}
