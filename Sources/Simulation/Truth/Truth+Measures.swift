import RequestLog

extension Truth {
    /// What PRODUCT.md calls METRICS, of a set of requests, with nothing rounded away.
    package struct Measures: Equatable, Sendable {
        package private(set) var requests: UInt64 = 0
        /// 5xx.
        package private(set) var errors: UInt64 = 0
        /// Answered by the cache, and asked of it.
        package private(set) var hits: UInt64 = 0
        package private(set) var lookups: UInt64 = 0
        package private(set) var bypasses: UInt64 = 0
        /// Lines that named a cache status.
        package private(set) var cacheKnown: UInt64 = 0
        package private(set) var bytes: Int64 = 0
        package private(set) var durationMicroseconds: Int64 = 0
        package private(set) var dbCalls: Int64 = 0
        package private(set) var dbMicroseconds: Int64 = 0

        /// Microseconds, in the order of the lines or ascending.
        private(set) var durations: [UInt32] = []
        /// How many requests made so many calls.
        private(set) var requestsByCalls: [UInt64] = []

        package init() {}

        mutating func add(_ request: Request) {
            requests += 1
            if request.status >= 500 { errors += 1 }
            if request.cache.isHit { hits += 1 }
            if request.cache.isLookup { lookups += 1 }
            if request.cache == .bypass { bypasses += 1 }
            if request.cache != .none { cacheKnown += 1 }
            bytes += request.bytes
            durationMicroseconds += request.durationMicroseconds
            dbCalls += request.dbCalls
            dbMicroseconds += request.dbMicroseconds
            durations.append(UInt32(truncatingIfNeeded: request.durationMicroseconds))
            let calls = Int(request.dbCalls)
            while requestsByCalls.count <= calls { requestsByCalls.append(0) }
            requestsByCalls[calls] += 1
        }

        mutating func add(_ other: Measures) {
            requests += other.requests
            errors += other.errors
            hits += other.hits
            lookups += other.lookups
            bypasses += other.bypasses
            cacheKnown += other.cacheKnown
            bytes += other.bytes
            durationMicroseconds += other.durationMicroseconds
            dbCalls += other.dbCalls
            dbMicroseconds += other.dbMicroseconds
            durations.append(contentsOf: other.durations)
            while requestsByCalls.count < other.requestsByCalls.count { requestsByCalls.append(0) }
            for calls in other.requestsByCalls.indices { requestsByCalls[calls] += other.requestsByCalls[calls] }
        }

        mutating func sortDurations() { durations.sort() }

        /// The nearest-rank quantile: the ⌈percent · n / 100⌉-th smallest, in microseconds. Durations must be sorted.
        func sortedDuration(percent: Int) -> Int64 { Int64(durations[rank(percent) - 1]) }

        /// The nearest-rank quantile of the calls per request.
        func calls(percent: Int) -> Int {
            var left = UInt64(rank(percent))
            for calls in requestsByCalls.indices {
                if requestsByCalls[calls] >= left { return calls }
                left -= requestsByCalls[calls]
            }
            return mostCalls
        }

        var mostCalls: Int { max(0, requestsByCalls.count - 1) }

        private func rank(_ percent: Int) -> Int { max(1, (durations.count * percent + 99) / 100) }
    }
}
