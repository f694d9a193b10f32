package import RequestLog

/// Which slices of a side are compared, and in which row of a score series each of them stands.
package struct SliceMap: Equatable, Sendable {
    /// Rows by slice number, from `first` on; −1: the slice is left out.
    private var rows: [Int32]
    private let first: Int64
    /// Lengths of the contiguous pieces.
    package private(set) var pieces: [Int]

    /// How many slices are compared.
    package var count: Int { pieces.reduce(0, +) }

    /// - Parameter excluded: slice numbers that are left out.
    package init(_ windows: [Side.Window], width: Timestamp.Span, excluded: Set<Int64> = []) {
        let spans = windows.map {
            ($0.from.floored(to: width).nanoseconds / width.nanoseconds, SliceMap.behind($0.to, width))
        }
        first = spans.first?.0 ?? 0
        rows = []
        pieces = []
        var row: Int32 = 0
        for (start, behind) in spans {
            precondition(start - first >= rows.count && behind >= start, "windows that overlap or are out of order")
            rows.append(contentsOf: repeatElement(-1, count: Int(start - first) - rows.count))
            var length = 0
            for number in start..<behind {
                if excluded.contains(number) {
                    rows.append(-1)
                } else {
                    rows.append(row)
                    row += 1
                    length += 1
                }
            }
            if length > 0 { pieces.append(length) }
        }
    }

    /// The number of the first slice that begins at or after the instant.
    private static func behind(_ time: Timestamp, _ width: Timestamp.Span) -> Int64 {
        let floor = time.floored(to: width)
        return floor.nanoseconds / width.nanoseconds + (floor == time ? 0 : 1)
    }

    @inline(__always)
    func row(of slice: Int64) -> Int {
        let place = slice &- first
        guard place >= 0, place < rows.count else { return -1 }
        return Int(rows[Int(place)])
    }
}
