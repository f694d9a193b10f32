import CScan

// From the columns of a group of lines to their records, field by field in the order of `interpret`. Each function
// returns the lines whose value it cannot read, or prove to be what it must be: the general scanner has the last word
// on those. A kernel reads the values that look like nearly all; what it leaves goes to the function that `interpret`
// calls too.

extension RecordReader {
    /// Makes the records of the group; returns the lines that are none, `failed` among them, and puts those that a filter
    /// takes into `filtered`.
    @inline(__always)
    mutating func readColumns(
        of shape: UnsafeMutablePointer<Shape>, _ group: LineGroup, failed: UInt64, latest: Timestamp,
        names: inout Names, filtered: inout UInt64
    ) -> UInt64 {
        guard let status = shape.pointee.column(of: .status), let time = shape.pointee.column(of: .time) else {
            return .max
        }
        for place in 0..<group.count { group.record(place).initialize(to: Record()) }
        var failed = failed | proveValues(of: shape, group)
        failed |= group.read(status, into: &group.records.pointee.status, by: { cscan_statuses($0) }).bits
        failed |= readTime(time, group, latest)
        if let column = shape.pointee.column(of: .duration) { failed |= readDuration(column, group) }
        if let column = shape.pointee.column(of: .dbCalls) {
            failed |= readCounts(column, group, most: Record.mostCalls, into: &group.records.pointee.dbCalls)
        }
        if let column = shape.pointee.column(of: .bytes) {
            failed |= readCounts(column, group, most: Record.mostBytes, into: &group.records.pointee.bytes)
        }
        if let column = shape.pointee.column(of: .dbTime) {
            failed |= readSpans(column, .dbTime, group, into: &group.records.pointee.dbNanoseconds)
        }
        if let column = shape.pointee.column(of: .upstreamTime) {
            failed |= readSpans(column, .upstreamTime, group, into: &group.records.pointee.upstreamNanoseconds)
        }
        if !filters.isEmpty { filtered = readFilters(of: shape, group, &failed) }
        // What is new to the names comes from records only, so these look at the lines that are left.
        if shape.pointee.hasPlainRoute {
            if let column = shape.pointee.column(of: .method) { failed |= readMethods(column, group) }
            if let column = shape.pointee.column(of: .route) {
                failed |= readRoutes(column, group, failed | filtered, &names)
            }
        }
        if shape.pointee.column(of: .authenticated) == nil, let column = shape.pointee.column(of: .identity) {
            failed |= readIdentity(column, group)
        }
        if shape.pointee.hasRareFields || hasSegmentKey {
            failed |= readRareFields(of: shape, group, failed | filtered, &names)
        }
        if let column = shape.pointee.column(of: .version) {
            failed |= readVersions(column, group, failed | filtered, &names)
        }
        // The last, for it counts the words that nobody knows: once for each record.
        if let column = shape.pointee.column(of: .cache) { failed |= readCache(column, group, failed | filtered) }
        return failed
    }

    /// Numbers and scalars that somebody reads are proven by whoever reads them, save those behind quotes.
    @inline(__always)
    private func proveValues(of shape: UnsafeMutablePointer<Shape>, _ group: LineGroup) -> UInt64 {
        var failed: UInt64 = 0
        for number in 0..<shape.pointee.columnCount {
            let column = shape.pointee.columns[number]
            if column.meaning == nil {
                failed |= column.kind == .number ? group.linesWithoutNumber(column) : group.linesWithoutScalar(column)
            } else if column.kind == .scalar, !column.isOfSegment {
                failed |= group.openScalars(column)
            }
        }
        return failed
    }
}
