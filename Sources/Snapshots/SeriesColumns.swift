package import RollingWindow

/// The columns of a block, unpacked: a row for each series, in flat arrays that the next block uses again.
///
/// Rows come in the order in which they were written, each series once; where a full table of names has made one name of
/// many, a key may come again.
package struct SeriesColumns: Sendable {
    package internal(set) var keys: [SeriesKey] = []
    package internal(set) var requests: [UInt64] = []
    package internal(set) var durations = HistogramColumns()
    package internal(set) var calls = HistogramColumns()
    package internal(set) var dbTime: [Total] = []
    package internal(set) var upstreamTime: [Total] = []
    package internal(set) var bytes: [Total] = []

    package init() {}

    package var count: Int { keys.count }

    /// A row as windows have it.
    package func cell(_ row: Int) -> Cell {
        var cell = Cell()
        cell.requests = requests[row]
        cell.durations.total = durations.totals[row]
        cell.durations.extremes = durations.extremes[row]
        cell.durations.zeros = durations.zeros[row]
        cell.durations.buckets = durations.buckets(row)
        cell.calls.total = calls.totals[row]
        cell.calls.extremes = calls.extremes[row]
        cell.calls.buckets = calls.buckets(row)
        cell.dbTime = dbTime[row]
        cell.upstreamTime = upstreamTime[row]
        cell.bytes = bytes[row]
        return cell
    }

    /// All rows by their keys.
    package var series: [SeriesKey: Cell] {
        var series = [SeriesKey: Cell](minimumCapacity: count)
        for row in 0..<count {
            let cell = cell(row)
            if let known = series.updateValue(cell, forKey: keys[row]) { series[keys[row]]!.add(known) }
        }
        return series
    }
}
