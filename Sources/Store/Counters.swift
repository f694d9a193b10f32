import RequestLog
package import RollingWindow

/// Committed totals per series since the data directory was made. They only grow.
///
/// Past the limit a new series counts in `(other)`, with its source, status class and cache. Which series those are
/// depends on the order of commits and the texts of their keys alone, so a replay of the journal ends with the same.
package struct Counters: Equatable, Sendable {
    package internal(set) var series: [SeriesKey: Cell] = [:]
    /// Requests that went to `(other)`.
    package internal(set) var overflowedRequests: UInt64 = 0

    package let limit: Int
    /// Series that are not `(other)`.
    private var ownSeries = 0

    init(limit: Int) { self.limit = limit }

    /// From a checkpoint; series beyond the limit that were admitted under a higher one stay.
    init(series: [SeriesKey: Cell], overflowedRequests: UInt64, limit: Int) {
        self.init(limit: limit)
        self.series = series
        self.overflowedRequests = overflowedRequests
        ownSeries = series.keys.count { $0.route != .other }
    }

    mutating func add(_ addition: [SeriesKey: Cell], names: Names) {
        var newcomers: [SeriesKey] = []
        for (key, cell) in addition {
            if series[key]?.add(cell) == nil { newcomers.append(key) }
        }
        if ownSeries + newcomers.count > limit { newcomers.sort { precedes($0, $1, names) } }
        for key in newcomers {
            if key.route == .other || ownSeries < limit {
                series[key] = addition[key]
                if key.route != .other { ownSeries += 1 }
            } else {
                overflowedRequests &+= addition[key]!.requests
                series[key.other, default: Cell()].add(addition[key]!)
            }
        }
    }

    /// Identifiers differ from run to run; texts do not.
    private func precedes(_ left: SeriesKey, _ right: SeriesKey, _ names: Names) -> Bool {
        for part in [\SeriesKey.source, \.route, \.version] where left[keyPath: part] != right[keyPath: part] {
            return names[left[keyPath: part]].utf8.lexicographicallyPrecedes(names[right[keyPath: part]].utf8)
        }
        return (left.method.rawValue, left.status, left.cache.rawValue, left.segment.rawValue)
            < (right.method.rawValue, right.status, right.cache.rawValue, right.segment.rawValue)
    }
}
