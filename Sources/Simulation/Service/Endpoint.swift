package import RequestLog

/// One route and method of the imagined service, and how it behaves in the long run.
///
/// Times are medians in milliseconds, shares are between 0 and 1. The shape of the distributions and most defaults are
/// those with which the comparison method was validated.
package struct Endpoint: Sendable {
    /// What stands between this endpoint and its visitors.
    package enum Caching: Sendable {
        /// A shared cache that logged-in visitors mostly go around.
        case shared
        /// Every request goes around the cache.
        case bypass
        /// No cache: probes and internal calls.
        case none
    }

    package var method: Method
    /// As in `/orders/{id}`: plain ASCII without quotes and backslashes, at most two parameters.
    package var template: String
    /// Requests, relative to 1 for the whole service under its opening conditions.
    package var weight = 0.0

    package var caching = Caching.shared
    /// Of the cache lookups, those answered as hit, stale or revalidated.
    package var hitShare = 0.6
    package var staleShareOfHits = 0.03
    package var revalidatedShareOfHits = 0.04
    package var expiredShareOfMisses = 0.2
    package var loginShare = 0.25

    package var originMilliseconds = 120.0
    /// Deviation of the logarithm.
    package var originSpread = 0.6
    package var hitMilliseconds = 6.0
    package var hitSpread = 0.45
    /// Requests whose time is drawn from the Pareto tail that begins at three times the body; hits have a fifth of it.
    package var tailShare = 0.01
    package var tailIndex = 2.2

    /// 5xx outside of bursts, of the requests that reach the service.
    package var errorShare = 0.001
    package var clientErrorStatus: UInt16 = 404
    package var clientErrorShare = 0.0
    package var successStatus: UInt16 = 200

    /// Mean per request of an anonymous visitor that reaches the service; logged-in ones need a fifth more.
    package var dbCalls = 6.0
    package var dbCallMilliseconds = 0.9
    /// One further call for every row of a page of 10 to 100 rows: the N+1 mistake.
    package var callsPerRow = false
    /// Nothing but what the comparison method was validated with: logged-in visitors always go around the cache, a failure
    /// is a 500 after 2 ms with the calls of an answer, and nothing is answered as unmodified.
    package var isPlain = false
    /// Median size of a complete response.
    package var bytes = 6_000.0

    package init(_ method: Method, _ template: String) {
        self.method = method
        self.template = template
    }

    /// A copy with something else about it.
    package func with(_ change: (inout Endpoint) -> Void) -> Endpoint {
        var copy = self
        change(&copy)
        return copy
    }
}
