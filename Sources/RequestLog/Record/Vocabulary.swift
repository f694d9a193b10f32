/// The registered request methods; anything else is one series, `_OTHER`, so that a scanner cannot invent methods.
package enum Method: UInt8, CaseIterable, Sendable {
    case other, get, head, post, put, delete, connect, options, trace, patch

    package var name: String {
        switch self {
        case .other: "_OTHER"
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .delete: "DELETE"
        case .connect: "CONNECT"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .patch: "PATCH"
        }
    }
}

/// What the cache in front of the service did with a request: one vocabulary for every cache's words.
package enum CacheStatus: UInt8, CaseIterable, Sendable {
    case none, hit, stale, revalidated, expired, miss, bypass, synthetic, unknown

    package var name: String {
        switch self {
        case .none: "none"
        case .hit: "hit"
        case .stale: "stale"
        case .revalidated: "revalidated"
        case .expired: "expired"
        case .miss: "miss"
        case .bypass: "bypass"
        case .synthetic: "synthetic"
        case .unknown: "unknown"
        }
    }

    /// Answered from the cache, for the hit ratio.
    package var isHit: Bool { self == .hit || self == .stale || self == .revalidated }

    /// Inside the hit ratio's denominator.
    package var isLookup: Bool { isHit || self == .expired || self == .miss }

    /// Whether the service worked for this request; nil where the log does not say.
    package var originContacted: Bool? {
        switch self {
        case .revalidated, .expired, .miss, .bypass, .none: true
        case .hit, .stale, .synthetic: false
        case .unknown: nil
        }
    }
}

/// Whether a request was made by somebody who is logged in. Only the fact is kept, never the identity.
package enum Segment: UInt8, CaseIterable, Sendable {
    case unknown, anonymous, authenticated

    package var name: String {
        switch self {
        case .unknown: "unknown"
        case .anonymous: "anonymous"
        case .authenticated: "authenticated"
        }
    }
}

extension Method {
    /// Letters of either case name a method.
    @inline(__always)
    init(_ run: ByteRun) {
        switch run.count {
        case 3 where run.equals(caseBlind: "GET"): self = .get
        case 3 where run.equals(caseBlind: "PUT"): self = .put
        case 4 where run.equals(caseBlind: "POST"): self = .post
        case 4 where run.equals(caseBlind: "HEAD"): self = .head
        case 5 where run.equals(caseBlind: "PATCH"): self = .patch
        case 5 where run.equals(caseBlind: "TRACE"): self = .trace
        case 6 where run.equals(caseBlind: "DELETE"): self = .delete
        case 7 where run.equals(caseBlind: "OPTIONS"): self = .options
        case 7 where run.equals(caseBlind: "CONNECT"): self = .connect
        default: self = .other
        }
    }
}
