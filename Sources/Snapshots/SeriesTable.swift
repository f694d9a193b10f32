package import RequestLog
package import RollingWindow

/// Series and their cells, compressed: the size of the columns (4 bytes), then the columns in zlib.
///
/// It takes the rest of what it is written into. Snapshots.docc draws the columns.
package enum SeriesTable {
    package static func encode(
        _ series: [SeriesKey: Cell], names: Names, level: Int32 = 6, into writer: inout ByteWriter
    ) throws(SnapshotError) {
        if let most = series.values.map(\.requests).max(), most > SnapshotLimits.requestsPerSeries {
            throw SnapshotError(
                .tooLarge, offset: 0, "series", found: "\(most) requests",
                expected: "at most \(SnapshotLimits.requestsPerSeries)")
        }
        var columns = ColumnWriter()
        columns.append(series, names: names)
        let size = columns.writer.bytes.count
        guard
            size <= SnapshotLimits.payloadBytes, series.count <= SnapshotLimits.seriesPerBlock,
            columns.buckets <= SnapshotLimits.bucketsPerBlock
        else {
            throw SnapshotError(
                .tooLarge, offset: 0, "table of series",
                found: "\(series.count) series, \(columns.buckets) buckets, \(size) bytes",
                expected: "at most \(SnapshotLimits.seriesPerBlock) series, \(SnapshotLimits.bucketsPerBlock) buckets, "
                    + "\(SnapshotLimits.payloadBytes) bytes")
        }
        writer.fixed(UInt32(size))
        writer.append(contentsOf: Zlib.deflated(columns.writer.bytes, level: level))
    }

    package static func decode(
        _ reader: inout ByteReader, names: inout Names
    ) throws(DecodingFailure) -> [SeriesKey: Cell] {
        let start = reader
        var columns = try inflated(&reader)
        do throws(DecodingFailure) {
            return try columns.series(names: &names)
        } catch {
            throw start.failure("\(error.expected) at byte \(error.offset) of the columns")
        }
    }

    /// How many requests the table holds, for much less than decoding it.
    package static func requests(_ reader: inout ByteReader) throws(DecodingFailure) -> UInt64 {
        let start = reader
        var columns = try inflated(&reader)
        do throws(DecodingFailure) {
            return try columns.requests()
        } catch {
            throw start.failure("\(error.expected) at byte \(error.offset) of the columns")
        }
    }

    private static func inflated(_ reader: inout ByteReader) throws(DecodingFailure) -> ColumnReader {
        let declared = reader
        let size = Int(try reader.fixed32())
        guard size <= SnapshotLimits.payloadBytes, size <= reader.remaining * SnapshotLimits.mostExpansion else {
            throw declared.failure("columns of at most \(SnapshotLimits.payloadBytes) bytes, and as zlib can expand to")
        }
        let start = reader
        guard let columns = Zlib.inflated(try reader.slice(reader.remaining), size: size) else {
            throw start.failure("a zlib stream of \(size) bytes")
        }
        return ColumnReader(columns)
    }
}
