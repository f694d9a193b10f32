import Glibc
import RequestLog

/// What holds for one endpoint during one slice, prepared so that a request costs few operations. Plain data.
///
/// Logarithms are natural, of microseconds.
struct Moment: Sendable {
    let caching: Endpoint.Caching
    let hitShare: Double
    let staleShareOfHits: Double
    let revalidatedShareOfHits: Double
    let expiredShareOfMisses: Double
    let loginShare: Double

    let logOrigin: Double
    let originSpread: Double
    let logHit: Double
    let hitSpread: Double
    let tailShare: Double
    let inverseTailIndex: Double

    let errorShare: Double
    let clientErrorShare: Double
    let clientErrorStatus: UInt16
    let successStatus: UInt16
    let canBeUnmodified: Bool
    let isPlain: Bool

    /// Per segment: 1 / ln(1 - p) of the two geometric variates whose sum is a request's number of calls.
    let callFactorAnonymous: Double
    let callFactorAuthenticated: Double
    let dbCallMicroseconds: Double
    let callsPerRow: Bool
    let bytes: Double

    init(
        _ endpoint: Endpoint, latencyLevel: Double, hitLevel: Double, errorFactor: Double, addedErrorShare: Double
    ) {
        caching = endpoint.caching
        // The level moves the log-odds, so a share stays a share.
        let odds = endpoint.hitShare / (1 - endpoint.hitShare) * exp(hitLevel)
        hitShare = endpoint.hitShare >= 1 ? 1 : odds / (1 + odds)
        staleShareOfHits = endpoint.staleShareOfHits
        revalidatedShareOfHits = endpoint.revalidatedShareOfHits
        expiredShareOfMisses = endpoint.expiredShareOfMisses
        loginShare = endpoint.loginShare

        logOrigin = log(endpoint.originMilliseconds * 1_000) + latencyLevel
        originSpread = endpoint.originSpread
        // An answer from the cache feels little of what slows the service down.
        logHit = log(endpoint.hitMilliseconds * 1_000) + 0.3 * latencyLevel
        hitSpread = endpoint.hitSpread
        tailShare = endpoint.tailShare
        inverseTailIndex = 1 / endpoint.tailIndex

        errorShare = min(
            1, endpoint.caching == .none ? endpoint.errorShare : endpoint.errorShare * errorFactor + addedErrorShare)
        clientErrorShare = endpoint.clientErrorShare
        clientErrorStatus = endpoint.clientErrorStatus
        successStatus = endpoint.successStatus
        canBeUnmodified = endpoint.method == .get && endpoint.caching == .shared && !endpoint.isPlain
        isPlain = endpoint.isPlain

        callFactorAnonymous = callFactor(mean: endpoint.dbCalls)
        callFactorAuthenticated = callFactor(mean: endpoint.dbCalls * 1.2)
        dbCallMicroseconds = endpoint.dbCallMilliseconds * 1_000
        callsPerRow = endpoint.callsPerRow
        bytes = endpoint.method == .head ? 0 : endpoint.bytes
    }
}

/// A Poisson count whose mean is gamma distributed with shape 2 is the sum of two geometric counts with success
/// probability p = 2 / (2 + mean); such a count is ⌊ln u / ln(1 - p)⌋. A mean of 0 gives the factor 0.
private func callFactor(mean: Double) -> Double { mean > 0 ? 1 / log(mean / (2 + mean)) : 0 }
