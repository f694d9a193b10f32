package import RequestLog

/// A sum and how many values went into it. 128 bits: no stream of valid lines can overflow it.
package struct Total: Equatable, Sendable {
    package var count: UInt64 = 0
    package var sum: Int128 = 0

    package init() {}

    package init(count: UInt64, sum: Int128) {
        self.count = count
        self.sum = sum
    }

    package var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

    package mutating func add(_ other: Total) {
        count &+= other.count
        sum &+= other.sum
    }

    package mutating func subtract(_ other: Total) {
        precondition(count >= other.count && sum >= other.sum, "subtracting a total that was never added")
        count &-= other.count
        sum &-= other.sum
    }
}

/// Smallest and largest value; of nothing it is `Extremes.none`, which any value replaces.
package struct Extremes: Equatable, Sendable {
    package var min: Int64
    package var max: Int64

    package init(min: Int64, max: Int64) {
        self.min = min
        self.max = max
    }

    package static let none = Extremes(min: .max, max: .min)

    package var isNone: Bool { min > max }

    package mutating func add(_ other: Extremes) {
        min = Swift.min(min, other.min)
        max = Swift.max(max, other.max)
    }
}

/// What is known about the response times of a set of requests, in integer nanoseconds.
package struct Durations: Equatable, Sendable {
    package var total = Total()
    package var extremes = Extremes.none
    /// Requests that took 0 ns, which has no bucket.
    package var zeros: UInt64 = 0
    package var buckets = Buckets()

    package init() {}

    package mutating func add(nanoseconds: Int64, times count: UInt64 = 1) {
        total.add(Total(count: count, sum: Int128(nanoseconds) * Int128(count)))
        extremes.add(Extremes(min: nanoseconds, max: nanoseconds))
        if nanoseconds == 0 {
            zeros &+= count
        } else {
            buckets.add(count, at: DurationScale.index(ofNanoseconds: nanoseconds))
        }
    }

    package mutating func add(_ other: Durations) {
        total.add(other.total)
        extremes.add(other.extremes)
        zeros &+= other.zeros
        buckets.add(other.buckets)
    }

    /// Takes away everything but the extremes, which cannot be subtracted: the caller takes them anew.
    package mutating func subtract(_ other: Durations) {
        total.subtract(other.total)
        precondition(zeros >= other.zeros, "subtracting zeros that were never added")
        zeros &-= other.zeros
        buckets.subtract(other.buckets)
    }

    /// Seconds at the quantile by nearest rank, as the geometric middle of its bucket: within 1.1 % of the exact one.
    package func quantile(_ fraction: Double) -> Double? {
        guard total.count > 0 else { return nil }
        let rank = nearestRank(fraction, of: total.count)
        if rank <= zeros { return 0 }
        return buckets.index(ofRank: rank - zeros).map(DurationScale.middle)
    }
}

/// What is known about the number of database calls per request.
package struct Calls: Equatable, Sendable {
    package var total = Total()
    package var extremes = Extremes.none
    package var buckets = Buckets()

    package init() {}

    package mutating func add(calls: Int64, times count: UInt64 = 1) {
        total.add(Total(count: count, sum: Int128(calls) * Int128(count)))
        extremes.add(Extremes(min: calls, max: calls))
        buckets.add(count, at: CallScale.index(of: calls))
    }

    package mutating func add(_ other: Calls) {
        total.add(other.total)
        extremes.add(other.extremes)
        buckets.add(other.buckets)
    }

    /// Takes away everything but the extremes.
    package mutating func subtract(_ other: Calls) {
        total.subtract(other.total)
        buckets.subtract(other.buckets)
    }

    /// Calls at the quantile by nearest rank: exact up to 64, within 1.1 % above.
    package func quantile(_ fraction: Double) -> Double? {
        guard total.count > 0 else { return nil }
        return buckets.index(ofRank: nearestRank(fraction, of: total.count)).map(CallScale.value)
    }
}

/// The rank of a quantile among `count` sorted values: ⌈fraction · count⌉, at least 1.
package func nearestRank(_ fraction: Double, of count: UInt64) -> UInt64 {
    Swift.min(count, Swift.max(1, UInt64((fraction * Double(count)).rounded(.up))))
}

/// Everything that is kept about the requests of one series in one slice, one window or one run.
package struct Cell: Equatable, Sendable {
    package var requests: UInt64 = 0
    package var durations = Durations()
    package var calls = Calls()
    /// Nanoseconds.
    package var dbTime = Total()
    /// Nanoseconds.
    package var upstreamTime = Total()
    package var bytes = Total()

    package init() {}

    package mutating func add(_ other: Cell) {
        requests &+= other.requests
        durations.add(other.durations)
        calls.add(other.calls)
        dbTime.add(other.dbTime)
        upstreamTime.add(other.upstreamTime)
        bytes.add(other.bytes)
    }

    /// Takes away everything but the extremes.
    package mutating func subtract(_ other: Cell) {
        precondition(requests >= other.requests, "subtracting requests that were never added")
        requests &-= other.requests
        durations.subtract(other.durations)
        calls.subtract(other.calls)
        dbTime.subtract(other.dbTime)
        upstreamTime.subtract(other.upstreamTime)
        bytes.subtract(other.bytes)
    }
}

extension Cell {
    /// One request.
    package mutating func add(_ record: Record) {
        requests &+= 1
        if record.durationNanoseconds != Record.absent { durations.add(nanoseconds: record.durationNanoseconds) }
        if record.dbCalls != Record.absent { calls.add(calls: record.dbCalls) }
        if record.dbNanoseconds != Record.absent {
            dbTime.add(Total(count: 1, sum: Int128(record.dbNanoseconds)))
        }
        if record.upstreamNanoseconds != Record.absent {
            upstreamTime.add(Total(count: 1, sum: Int128(record.upstreamNanoseconds)))
        }
        if record.bytes != Record.absent { bytes.add(Total(count: 1, sum: Int128(record.bytes))) }
    }
}
