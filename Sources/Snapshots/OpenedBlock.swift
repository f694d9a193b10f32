package import RequestLog
import RollingWindow

/// A block that is inflated: how many requests it holds, and then what they are, for inflating it once.
package struct OpenedBlock: Sendable {
    package let header: BlockHeader
    private let table: InflatedTable

    /// - Parameter frame: of kind `block`.
    package init(_ frame: Frame) throws(SnapshotError) {
        var reader = ByteReader(frame.body)
        do throws(DecodingFailure) {
            header = try BlockHeader(&reader)
            table = try InflatedTable(&reader)
        } catch {
            throw SnapshotError(frame.kind.name, error)
        }
    }

    /// The requests of a block whose columns nobody else asks for: it is inflated as far as they reach.
    package static func requests(in frame: Frame, by counter: inout RequestCounter) throws(SnapshotError) -> UInt64 {
        var reader = ByteReader(frame.body)
        if (try? BlockHeader(&reader)) != nil,
            let requests = InflatedTable.requestsAtBeginning(&reader, by: &counter)
        {
            return requests
        }
        return try OpenedBlock(frame).requests(by: &counter)
    }

    /// What it takes in memory.
    package var byteCount: Int { table.columns.count }

    package func requests() throws(SnapshotError) -> UInt64 {
        var counter = RequestCounter()
        return try requests(by: &counter)
    }

    /// For whoever asks block after block.
    package func requests(by counter: inout RequestCounter) throws(SnapshotError) -> UInt64 {
        do throws(DecodingFailure) { return try table.requests(by: &counter) } catch { throw OpenedBlock.damage(error) }
    }

    /// - Parameter names: takes in the texts of the block.
    package func block(names: inout Names) throws(SnapshotError) -> SnapshotBlock {
        var reader = BlockReader()
        try reader.read(self, names: &names)
        return SnapshotBlock(header: header, series: reader.columns.series)
    }

    fileprivate func read(into reader: inout ColumnReader, names: inout Names) throws(SnapshotError) {
        do throws(DecodingFailure) {
            try table.read(into: &reader, names: &names)
        } catch {
            throw OpenedBlock.damage(error)
        }
    }

    private static func damage(_ failure: DecodingFailure) -> SnapshotError {
        SnapshotError(Frame.Kind.block.name, failure)
    }
}

/// Reads block after block with one table of names.
package struct BlockReader: Sendable {
    private var reader = ColumnReader()

    package init() {}

    /// Of the block that was read last.
    package var columns: SeriesColumns { reader.columns }

    /// - Parameter names: takes in the texts of the block; the same table for every block.
    package mutating func read(_ block: OpenedBlock, names: inout Names) throws(SnapshotError) {
        try block.read(into: &reader, names: &names)
    }
}
