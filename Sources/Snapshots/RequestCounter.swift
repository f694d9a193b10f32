import RollingWindow

/// Adds up the requests of block after block; the columns behind them are not looked at.
///
/// Blocks of one store have the same names again and again: they are checked once.
package struct RequestCounter: Sendable {
    private var nameBytes: [UInt8] = []
    private var nameCount = 0
    private var keys: [SeriesKey] = []

    package init() {}

    /// - Parameter size: of all the columns, where these are only the first bytes.
    mutating func requests(in columns: [UInt8], of size: Int? = nil) throws(DecodingFailure) -> UInt64 {
        try columns.withUnsafeBufferPointer { bytes throws(DecodingFailure) in
            var cursor = ColumnCursor(bytes)
            if cursor.begins(with: nameBytes) {
                cursor.skip(nameBytes.count)
            } else {
                nameCount = try cursor.names().count + cursor.names().count
                nameBytes = Array(bytes[..<cursor.offset])
            }
            let count = try cursor.seriesCount(before: size ?? columns.count)
            try cursor.read(keys: &keys, count: count, names: nameCount)
            var requests: UInt64 = 0
            for _ in 0..<count { requests &+= try cursor.varint() }
            return requests
        }
    }
}
