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
        var columns = ColumnReader()
        try InflatedTable(&reader).read(into: &columns, names: &names)
        return columns.columns.series
    }
}

/// A table whose columns are unpacked and not read yet.
struct InflatedTable: Sendable {
    let columns: [UInt8]
    /// Where it begins in what it was read from.
    private let offset: Int

    init(_ reader: inout ByteReader) throws(DecodingFailure) {
        offset = reader.offset
        let size = try InflatedTable.size(&reader)
        let start = reader
        guard let columns = Zlib.inflated(try reader.slice(reader.remaining), size: size) else {
            throw start.failure("a zlib stream of \(size) bytes")
        }
        self.columns = columns
    }

    /// Of the columns.
    private static func size(_ reader: inout ByteReader) throws(DecodingFailure) -> Int {
        let declared = reader
        let size = Int(try reader.fixed32())
        guard size <= SnapshotLimits.payloadBytes, size <= reader.remaining * SnapshotLimits.mostExpansion else {
            throw declared.failure("columns of at most \(SnapshotLimits.payloadBytes) bytes, and as zlib can expand to")
        }
        return size
    }

    /// So many bytes have the names, the keys and the requests of a thousand series.
    private static let beginningBytes = 16 << 10

    /// How many requests the table holds, where its beginning tells; nil: it takes all of it.
    static func requestsAtBeginning(_ reader: inout ByteReader, by counter: inout RequestCounter) -> UInt64? {
        guard let size = try? size(&reader), size > beginningBytes,
            let rest = try? reader.slice(reader.remaining),
            let beginning = Zlib.beginning(of: rest, count: beginningBytes)
        else { return nil }
        return try? counter.requests(in: beginning, of: size)
    }

    func read(into reader: inout ColumnReader, names: inout Names) throws(DecodingFailure) {
        do throws(DecodingFailure) { try reader.read(columns, names: &names) } catch { throw located(error) }
    }

    /// How many requests the table holds, for less than reading it.
    func requests(by counter: inout RequestCounter) throws(DecodingFailure) -> UInt64 {
        do throws(DecodingFailure) { return try counter.requests(in: columns) } catch { throw located(error) }
    }

    private func located(_ failure: DecodingFailure) -> DecodingFailure {
        DecodingFailure(
            offset: offset, expected: "\(failure.expected) at byte \(failure.offset) of the columns")
    }
}
