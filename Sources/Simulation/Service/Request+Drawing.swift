import Glibc
import RequestLog

extension Request {
    /// Draws what becomes of a request under the conditions of the moment.
    init(
        at time: Timestamp, endpoint: Int, version: Int, under moment: borrowing Moment, _ chance: inout Chance
    ) {
        self.init(time: time, endpoint: endpoint, version: version, status: moment.successStatus)
        if chance.uniform() < moment.loginShare { segment = .authenticated }
        cache = Request.cache(moment, segment, &chance)
        if moment.callsPerRow { pageRows = Request.pageSizes[chance.below(Request.pageSizes.count)] }

        let reachesService = cache != .hit && cache != .stale
        let luck = chance.uniform()
        if reachesService, luck < moment.errorShare {
            drawError(moment, &chance)
        } else if reachesService, luck < moment.errorShare + moment.clientErrorShare {
            drawClientError(moment, &chance)
        } else {
            if moment.canBeUnmodified, chance.uniform() < Request.unmodifiedShare { status = 304 }
            drawAnswer(moment, reachesService: reachesService, &chance)
        }
    }

    private static let pageSizes: InlineArray<6, Int64> = [10, 20, 20, 20, 50, 100]
    private static let unmodifiedShare = 0.06
    /// Of the logged-in visitors of a shared cache.
    private static let bypassShare = 0.93

    @inline(__always)
    private static func cache(
        _ moment: borrowing Moment, _ segment: Segment, _ chance: inout Chance
    ) -> CacheStatus {
        switch moment.caching {
        case .none: return .none
        case .bypass: return .bypass
        case .shared: break
        }
        if segment == .authenticated, moment.isPlain || chance.uniform() < bypassShare { return .bypass }
        let isHit = chance.uniform() < moment.hitShare
        let kind = chance.uniform()
        if !isHit { return kind < moment.expiredShareOfMisses ? .expired : .miss }
        if kind < moment.staleShareOfHits { return .stale }
        return kind < moment.staleShareOfHits + moment.revalidatedShareOfHits ? .revalidated : .hit
    }

    /// Most failures are quick; a timed-out upstream takes its five seconds.
    private mutating func drawError(_ moment: borrowing Moment, _ chance: inout Chance) {
        if moment.isPlain {
            status = 500
            setDuration(microseconds: 2_000)
            return setCalls(calls(moment, &chance), moment, &chance)
        }
        switch chance.below(10) {
        case 0..<5: status = 500
        case 5..<7: status = 502
        case 7..<9: status = 503
        default: status = 504
        }
        let body = exp(0.5 * chance.normal())
        setDuration(microseconds: status == 504 ? 5_000_000 + 1_500 * body : 2_000 * body)
        if status == 500 { setCalls(1 + Int64(chance.below(3)), moment, &chance) }
        bytes = 120 + Int64(chance.below(200))
    }

    private mutating func drawClientError(_ moment: borrowing Moment, _ chance: inout Chance) {
        status = moment.clientErrorStatus
        setDuration(microseconds: exp(moment.logOrigin - 1.2 + moment.originSpread * chance.normal()))
        if status != 429 { setCalls(1, moment, &chance) }
        bytes = 60 + Int64(chance.below(180))
    }

    private mutating func drawAnswer(
        _ moment: borrowing Moment, reachesService: Bool, _ chance: inout Chance
    ) {
        let isLoggedIn = segment == .authenticated
        var level = reachesService ? moment.logOrigin : moment.logHit
        // A confirmation is less work than an answer; a personal answer is more.
        if cache == .revalidated { level -= 0.7 }
        if reachesService, isLoggedIn { level += logOf115Percent }
        level += (reachesService ? moment.originSpread : moment.hitSpread) * chance.normal()
        if chance.uniform() < (reachesService ? moment.tailShare : 0.2 * moment.tailShare) {
            level += logOf3 + chance.exponential() * moment.inverseTailIndex
        }
        var microseconds = exp(level)
        if reachesService {
            var calls: Int64 = 1
            if cache != .revalidated {
                calls = self.calls(moment, &chance) + pageRows
                microseconds += Double(pageRows) * moment.dbCallMicroseconds
            }
            setDuration(microseconds: microseconds)
            setCalls(calls, moment, &chance)
        } else {
            setDuration(microseconds: microseconds)
        }
        if status != 304, status != 204 {
            bytes = Int64(moment.bytes * exp(0.5 * chance.normal()))
        }
    }

    /// Those that do not depend on the page.
    private func calls(_ moment: borrowing Moment, _ chance: inout Chance) -> Int64 {
        let factor = segment == .authenticated ? moment.callFactorAuthenticated : moment.callFactorAnonymous
        return Int64(log(chance.uniform()) * factor) + Int64(log(chance.uniform()) * factor)
    }

    private mutating func setDuration(microseconds: Double) {
        durationMicroseconds = Int64(max(1, min(microseconds.rounded(), Double(Request.longestMicroseconds))))
    }

    /// The database had at most nine tenths of the time.
    private mutating func setCalls(_ calls: Int64, _ moment: borrowing Moment, _ chance: inout Chance) {
        dbCalls = calls
        let microseconds = Double(calls) * moment.dbCallMicroseconds * (0.6 + 0.8 * chance.uniform())
        dbMicroseconds = Int64(min(microseconds, 0.9 * Double(durationMicroseconds)))
    }
}

private let logOf115Percent = 0.139_761_942_375_158_7
private let logOf3 = 1.098_612_288_668_109_8
