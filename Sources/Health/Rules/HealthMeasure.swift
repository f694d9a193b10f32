internal import RequestLog
package import RollingWindow

/// What a rule looks at.
package enum HealthMeasure: String, CaseIterable, Sendable {
    case errorRatio = "error_ratio"
    case p50, p90, p95, p99
    /// The mean of database calls per request.
    case dbCalls = "db_calls"
    case hitRatio = "hit_ratio"
    /// Requests per second.
    case requestRate = "request_rate"

    /// Too little is what is wrong with these; with the others, too much.
    package var isBadWhenLow: Bool { self == .hitRatio || self == .requestRate }

    /// As it stands in a sentence.
    package var words: String {
        switch self {
        case .errorRatio: "error ratio"
        case .p50, .p90, .p95, .p99: rawValue
        case .dbCalls: "DB calls per request"
        case .hitRatio: "hit ratio"
        case .requestRate: "request rate"
        }
    }

    /// Of the observed value.
    package var unit: String {
        switch self {
        case .errorRatio, .hitRatio: "ratio"
        case .p50, .p90, .p95, .p99: "seconds"
        case .dbCalls: "calls"
        case .requestRate: "requests/second"
        }
    }

    package func shown(_ value: Double) -> String {
        switch self {
        case .errorRatio, .hitRatio: "\(HumanUnits.percent(ratio: value)) %"
        case .p50, .p90, .p95, .p99: HumanUnits.duration(seconds: value)
        case .dbCalls: HumanUnits.threeDigits(value)
        case .requestRate: "\(HumanUnits.threeDigits(value))/s"
        }
    }

    var quantile: Double? {
        switch self {
        case .p50: 0.5
        case .p90: 0.9
        case .p95: 0.95
        case .p99: 0.99
        default: nil
        }
    }

    /// One of what is counted as evidence.
    var evidenceNoun: String {
        switch self {
        case .errorRatio, .requestRate: "request"
        case .p50, .p90, .p95, .p99: "response time"
        case .dbCalls: "count of DB calls"
        case .hitRatio: "cache lookup"
        }
    }
}

extension HealthMeasure {
    /// How many requests the value rests on.
    package func evidence(in rollup: Rollup) -> UInt64 {
        switch self {
        case .errorRatio, .requestRate: rollup.cell.requests
        case .p50, .p90, .p95, .p99: rollup.cell.durations.total.count
        case .dbCalls: rollup.cell.calls.total.count
        case .hitRatio: rollup.lookups
        }
    }

    /// Nil where nothing is known; never 0 for that.
    package func value(in rollup: Rollup, over window: WindowLength) -> Double? {
        switch self {
        case .errorRatio: rollup.errorRatio
        case .p50, .p90, .p95, .p99: quantile.flatMap { rollup.cell.durations.quantile($0) }
        case .dbCalls: rollup.cell.calls.total.mean
        case .hitRatio: rollup.hitRatio
        case .requestRate: Double(rollup.cell.requests) / window.length.seconds
        }
    }

    /// Whether the limit is passed for sure, as far as the evidence goes (`Confidence`).
    package func isBeyond(_ limit: Double, in rollup: Rollup, over window: WindowLength) -> Bool {
        let count = evidence(in: rollup)
        switch self {
        case .errorRatio: return Confidence.lowerBound(rollup.errors, of: count) > limit
        // A quantile is above the limit when more than its share of the requests are.
        case .p50, .p90, .p95, .p99:
            let slow = rollup.cell.durations.count(above: limit)
            return Confidence.lowerBound(slow, of: count) > 1 - (quantile ?? 1)
        case .dbCalls: return rollup.cell.calls.lowerBoundOfMean > limit
        case .hitRatio: return count > 0 && Confidence.upperBound(rollup.hits, of: count) < limit
        case .requestRate: return Confidence.upperBound(ofEvents: count) / window.length.seconds < limit
        }
    }

    /// The level at which a passed limit counts as kept again: `share` of it, or the limit by `share` where too little
    /// is bad, at most 1 for a ratio.
    func recovery(from limit: Double, share: Double) -> Double {
        guard isBadWhenLow else { return limit * share }
        return self == .hitRatio ? min(1, limit / share) : limit / share
    }

    /// The value itself decides; of nothing, nothing is kept.
    func keeps(_ level: Double, in rollup: Rollup, over window: WindowLength) -> Bool {
        guard let value = value(in: rollup, over: window) else { return false }
        return isBadWhenLow ? value >= level : value <= level
    }
}

extension Rollup {
    var lookups: UInt64 { CacheStatus.allCases.filter(\.isLookup).reduce(0) { $0 + requests($1) } }
    var hits: UInt64 { CacheStatus.allCases.filter(\.isHit).reduce(0) { $0 + requests($1) } }
}

extension Durations {
    /// Those that took longer for certain: their bucket begins at the limit or above it.
    func count(above limitSeconds: Double) -> UInt64 {
        guard limitSeconds > 0 else { return total.count - zeros }
        let nanoseconds = limitSeconds * 1e9
        guard nanoseconds < Double(Record.longestDuration) else { return 0 }
        let limit = DurationScale.index(ofNanoseconds: max(1, Int64(nanoseconds)))
        var count: UInt64 = 0
        buckets.forEachFilled { place, filled in
            if buckets.lowest + Int32(place) > limit { count += filled }
        }
        return count
    }
}

extension Calls {
    /// The mean less z standard errors; the variance is that of the sample.
    var lowerBoundOfMean: Double {
        guard let mean = total.mean else { return 0 }
        guard total.count > 1 else { return 0 }
        var squares = 0.0
        buckets.forEachFilled { place, count in
            let distance = CallScale.value(of: buckets.lowest + Int32(place)) - mean
            squares += Double(count) * distance * distance
        }
        let count = Double(total.count)
        return mean - Confidence.z * (squares / (count - 1) / count).squareRoot()
    }
}
