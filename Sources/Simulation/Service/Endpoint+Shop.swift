import RequestLog

extension Endpoint {
    /// A web shop: 50 endpoints in the order of their popularity, which is Zipf's with exponent 1.
    package static let shop: [Endpoint] = {
        let harmonic = (1...ranked.count).reduce(0) { $0 + 1 / Double($1) }
        return ranked.enumerated().map { rank, endpoint in
            endpoint.with { $0.weight = 1 / (Double(rank + 1) * harmonic) }
        }
    }()

    private static let ranked: [Endpoint] = [
        read("/", hit: 0.80, origin: 90, login: 0.25, calls: 5, bytes: 18_000),
        read("/products", hit: 0.70, origin: 110, login: 0.20, calls: 6, bytes: 14_000),
        read("/products/{id}", hit: 0.75, origin: 85, login: 0.20, calls: 4, missing: 0.012),
        read("/orders", hit: 0.50, origin: 160, login: 0.50, calls: 2, bytes: 9_000).with { $0.callsPerRow = true },
        read("/orders/{id}", hit: 0.40, origin: 95, login: 0.60, calls: 5, missing: 0.008),
        read("/search", hit: 0.30, origin: 240, login: 0.30, calls: 3, bytes: 11_000).with {
            $0.originSpread = 0.75
            $0.clientErrorStatus = 429
            $0.clientErrorShare = 0.006
        },
        write(.post, "/cart/items", origin: 70, login: 0.45, calls: 5),
        read("/categories/{slug}", hit: 0.78, origin: 100, login: 0.15, calls: 5, missing: 0.004),
        inner("/healthz", origin: 1.2, calls: 1, bytes: 38),
        read("/cart", hit: 0.10, origin: 65, login: 0.55, calls: 4),
        read("/products/{id}/reviews", hit: 0.65, origin: 120, login: 0.15, calls: 2).with { $0.callsPerRow = true },
        write(.post, "/login", origin: 180, login: 0.02, calls: 3, rejected: (401, 0.08)).with {
            $0.successStatus = 200
        },
        read("/users/{id}", hit: 0.20, origin: 60, login: 0.80, calls: 3, missing: 0.006),
        read("/recommendations", hit: 0.55, origin: 210, login: 0.35, calls: 8).with { $0.tailShare = 0.03 },
        write(.post, "/orders", origin: 260, login: 0.70, calls: 14, rejected: (422, 0.03)),
        read("/stock/{id}", hit: 0.25, origin: 35, login: 0.30, calls: 2, bytes: 420),
        read("/images/{id}", hit: 0.93, origin: 55, login: 0.10, calls: 1, missing: 0.02, bytes: 64_000),
        write(.patch, "/cart/items/{id}", origin: 55, login: 0.45, calls: 4, rejected: (409, 0.01)),
        read("/suggest", hit: 0.60, origin: 30, login: 0.20, calls: 1, bytes: 900),
        read("/offers", hit: 0.85, origin: 130, login: 0.20, calls: 6),
        write(.post, "/payments", origin: 420, login: 0.75, calls: 9, rejected: (402, 0.04)).with {
            $0.errorShare = 0.004
            $0.tailShare = 0.02
        },
        read("/users/{id}/orders", hit: 0.10, origin: 140, login: 0.90, calls: 3).with { $0.callsPerRow = true },
        inner("/metrics", origin: 4, calls: 0, bytes: 22_000),
        read("/brands", hit: 0.90, origin: 95, login: 0.10, calls: 3),
        read("/brands/{slug}", hit: 0.82, origin: 90, login: 0.10, calls: 4, missing: 0.005),
        write(.delete, "/cart/items/{id}", origin: 45, login: 0.45, calls: 3, rejected: (404, 0.02)).with {
            $0.successStatus = 204
        },
        write(.post, "/logout", origin: 20, login: 0.97, calls: 2).with { $0.successStatus = 204 },
        read("/shipping/options", hit: 0.45, origin: 150, login: 0.40, calls: 3),
        read("/orders/{id}/tracking", hit: 0.35, origin: 190, login: 0.60, calls: 3, missing: 0.01),
        read("/notifications", hit: 0.05, origin: 40, login: 0.95, calls: 2),
        read("/wishlists/{id}", hit: 0.20, origin: 75, login: 0.70, calls: 4, missing: 0.008),
        write(.put, "/users/{id}", origin: 90, login: 0.95, calls: 5, rejected: (422, 0.02)),
        write(.post, "/products/{id}/reviews", origin: 110, login: 0.85, calls: 6, rejected: (422, 0.05)),
        read("/pages/{slug}", hit: 0.90, origin: 70, login: 0.10, calls: 2, missing: 0.03),
        read("/sitemap.xml", hit: 0.95, origin: 900, login: 0, calls: 3, bytes: 240_000),
        read("/coupons/{code}", hit: 0.15, origin: 40, login: 0.50, calls: 2, missing: 0.20, bytes: 300),
        write(.post, "/wishlists/{id}/items", origin: 60, login: 0.80, calls: 4),
        read("/invoices/{id}", hit: 0.10, origin: 130, login: 0.90, calls: 6, missing: 0.004, bytes: 48_000),
        read("/stores", hit: 0.80, origin: 100, login: 0.10, calls: 3),
        read("/stores/{id}", hit: 0.75, origin: 80, login: 0.10, calls: 4, missing: 0.01),
        write(.post, "/events", origin: 12, login: 0.30, calls: 1).with { $0.successStatus = 202 },
        read("/feed", hit: 0.70, origin: 170, login: 0.20, calls: 7, bytes: 36_000),
        write(.head, "/images/{id}", origin: 15, login: 0.05, calls: 1).with { $0.successStatus = 200 },
        read("/admin/reports", hit: 0.05, origin: 1_400, login: 1, calls: 30, bytes: 90_000).with {
            $0.originSpread = 0.9
            $0.tailShare = 0.04
        },
        read("/admin/orders", hit: 0.05, origin: 300, login: 1, calls: 3, bytes: 30_000).with { $0.callsPerRow = true },
        write(.post, "/returns", origin: 150, login: 0.85, calls: 8, rejected: (409, 0.03)),
        read("/returns/{id}", hit: 0.10, origin: 85, login: 0.85, calls: 4, missing: 0.01),
        write(.put, "/admin/products/{id}", origin: 140, login: 1, calls: 9, rejected: (422, 0.02)),
        write(.delete, "/users/{id}/sessions/{session}", origin: 35, login: 1, calls: 3).with {
            $0.successStatus = 204
        },
        write(.post, "/admin/exports", origin: 2_300, login: 1, calls: 60).with { $0.successStatus = 202 },
    ]

    private static func read(
        _ template: String, hit: Double, origin: Double, login: Double, calls: Double, missing: Double = 0,
        bytes: Double = 5_000
    ) -> Endpoint {
        var endpoint = Endpoint(.get, template)
        endpoint.hitShare = hit
        endpoint.originMilliseconds = origin
        endpoint.loginShare = login
        endpoint.dbCalls = calls
        endpoint.clientErrorShare = missing
        endpoint.bytes = bytes
        return endpoint
    }

    private static func write(
        _ method: Method, _ template: String, origin: Double, login: Double, calls: Double,
        rejected: (status: UInt16, share: Double) = (400, 0.005)
    ) -> Endpoint {
        var endpoint = Endpoint(method, template)
        endpoint.caching = .bypass
        endpoint.originMilliseconds = origin
        endpoint.loginShare = login
        endpoint.dbCalls = calls
        endpoint.clientErrorStatus = rejected.status
        endpoint.clientErrorShare = rejected.share
        endpoint.successStatus = 201
        endpoint.bytes = 700
        return endpoint
    }

    private static func inner(_ template: String, origin: Double, calls: Double, bytes: Double) -> Endpoint {
        var endpoint = Endpoint(.get, template)
        endpoint.caching = .none
        endpoint.originMilliseconds = origin
        endpoint.loginShare = 0
        endpoint.dbCalls = calls
        endpoint.dbCallMilliseconds = 0.3
        endpoint.errorShare = 0
        endpoint.bytes = bytes
        return endpoint
    }
}
