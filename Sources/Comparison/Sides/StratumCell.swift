import RollingWindow
import Snapshots

/// What is compared of the requests of one stratum in one slice.
///
/// 5xx count as requests, as errors and by their calls; their response times do not count: a fast failure is no
/// improvement.
struct StratumCell: Equatable, Sendable {
    var requests: UInt64 = 0
    var errors: UInt64 = 0
    /// Requests whose database calls are known, and these calls.
    var callRequests: UInt64 = 0
    var calls: UInt64 = 0
    /// Requests without error whose response time is known.
    var timed: UInt64 = 0
    /// Of these the ones that took 0 ns.
    var zeros: UInt64 = 0
    /// Their response times together.
    var nanoseconds: UInt64 = 0
    /// Filled buckets of `DurationScale`, ascending.
    var buckets: [Bucket] = []

    typealias Bucket = (index: Int32, count: UInt64)

    init() {}

    init(_ cell: Cell, isError: Bool) {
        requests = cell.requests
        errors = isError ? cell.requests : 0
        callRequests = cell.calls.total.count
        calls = UInt64(clamping: cell.calls.total.sum)
        guard !isError else { return }
        timed = cell.durations.total.count
        zeros = cell.durations.zeros
        nanoseconds = UInt64(clamping: cell.durations.total.sum)
        let lowest = cell.durations.buckets.lowest
        cell.durations.buckets.forEachFilled { buckets.append((lowest + Int32($0), $1)) }
    }

    /// A row of a block, of a series of this stratum; the first one takes the place of what was there.
    mutating func take(_ columns: SeriesColumns, _ row: Int, isError: Bool, isFirst: Bool) {
        let (durations, calls) = (columns.durations, columns.calls)
        if isFirst { empty() }
        requests &+= columns.requests[row]
        if isError { errors &+= columns.requests[row] }
        callRequests &+= calls.totals[row].count
        self.calls &+= UInt64(clamping: calls.totals[row].sum)
        guard !isError else { return }
        timed &+= durations.totals[row].count
        zeros &+= durations.zeros[row]
        nanoseconds &+= UInt64(clamping: durations.totals[row].sum)
        let filled = durations.filled(row)
        if buckets.isEmpty {
            for place in filled { buckets.append((durations.indices[place], durations.counts[place])) }
        } else if !filled.isEmpty {
            merge(durations, filled)
        }
    }

    /// From the highest down, so that all of it happens where the buckets are.
    private mutating func merge(_ columns: HistogramColumns, _ filled: Range<Int>) {
        var own = buckets.count
        var gap = 0..<0
        buckets.append(contentsOf: repeatElement((index: 0, count: 0), count: filled.count))
        buckets.withUnsafeMutableBufferPointer { buckets in
            var (other, target) = (filled.upperBound, buckets.count)
            while other > filled.lowerBound {
                let index = columns.indices[other - 1]
                target -= 1
                if own > 0, buckets[own - 1].index >= index {
                    own -= 1
                    buckets[target] = buckets[own]
                    guard buckets[own].index == index else { continue }
                    buckets[target].count &+= columns.counts[other - 1]
                } else {
                    buckets[target] = (index, columns.counts[other - 1])
                }
                other -= 1
            }
            gap = own..<target
        }
        buckets.removeSubrange(gap)
    }

    /// Nothing, in the memory that is there.
    private mutating func empty() {
        (requests, errors, callRequests, calls) = (0, 0, 0, 0)
        (timed, zeros, nanoseconds) = (0, 0, 0)
        buckets.removeAll(keepingCapacity: true)
    }

    mutating func add(_ other: StratumCell) {
        requests &+= other.requests
        errors &+= other.errors
        callRequests &+= other.callRequests
        calls &+= other.calls
        timed &+= other.timed
        zeros &+= other.zeros
        nanoseconds &+= other.nanoseconds
        if buckets.isEmpty {
            buckets = other.buckets
        } else if !other.buckets.isEmpty {
            buckets = StratumCell.merged(buckets, other.buckets)
        }
    }

    private static func merged(_ left: [Bucket], _ right: [Bucket]) -> [Bucket] {
        var sum: [Bucket] = []
        sum.reserveCapacity(left.count + right.count)
        var (first, second) = (0, 0)
        while first < left.count || second < right.count {
            if second == right.count || (first < left.count && left[first].index < right[second].index) {
                sum.append(left[first])
                first += 1
            } else if first == left.count || right[second].index < left[first].index {
                sum.append(right[second])
                second += 1
            } else {
                sum.append((left[first].index, left[first].count &+ right[second].count))
                first += 1
                second += 1
            }
        }
        return sum
    }

    static func == (left: StratumCell, right: StratumCell) -> Bool {
        left.requests == right.requests && left.errors == right.errors && left.callRequests == right.callRequests
            && left.calls == right.calls && left.timed == right.timed && left.zeros == right.zeros
            && left.nanoseconds == right.nanoseconds && left.buckets.elementsEqual(right.buckets, by: ==)
    }
}
