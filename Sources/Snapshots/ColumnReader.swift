import RequestLog
import RollingWindow

/// Reads what `ColumnWriter` wrote, and nothing else: counts that contradict each other are damage too.
///
/// It is made once and reads block after block: the arrays are those of the block before, and so are its names where
/// they are the same again.
struct ColumnReader {
    private(set) var columns = SeriesColumns()
    private var names = KnownNames()

    init() {}

    /// The tables of names of the last block, as its bytes and as what they were called then.
    private struct KnownNames {
        var bytes: [UInt8] = []
        /// By number; 0 is the name that is not there.
        var identifiers: [NameID] = [.none]
    }

    /// - Parameter table: of names, the same for every block.
    mutating func read(_ bytes: [UInt8], names table: inout Names) throws(DecodingFailure) {
        try bytes.withUnsafeBufferPointer { bytes throws(DecodingFailure) in try read(bytes, names: &table) }
    }

    private mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>, names table: inout Names
    ) throws(DecodingFailure) {
        var cursor = ColumnCursor(bytes)
        let isKnown = cursor.begins(with: names.bytes)
        var texts: [String] = []
        var paths: [String] = []
        if isKnown {
            cursor.skip(names.bytes.count)
        } else {
            texts = try cursor.names()
            paths = try cursor.names()
        }
        let namesEnd = cursor.offset
        let nameCount = isKnown ? names.identifiers.count - 1 : texts.count + paths.count
        let count = try cursor.seriesCount(before: bytes.count)
        guard count <= SnapshotLimits.seriesPerBlock else { throw cursor.failure("fewer series") }
        // Only bytes that are whole enter the table of names.
        try cursor.read(keys: &columns.keys, count: count, names: nameCount)
        try readCells(&cursor)
        guard cursor.remaining == 0 else { throw cursor.failure("the end of the columns") }
        guard eachOnce else { throw cursor.failure("each series once") }
        if !isKnown {
            names.bytes = Array(bytes[..<namesEnd])
            names.identifiers =
                [NameID.none] + texts.map { table.intern($0) } + paths.map { table.intern(storedPath: $0) }
        }
        let identifiers = names.identifiers
        columns.keys.replaceEach { _, key in
            key.source = identifiers[Int(key.source.index)]
            key.route = identifiers[Int(key.route.index)]
            key.version = identifiers[Int(key.version.index)]
        }
    }

    /// They are written in an order, in which it is seen at once.
    private var eachOnce: Bool {
        let keys = columns.keys
        let isAscending = zip(keys, keys.dropFirst()).allSatisfy { $0.isBefore($1) }
        return isAscending || Set(keys).count == keys.count
    }

    private mutating func readCells(_ cursor: inout ColumnCursor) throws(DecodingFailure) {
        columns.requests.fill(columns.count, with: 0)
        try columns.requests.replaceEach { _, requests throws(DecodingFailure) in
            requests = try cursor.varint()
            guard requests <= SnapshotLimits.requestsPerSeries else { throw cursor.failure("fewer requests") }
        }
        var bucketsLeft = SnapshotLimits.bucketsPerBlock
        let requests = columns.requests
        try columns.durations.read(&cursor, .durations, of: requests, bucketsLeft: &bucketsLeft)
        try columns.calls.read(&cursor, .calls, of: requests, bucketsLeft: &bucketsLeft)
        try columns.dbTime.read(&cursor, of: requests)
        try columns.upstreamTime.read(&cursor, of: requests)
        try columns.bytes.read(&cursor, of: requests)
        guard columns.durations.areWhole, columns.calls.areWhole else {
            throw cursor.failure("histograms that hold as many values as are counted")
        }
    }
}

extension SeriesKey {
    /// The order in which `ColumnWriter` writes keys whose names are numbers of the block.
    fileprivate func isBefore(_ other: SeriesKey) -> Bool {
        if source.index != other.source.index { return source.index < other.source.index }
        if route.index != other.route.index { return route.index < other.route.index }
        if version.index != other.version.index { return version.index < other.version.index }
        return rest < other.rest
    }

    private var rest: UInt64 {
        UInt64(method.rawValue) << 32 | UInt64(status) << 16 | UInt64(cache.rawValue) << 8 | UInt64(segment.rawValue)
    }
}
