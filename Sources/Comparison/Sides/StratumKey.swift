package import RequestLog
package import RollingWindow

/// Requests that cost the same for the same reason: route × method × segment × what the cache did.
///
/// Strata are compared with themselves only; how many requests fall into which is the mix.
package struct StratumKey: Hashable, Sendable {
    package var route: String
    package var method: Method
    package var segment: Segment
    package var cache: CacheClass
    /// 304 sends no body: a class of its own within each class of the cache.
    package var isNotModified: Bool

    package init(route: String, method: Method, segment: Segment, cache: CacheClass, isNotModified: Bool = false) {
        self.route = route
        self.method = method
        self.segment = segment
        self.cache = cache
        self.isNotModified = isNotModified
    }

    package init(_ key: SeriesKey, names: Names) {
        self.init(
            route: names[key.route], method: key.method, segment: key.segment, cache: CacheClass(key.cache),
            isNotModified: key.status == 304)
    }

    /// The traffic cell: what the client asked for, whatever the cache did.
    package var cell: CellKey { CellKey(route: route, method: method, segment: segment) }
}

package struct CellKey: Hashable, Sendable {
    package var route: String
    package var method: Method
    package var segment: Segment
}

/// What the cache did, as far as it decides what a request costs.
package enum CacheClass: UInt8, CaseIterable, Hashable, Sendable {
    case hit, stale, revalidated, miss, bypass, none, synthetic, unknown

    package init(_ status: CacheStatus) {
        self =
            switch status {
            case .hit: .hit
            case .stale: .stale
            case .revalidated: .revalidated
            case .miss, .expired: .miss
            case .bypass: .bypass
            case .none: .none
            case .synthetic: .synthetic
            case .unknown: .unknown
            }
    }

    package var name: String {
        switch self {
        case .hit: "hit"
        case .stale: "stale"
        case .revalidated: "revalidated"
        case .miss: "miss"
        case .bypass: "bypass"
        case .none: "none"
        case .synthetic: "synthetic"
        case .unknown: "unknown"
        }
    }

    package var isHit: Bool { self == .hit || self == .stale || self == .revalidated }

    package var isLookup: Bool { isHit || self == .miss }
}

extension StratumKey: Comparable {
    /// By the bytes of the route's name, so that no locale has a say.
    package static func < (left: StratumKey, right: StratumKey) -> Bool {
        if !left.route.utf8.elementsEqual(right.route.utf8) {
            return left.route.utf8.lexicographicallyPrecedes(right.route.utf8)
        }
        return left.order < right.order
    }

    private var order: UInt32 {
        UInt32(method.rawValue) << 24 | UInt32(segment.rawValue) << 16 | UInt32(cache.rawValue) << 8
            | (isNotModified ? 1 : 0)
    }
}
