internal import Glibc
package import RequestLog
internal import RollingWindow

/// How predictable a route is: whether the same request costs the same.
///
/// The score is a deviation of the logarithm of what a request costs, put together from its causes as deviations are
/// (root of the sum of squares): the spread within each kind, the gap between hits and misses, the gap between anonymous
/// and logged-in requests, and errors, the more so in bursts. 0 is a clock; at 1 a request easily costs e times more, or
/// less, than the one before it.
package struct Predictability: Equatable, Sendable {
    package var path: RequestPath
    package var requests: UInt64
    /// Of all requests of the source.
    package var share: Double
    package var score: Double
    /// p99/p50 within a kind, the geometric mean over the kinds by their requests.
    package var tailRatio: Double
    /// Median of misses / median of hits; nil where there is only one of them.
    package var missToHit: Double?
    /// Median of logged-in requests / median of anonymous ones, of those that reach the service.
    package var loginToAnonymous: Double?
    package var errorRatio: Double
    /// 1 is as even as chance; nil where slices cannot say.
    package var errorBurstiness: Double?
    /// Deviation / mean of single responses' sizes, as slices estimate it.
    package var bytesSpread: Double?
    /// p95/p50 of the database calls of what reaches the service.
    package var callsSpread: Double?
    /// A sentence; it holds the route as it was in the log.
    package var reason: String

    /// Routes with fewer requests are not ranked.
    package static let fewestRequests: UInt64 = 100

    /// The least predictable first.
    package static func rank(_ evidence: InsightEvidence, names: Names) -> [Predictability] {
        let all = evidence.requests
        var kinds: [RequestPath: [(RequestKind, KindEvidence)]] = [:]
        for (kind, known) in evidence.kinds { kinds[kind.path, default: []].append((kind, known)) }
        return kinds.compactMap { path, kinds in
            guard let failures = evidence.failures[path] else { return nil }
            let story = RouteStory(path: path, kinds: kinds, failures: failures)
            return Predictability(story, of: all, names: names)
        }
        .sorted {
            $0.score != $1.score ? $0.score > $1.score : $0.path.text(names) < $1.path.text(names)
        }
    }

    private init?(_ story: RouteStory, of all: UInt64, names: Names) {
        guard story.failures.requests >= Predictability.fewestRequests, let spread = story.spreadWithinKinds else {
            return nil
        }
        path = story.path
        requests = story.failures.requests
        share = Double(requests) / Double(max(1, all))
        tailRatio = exp(spread.meanLogTail)
        let cacheGap = story.gap {
            $0.cache.isHit && $0.cache != .revalidated
        } to: {
            $0.cache == .miss
        }
        let loginGap = story.gap {
            $0.reachesService && $0.segment == .anonymous
        } to: {
            $0.reachesService && $0.segment == .authenticated
        }
        missToHit = cacheGap?.ratio
        loginToAnonymous = loginGap?.ratio
        errorRatio = story.failures.ratio
        errorBurstiness = story.failures.burstiness
        bytesSpread = story.bytesSpread
        callsSpread = story.callsSpread
        let causes: [Cause: Double] = [
            .spread: spread.deviation, .cache: cacheGap?.deviation ?? 0, .login: loginGap?.deviation ?? 0,
            .errors: (errorRatio * (1 - errorRatio) * max(1, errorBurstiness ?? 1)).squareRoot(),
        ]
        score = causes.values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        reason = story.sentence(names)
        if causes.allSatisfy({ $0.key == .errors || $0.value <= causes[.errors]! }) || errorRatio >= 0.01 {
            reason += "; \(Words.percent(errorRatio)) of its requests fail"
            if let errorBurstiness, errorBurstiness >= 2 {
                reason += ", in bursts (\(Words.number(errorBurstiness)) times as uneven as chance)"
            }
        }
    }

    private enum Cause { case spread, cache, login, errors }
}

/// The kinds of requests of one route and method, and what can be said of them together.
struct RouteStory {
    let path: RequestPath
    /// By their medians, the fastest first.
    let kinds: [(kind: RequestKind, evidence: KindEvidence, median: Double)]
    let failures: FailureEvidence

    /// The 99th percentile of fewer requests is their slowest.
    static let fewestForTail: UInt64 = 100
    /// Standard deviations between the median and the 99th percentile of a normal variate.
    static let deviationsToP99 = 2.326_347_874_040_841

    init(path: RequestPath, kinds: [(RequestKind, KindEvidence)], failures: FailureEvidence) {
        self.path = path
        self.failures = failures
        self.kinds =
            kinds.compactMap { kind, evidence in
                evidence.durations.quantile(0.5).map { (kind, evidence, $0) }
            }
            .sorted {
                $0.2 != $1.2
                    ? $0.2 < $1.2
                    : ($0.0.cache.rawValue, $0.0.segment.rawValue) < ($1.0.cache.rawValue, $1.0.segment.rawValue)
            }
    }

    var spreadWithinKinds: (meanLogTail: Double, deviation: Double)? {
        var (weight, logs, squares) = (0.0, 0.0, 0.0)
        for (_, evidence, median) in kinds where evidence.durations.total.count >= RouteStory.fewestForTail {
            guard median > 0, let slow = evidence.durations.quantile(0.99) else { continue }
            let tail = log(slow / median)
            let n = Double(evidence.durations.total.count)
            weight += n
            logs += n * tail
            squares += n * tail * tail
        }
        guard weight > 0 else { return nil }
        return (logs / weight, (squares / weight).squareRoot() / RouteStory.deviationsToP99)
    }

    /// What it adds to the deviation of ln cost that a request is sometimes of the one sort, sometimes of the other.
    func gap(
        from: (RequestKind) -> Bool, to: (RequestKind) -> Bool
    ) -> (ratio: Double, deviation: Double)? {
        let (first, second) = (together(from), together(to))
        guard let low = first.durations.quantile(0.5), let high = second.durations.quantile(0.5), low > 0, high > 0,
            min(first.requests, second.requests) >= 20
        else { return nil }
        let share = Double(first.requests) / Double(first.requests &+ second.requests)
        return (high / low, (share * (1 - share)).squareRoot() * abs(log(high / low)))
    }

    func together(_ belongs: (RequestKind) -> Bool) -> KindEvidence {
        var sum = KindEvidence()
        for (kind, evidence, _) in kinds where belongs(kind) { sum.add(evidence) }
        return sum
    }

    /// Of the kind that has the most requests and sizes.
    var bytesSpread: Double? {
        kinds.filter { $0.evidence.pages.meanX > 0 }.max { $0.evidence.requests < $1.evidence.requests }
            .flatMap { known in known.evidence.pages.deviationX.map { $0 / known.evidence.pages.meanX } }
    }

    var callsSpread: Double? {
        let calls = together(\.reachesService).calls
        guard let median = calls.quantile(0.5), let high = calls.quantile(0.95), median > 0 else { return nil }
        return high / median
    }
}
