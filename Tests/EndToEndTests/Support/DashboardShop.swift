import Foundation
import TestSupport

/// A log in which there is something for every panel: routes, caches, logins, releases, errors, database calls.
struct DashboardShop {
    private static let routes = ["/", "/orders/{id}", "/search"]
    private static let kinds: [(cache: String, milliseconds: Double)] = [("HIT", 6), ("MISS", 160), ("BYPASS", 90)]

    /// How many requests there have been.
    private(set) var requests = 0
    private var random = SeededRandom(seed: 8)

    /// One request of every kind, and a line that is none.
    mutating func seeds() -> String {
        var text = "this is no request\n"
        for route in 0..<Self.routes.count {
            for kind in 0..<Self.kinds.count {
                for user in [false, true] {
                    for status in [200, 404, 500] { text += line(route, kind, user, status, "1.0") }
                }
            }
        }
        return text
    }

    /// Many, of which one in ten fails.
    mutating func day(_ count: Int) -> String {
        var text = "this is no request either\n"
        for _ in 0..<count {
            let status = random.oneIn(10) ? 500 : random.oneIn(30) ? 404 : 200
            text += line(random.below(3), random.element(of: [0, 0, 0, 1, 1, 2]), random.oneIn(3), status, "1.0")
        }
        return text
    }

    /// Some of another release.
    mutating func deploy() -> String { (0..<20).map { _ in line(random.below(3), 1, false, 200, "1.1") }.joined() }

    private mutating func line(_ route: Int, _ kind: Int, _ user: Bool, _ status: Int, _ version: String) -> String {
        requests += 1
        let kind = Self.kinds[kind]
        let milliseconds = kind.milliseconds * Double(route + 1) * exp2(Double.random(in: -0.6...0.6, using: &random))
        let time = String(format: "%.6f", Date().timeIntervalSince1970)
        let calls = kind.cache == "HIT" ? 0 : 3 + random.below(9)
        return """
            {"ts":\(time),"method":"GET","route":"\(Self.routes[route])","status":\(status),\
            "duration_ms":\(milliseconds),"cache":"\(kind.cache)","user_id":\(user ? "7" : "null"),\
            "db_calls":\(calls),"db_time_ms":\(Double(calls) * 2.5),"bytes":\(1000 + random.below(9000)),\
            "version":"\(version)"}\n
            """
    }
}
