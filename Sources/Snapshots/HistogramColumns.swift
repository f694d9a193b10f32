package import RollingWindow

/// A histogram for each row and what is kept beside it.
package struct HistogramColumns: Sendable {
    package private(set) var totals: [Total] = []
    package private(set) var extremes: [Extremes] = []
    package private(set) var zeros: [UInt64] = []
    /// Of the filled buckets of all rows; within a row they ascend.
    package private(set) var indices: [Int32] = []
    package private(set) var counts: [UInt64] = []
    /// Where the filled buckets of each row end, which is where those of the next begin.
    private var ends: [Int] = []
    /// What the buckets of each row hold.
    private var held: [UInt64] = []

    package init() {}

    /// Places of a row's filled buckets.
    package func filled(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

    func buckets(_ row: Int) -> Buckets {
        let filled = filled(row)
        return Buckets(ascending: indices[filled], counts: counts[filled])
    }

    /// Whether each row's histogram has as many values as are counted beside it.
    var areWhole: Bool { totals.indices.allSatisfy { totals[$0].count == zeros[$0] &+ held[$0] } }
}

extension HistogramColumns {
    /// What a histogram is of.
    struct Measure {
        let values: BucketValues
        let range: ClosedRange<Int32>
        let hasZeros: Bool

        static let durations = Measure(values: .durations, range: SnapshotLimits.durationIndices, hasZeros: true)
        static let calls = Measure(values: .calls, range: SnapshotLimits.callIndices, hasZeros: false)
    }

    /// - Parameters:
    ///   - requests: of each row.
    ///   - bucketsLeft: so many the block may still have, empty ones between others included.
    mutating func read(
        _ cursor: inout ColumnCursor, _ measure: Measure, of requests: [UInt64], bucketsLeft: inout Int
    ) throws(DecodingFailure) {
        try totals.readCounts(&cursor, of: requests)
        zeros.fill(requests.count, with: 0)
        if measure.hasZeros {
            try zeros.replaceEach { _, zeros throws(DecodingFailure) in zeros = try cursor.varint() }
        }
        try readIndices(&cursor, rows: requests.count, in: measure.range)
        try readBucketCounts(&cursor, bucketsLeft: &bucketsLeft)
        let unit = try ColumnUnit(&cursor)
        try readSums(&cursor, unit, measure.values, of: requests)
        try readExtremes(&cursor, unit, measure.values)
    }

    private mutating func readIndices(
        _ cursor: inout ColumnCursor, rows: Int, in range: ClosedRange<Int32>
    ) throws(DecodingFailure) {
        ends.fill(rows, with: 0)
        var end = 0
        try ends.replaceEach { _, place throws(DecodingFailure) in
            end += try cursor.count()
            place = end
        }
        // Each has a byte for its place and a byte for its count.
        guard end <= cursor.remaining / 2 else { throw cursor.failure("as many buckets as the bytes can hold") }
        indices.fill(end, with: 0)
        var start = 0
        for row in 0..<rows where ends[row] > start {
            let index = try cursor.zigzag()
            guard index >= Int64(range.lowerBound), index <= Int64(range.upperBound) else {
                throw HistogramColumns.failure(cursor, range)
            }
            indices[start] = Int32(truncatingIfNeeded: index)
            start = ends[row]
        }
        try indices.withUnsafeMutableBufferPointer { indices throws(DecodingFailure) in
            var start = 0
            for end in ends where end > start {
                var index = indices[start]
                for place in start + 1..<end {
                    let step = try cursor.varint()
                    guard step > 0 else { throw cursor.failure("a step to another bucket") }
                    guard step <= UInt64(range.upperBound - index) else {
                        throw HistogramColumns.failure(cursor, range)
                    }
                    index &+= Int32(truncatingIfNeeded: step)
                    indices[place] = index
                }
                start = end
            }
        }
    }

    private static func failure(_ cursor: ColumnCursor, _ range: ClosedRange<Int32>) -> DecodingFailure {
        cursor.failure("a bucket from \(range.lowerBound) to \(range.upperBound)")
    }

    private mutating func readBucketCounts(
        _ cursor: inout ColumnCursor, bucketsLeft: inout Int
    ) throws(DecodingFailure) {
        counts.fill(indices.count, with: 0)
        held.fill(ends.count, with: 0)
        try counts.withUnsafeMutableBufferPointer { counts throws(DecodingFailure) in
            var start = 0
            for (row, end) in ends.enumerated() where end > start {
                let width = Int(indices[end - 1] - indices[start]) + 1
                guard width <= bucketsLeft else { throw cursor.failure("fewer buckets") }
                bucketsLeft -= width
                var sum: UInt64 = 0
                for place in start..<end {
                    let count = try cursor.varint()
                    guard count > 0 else { throw cursor.failure("a bucket that is not empty") }
                    counts[place] = count
                    let (next, overflow) = sum.addingReportingOverflow(count)
                    sum = overflow ? .max : next
                }
                held[row] = sum
                start = end
            }
        }
    }

    private mutating func readSums(
        _ cursor: inout ColumnCursor, _ unit: ColumnUnit, _ values: BucketValues, of requests: [UInt64]
    ) throws(DecodingFailure) {
        var start = 0
        try totals.replaceEach { row, total throws(DecodingFailure) in
            let expected = values.sum(of: start..<ends[row], indices, counts)
            start = ends[row]
            total.sum = unit.value(try cursor.wideZigzag(), above: expected)
            try cursor.check(total, of: requests[row])
        }
    }

    /// Only rows with a value have them.
    private mutating func readExtremes(
        _ cursor: inout ColumnCursor, _ unit: ColumnUnit, _ values: BucketValues
    ) throws(DecodingFailure) {
        extremes.fill(totals.count, with: .none)
        try extremes.withUnsafeMutableBufferPointer { extremes throws(DecodingFailure) in
            for row in 0..<totals.count where totals[row].count > 0 {
                let (total, start) = (totals[row], row == 0 ? 0 : ends[row - 1])
                let expected = values.min(
                    of: total, zeros: total.count &- held[row], lowest: start == ends[row] ? nil : indices[start])
                let least = Int64(exactly: unit.value(Int128(bitPattern: try cursor.wideVarint()), above: expected))
                guard let least, least >= 0 else { throw cursor.failure("a smallest value of zero or more") }
                extremes[row].min = least
            }
            for row in 0..<totals.count where totals[row].count > 0 {
                let (least, start) = (extremes[row].min, row == 0 ? 0 : ends[row - 1])
                let expected = values.max(
                    of: totals[row], min: least, highest: start == ends[row] ? nil : indices[ends[row] - 1])
                let most = Int64(exactly: unit.value(0 &- Int128(bitPattern: try cursor.wideVarint()), above: expected))
                guard let most, least <= most else {
                    throw cursor.failure("a largest value that is no smaller than the smallest")
                }
                extremes[row].max = most
            }
        }
    }
}

extension [Total] {
    /// Counts stand as what the requests are more.
    mutating func readCounts(_ cursor: inout ColumnCursor, of requests: [UInt64]) throws(DecodingFailure) {
        fill(requests.count, with: Total())
        try replaceEach { row, total throws(DecodingFailure) in
            total.count = requests[row] &- UInt64(bitPattern: try cursor.zigzag())
        }
    }

    /// Counts and sums.
    mutating func read(_ cursor: inout ColumnCursor, of requests: [UInt64]) throws(DecodingFailure) {
        try readCounts(&cursor, of: requests)
        let unit = try ColumnUnit(&cursor)
        try replaceEach { row, total throws(DecodingFailure) in
            total.sum = unit.value(Int128(bitPattern: try cursor.wideVarint()))
            try cursor.check(total, of: requests[row])
        }
    }
}

extension ColumnCursor {
    @inline(__always)
    func check(_ total: Total, of requests: UInt64) throws(DecodingFailure) {
        guard SnapshotLimits.allow(total, of: requests) else {
            throw failure("a sum of as many values as are counted, of zero or more each")
        }
    }
}

extension Array {
    /// So many of one value, in the memory that is there.
    mutating func fill(_ count: Int, with value: Element) {
        removeAll(keepingCapacity: true)
        append(contentsOf: repeatElement(value, count: count))
    }

    /// Goes over all of them where they are.
    @inline(__always)
    mutating func replaceEach<Failure: Error>(
        _ body: (_ place: Int, _ element: inout Element) throws(Failure) -> Void
    ) throws(Failure) {
        try withUnsafeMutableBufferPointer { elements throws(Failure) in
            for place in 0..<elements.count { try body(place, &elements[place]) }
        }
    }
}
