import RollingWindow

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
    var buckets: [(index: Int32, count: UInt64)] = []

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

    private static func merged(
        _ left: [(index: Int32, count: UInt64)], _ right: [(index: Int32, count: UInt64)]
    ) -> [(index: Int32, count: UInt64)] {
        var sum: [(index: Int32, count: UInt64)] = []
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
