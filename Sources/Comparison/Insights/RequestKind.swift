package import RequestLog
package import RollingWindow

/// Requests that should cost the same: one route and method, one sort of visitor, one fate in the cache.
package struct RequestKind: Hashable, Sendable {
    package var route: NameID
    package var method: Method
    package var segment: Segment
    /// Expired counts as miss: the service did the same work.
    package var cache: CacheStatus

    package init(_ key: SeriesKey) {
        route = key.route
        method = key.method
        segment = key.segment
        cache = key.cache == .expired ? .miss : key.cache
    }

    package var path: RequestPath { RequestPath(route: route, method: method) }

    /// Whether the service did the work.
    var reachesService: Bool { cache.originContacted ?? true }

    /// What a sentence calls several of them.
    var plural: String {
        let visitors = segment == .authenticated ? "logged-in " : ""
        return switch cache {
        case .hit: "\(visitors)hits"
        case .stale: "\(visitors)stale hits"
        case .revalidated: "\(visitors)revalidations"
        case .expired, .miss: "\(visitors)misses"
        case .synthetic: "answers of the proxy itself"
        case .bypass where segment == .authenticated, .none where segment == .authenticated: "logged-in requests"
        case .bypass: "requests around the cache"
        case .none, .unknown: segment == .anonymous ? "anonymous requests" : "\(visitors)requests"
        }
    }
}

/// A route and the method with which it is asked.
package struct RequestPath: Hashable, Sendable {
    package var route: NameID
    package var method: Method

    package init(route: NameID, method: Method) {
        self.route = route
        self.method = method
    }

    /// `/orders`, `POST /orders`.
    package func text(_ names: Names) -> String {
        method == .get ? names[route] : "\(method.name) \(names[route])"
    }
}
