import RequestLog
import TerminalScreen

/// An agent of a shop, as its API answers.
struct Shop {
    struct Route {
        var name: String
        var requests: Int
        var errors = 0
        /// Seconds; p90, p99 and the longest follow from it.
        var p95: Double?
        var hitRatio: Double?
        var calls: Double?
    }

    var status = "pass"
    var reason = "1,640 requests in 1m: 0.06 % errors, p95 213 ms"
    var routes = [
        Route(name: "/", requests: 3_558, errors: 1, p95: 0.199, hitRatio: 0.803, calls: 2.17),
        Route(name: "/products", requests: 2_063, errors: 1, p95: 0.253, hitRatio: 0.7, calls: 2.77),
        Route(name: "/orders", requests: 1_745, errors: 4, p95: 0.563, hitRatio: 0.518, calls: 27.8),
        Route(name: "/products/{id}", requests: 1_685, errors: 3, p95: 0.179, hitRatio: 0.734, calls: 1.74),
        Route(name: "/search", requests: 890, errors: 19, p95: 0.746, hitRatio: 0.277, calls: 2.37),
        Route(name: "/customers/{id}/orders/{order}/invoices/{invoice}.pdf", requests: 44, p95: 1.9, calls: 12),
        Route(name: "/ping", requests: 12),
        Route(name: "/checkout", requests: 7, errors: 3, p95: 4.02, hitRatio: 0, calls: 41),
    ]
    /// Seconds since the newest request.
    var age = 0.4
    var lines = 1_234_567
    var rejected: [(String, Int, String)] = []
    /// A route that asks the database again and again.
    var repeated: String? = "/orders"
    var hasChanges = true

    static let start = Timestamp(rfc3339: "2026-11-22T10:42:00Z")!

    func look(_ question: ScreenQuestion) throws -> ScreenLook {
        let bodies = question.targets.enumerated().map { place, target in
            switch ScreenQuestion.Aside(rawValue: target) {
            case .insights: return insights
            case .changes: return changes
            case nil: break
            }
            return switch place {
            case 0: window()
            case 1: health
            case 2: ledger
            case 3:
                window(rows: rows(["cache": ["hit", "miss", "bypass"], "segment": ["anonymous", "authenticated"]]))
            default: window(rows: rows(["method": ["GET"], "status": ["200", "404", "500"]]))
            }
        }
        return try ScreenLook(question, bodies.map { Array($0.utf8) })
    }

    /// The state after so many looks, two seconds apart; `lines` grows by 40 each time.
    static func state(
        _ shop: Shop = Shop(), looks: Int = 1, _ prepare: (inout ScreenState) -> Void = { _ in }
    ) throws -> ScreenState {
        var shop = shop
        var state = ScreenState(address: "127.0.0.1:9180", now: start)
        prepare(&state)
        for number in 0..<looks {
            try state.take(shop.look(state.question), at: start + .seconds(Int64(2 * number)))
            shop.lines += 40
            for place in shop.routes.indices {
                shop.routes[place].p95? *= (number + place) % 3 == 0 ? 1.2 : 0.93
                shop.routes[place].requests += (number * 7) % 5
            }
        }
        return state
    }

    private var health: String {
        let said = status == "pass" ? "\"notes\": [\(quoted(reason))]" : "\"output\": \(quoted(reason))"
        return """
            {"status": "\(status)", "releaseId": "0.1.0", \(said), "time": "2026-11-22T10:42:00Z",
             "state": "\(status)", "since": "2026-11-22T09:12:00Z", "weight": 1,
             "checks": {"error_ratio": [{"status": "\(status)", "observedValue": 0.0006, "observedUnit": "ratio",
                        "limit": 0.05, "time": "2026-11-22T10:42:00Z"}],
                        "requests:age": [{"status": "\(age > 60 ? "warn" : "pass")", "observedValue": \(age),
                        "observedUnit": "seconds", "limit": 60, "time": "2026-11-22T10:42:00Z"}],
                        "p95": [{"status": "pass", "observedValue": 0.213, "observedUnit": "s", "limit": 1,
                        "time": "2026-11-22T10:42:00Z"}]}}
            """
    }

    private var insights: String {
        guard let repeated else { return #"{"n_plus_one": []}"# }
        return #"{"n_plus_one": [{"route": \#(quoted(repeated)), "method": "GET", "reason": "#
            + #""31 database calls in answers of 20 KiB, 3 in those of 2 KiB"}]}"#
    }

    private var changes: String {
        guard hasChanges else { return #"{"schema": "plumbline.changes.v1", "changes": [], "unreadable": []}"# }
        return """
            {"schema": "plumbline.changes.v1", "unreadable": ["x.json: no record"], "changes": [
             {"id": "orders-in-one-query", "title": "orders in one query", "owner": "kim", "state": "met",
              "created": "2026-11-22T09:00:00Z", "routes": ["/orders"],
              "marks": [{"kind": "deploy", "time": "2026-11-22T10:12:00Z"}],
              "expectations": [
               {"text": "p95 /orders -20%", "verdict": "met", "reason": "−31 % by the code (−36 % to −26 %)"},
               {"text": "db_calls /orders -50%", "verdict": "inconclusive", "reason": "needs 12 min more"}],
              "verdict": {"reasons": ["p95 of /orders fell by 31 %, of which the cache did 4 %"]}},
             {"id": "banner", "title": "banner", "owner": "lee", "state": "deployed", "created": "2026-11-20T09:00:00Z",
              "routes": [], "marks": [], "expectations": [{"text": "error_ratio <1%", "verdict": null}],
              "verdict": null}]}
            """
    }

    private var ledger: String {
        let all = rejected.reduce(0) { $0 + $1.1 }
        let counts = rejected.map { "\(quoted($0.0)): \($0.1)" }.joined(separator: ", ")
        let samples = rejected.map { "\(quoted($0.0)): \(quoted($0.2))" }.joined(separator: ", ")
        return """
            {"bytes": 402137856, "lines": \(lines), "accepted": \(lines - all), "blank": 0, "rejected": {\(counts)},
             "rejected_samples": {\(samples)}, "unfinished": 0, "skipped_at_start": 0, "lost_bytes": 0,
             "inputs": [{"path": "/var/log/shop/access.log", "source": "main", "copy_of": null, "bytes": 401137856,
                         "lines": \(lines - 9), "unfinished": 17, "skipped_at_start": 0, "lost_bytes": 0},
                        {"path": "/var/log/nginx/access.json", "source": "edge", "copy_of": null, "bytes": 1000000,
                         "lines": 9, "unfinished": 0, "skipped_at_start": 0, "lost_bytes": 512}]}
            """
    }

    private func window(rows: String = "") -> String {
        let requests = routes.reduce(0) { $0 + $1.requests }
        let total = Route(
            name: "", requests: requests, errors: routes.reduce(0) { $0 + $1.errors },
            p95: routes.compactMap(\.p95).min(), hitRatio: routes.compactMap(\.hitRatio).first,
            calls: routes.compactMap(\.calls).first)
        let list = routes.map { "{\"route\": \(quoted($0.name)), \(metrics($0))}" }.joined(separator: ",\n")
        return """
            {"window": "1m", "from": "2026-11-22T10:41:00Z", "to": "2026-11-22T10:42:00Z",
             "total": {\(metrics(total))}, "routes": [\(list)], "series": [\(rows)]}
            """
    }

    private func rows(_ parts: KeyValuePairs<String, [String]>) -> String {
        var rows = [""]
        for (name, values) in parts {
            rows = rows.flatMap { row in
                values.map { row + "\"\(name)\": \(Int($0) == nil ? quoted($0) : $0), " }
            }
        }
        return rows.enumerated().map { place, row in
            let route = Route(
                name: "", requests: 400 - 60 * place, errors: place, p95: 0.02 * Double(place + 1), calls: Double(place)
            )
            return "{\(row)\(metrics(route))}"
        }.joined(separator: ", ")
    }

    private func metrics(_ route: Route) -> String {
        let ratio = route.requests == 0 ? "null" : "\(Double(route.errors) / Double(route.requests))"
        let hits = route.hitRatio.map { "\($0)" } ?? "null"
        let calls =
            route.calls.map { "{\"requests\": 1, \"sum\": 1, \"mean\": \($0), \"p50\": 1, \"p95\": 9, \"max\": 31}" }
            ?? "null"
        let times =
            route.p95.map { p95 in
                """
                {"count": 1, "sum": 1, "mean": 1, "min": 0.001, "p50": \(p95 / 5), "p90": \(p95 * 0.8), "p95": \(p95),
                 "p99": \(p95 * 1.8), "max": \(p95 * 9)}
                """
            } ?? "null"
        return """
            "requests": \(route.requests), "errors": \(route.errors), "error_ratio": \(ratio), "hit_ratio": \(hits),
            "bypass_ratio": \(route.hitRatio == nil ? "null" : "0.174"), "bytes": null, "db_calls": \(calls),
            "db_seconds": null, "upstream_seconds": null, "duration_seconds": \(times)
            """
    }

    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20:
                quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
