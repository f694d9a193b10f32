import Exposition
import Foundation
import RequestLog
import RollingWindow
import Testing

@Suite struct SummaryJSONTests {
    @Test("the summary has PRODUCT's fields in PRODUCT's order")
    func golden() {
        #expect(text(SummaryJSON.render(Fixture.shop.view, ledger: Fixture.ledger)) == Self.shop)
    }

    // 2 ms and 32 ms are each in a bucket whose geometric middle is 2^((2i + 1) / 64) s: i = -287 and -159.
    private static let shop = """
        {
          "schema": "plumbline.summary.v1",
          "from": "2026-11-22T10:00:00Z",
          "to": "2026-11-22T10:14:59.312Z",
          "ledger": {
            "bytes": 1240,
            "lines": 8,
            "accepted": 5,
            "blank": 1,
            "filtered": 0,
            "continuation": 0,
            "header": 0,
            "rejected": {"malformed": 2},
            "unfinished": 6,
            "skipped_at_start": 0,
            "lost_bytes": 0,
            "inputs": [
              {"path": "access.log", "source": "main", "copy_of": null, "bytes": 1240, "lines": 8, \
        "unfinished": 6, "skipped_at_start": 0, "lost_bytes": 0}
            ]
          },
          "total": {"requests": 5, "errors": 1, "error_ratio": 0.2, "hit_ratio": 0.75, "bypass_ratio": 0.0, \
        "bytes": 5500, "db_calls": {"requests": 4, "sum": 7, "mean": 1.75, "p50": 0, "p95": 7, "max": 7}, \
        "db_seconds": {"sum": 0.012, "mean": 0.003}, "upstream_seconds": {"sum": 0.03, "mean": 0.03}, \
        "duration_seconds": {"count": 4, "sum": 0.038, "mean": 0.0095, "min": 0.002, "p50": MIDDLE2, \
        "p90": MIDDLE32, "p95": MIDDLE32, "p99": MIDDLE32, "max": 0.032}},
          "routes": [
            {"route": "/orders/{id}", "requests": 4, "errors": 0, "error_ratio": 0.0, "hit_ratio": 0.75, \
        "bypass_ratio": 0.0, "bytes": 5500, \
        "db_calls": {"requests": 4, "sum": 7, "mean": 1.75, "p50": 0, "p95": 7, "max": 7}, \
        "db_seconds": {"sum": 0.012, "mean": 0.003}, "upstream_seconds": {"sum": 0.03, "mean": 0.03}, \
        "duration_seconds": {"count": 4, "sum": 0.038, "mean": 0.0095, "min": 0.002, "p50": MIDDLE2, \
        "p90": MIDDLE32, "p95": MIDDLE32, "p99": MIDDLE32, "max": 0.032}},
            {"route": "/ping", "requests": 1, "errors": 1, "error_ratio": 1.0, "hit_ratio": null, \
        "bypass_ratio": null, "bytes": null, "db_calls": null, "db_seconds": null, "upstream_seconds": null, \
        "duration_seconds": null}
          ],
          "series": [
            {"source": "main", "route": "/orders/{id}", "method": "GET", "status": 200, "cache": "hit", \
        "segment": "anonymous", "version": "1.4", "requests": 3, "errors": 0, "error_ratio": 0.0, "hit_ratio": 1.0, \
        "bypass_ratio": 0.0, "bytes": 3000, \
        "db_calls": {"requests": 3, "sum": 0, "mean": 0.0, "p50": 0, "p95": 0, "max": 0}, \
        "db_seconds": {"sum": 0, "mean": 0.0}, "upstream_seconds": null, \
        "duration_seconds": {"count": 3, "sum": 0.006, "mean": 0.002, "min": 0.002, "p50": MIDDLE2, "p90": MIDDLE2, \
        "p95": MIDDLE2, "p99": MIDDLE2, "max": 0.002}},
            {"source": "main", "route": "/orders/{id}", "method": "GET", "status": 200, "cache": "miss", \
        "segment": "authenticated", "version": "1.4", "requests": 1, "errors": 0, "error_ratio": 0.0, \
        "hit_ratio": 0.0, "bypass_ratio": 0.0, "bytes": 2500, \
        "db_calls": {"requests": 1, "sum": 7, "mean": 7.0, "p50": 7, "p95": 7, "max": 7}, \
        "db_seconds": {"sum": 0.012, "mean": 0.012}, "upstream_seconds": {"sum": 0.03, "mean": 0.03}, \
        "duration_seconds": {"count": 1, "sum": 0.032, "mean": 0.032, "min": 0.032, "p50": MIDDLE32, \
        "p90": MIDDLE32, "p95": MIDDLE32, "p99": MIDDLE32, "max": 0.032}},
            {"source": "main", "route": "/ping", "method": "HEAD", "status": 500, "cache": "none", \
        "segment": "unknown", "version": null, "requests": 1, "errors": 1, "error_ratio": 1.0, "hit_ratio": null, \
        "bypass_ratio": null, "bytes": null, "db_calls": null, "db_seconds": null, "upstream_seconds": null, \
        "duration_seconds": null}
          ]
        }

        """.replacingOccurrences(of: "MIDDLE2", with: tenDigits(pow(2, -573.0 / 64)))
        .replacingOccurrences(of: "MIDDLE32", with: tenDigits(pow(2, -317.0 / 64)))

    private static func tenDigits(_ value: Double) -> String { String(format: "%.10g", value) }

    @Test("nothing is null, not 0, and is still valid")
    func nothing() throws {
        var view = Fixture.noSamples
        view.from = nil
        view.to = nil
        let summary = try parse(SummaryJSON.render(view, ledger: Ledger()))
        #expect(summary["from"] is NSNull)
        #expect(summary["to"] is NSNull)
        let total = try #require(summary["total"] as? [String: Any])
        #expect(total["requests"] as? Int == 0)
        for name in ["error_ratio", "hit_ratio", "bypass_ratio", "bytes", "db_calls", "duration_seconds"] {
            #expect(total[name] is NSNull, "\(name)")
        }
    }

    @Test("routes named by an attacker come back byte for byte")
    func hostile() throws {
        var fixture = Fixture()
        for name in hostileTexts { fixture.add(route: name, version: name) }
        let summary = try parse(SummaryJSON.render(fixture.view, ledger: Ledger()))
        let routes = try #require(summary["routes"] as? [[String: Any]])
        let found = routes.compactMap { ($0["route"] as? String).map { Array($0.utf8) } }
        #expect(found == hostileTexts.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    }

    // goaccess #2242 asks for routes by cache status
    @Test("a grouping leaves only its own fields, and its sums are the whole")
    func grouped() throws {
        let summary = try parse(
            SummaryJSON.render(Fixture.shop.view, ledger: Ledger(), by: SeriesGrouping([.status, .cache])))
        let series = try #require(summary["series"] as? [[String: Any]])
        #expect(series.map { $0["status"] as? Int } == [200, 200, 500])
        #expect(series.map { $0["cache"] as? String } == ["hit", "miss", "none"])
        #expect(series.map { $0["requests"] as? Int } == [3, 1, 1])
        #expect(series.allSatisfy { $0["route"] == nil && $0["source"] == nil })
    }

    @Test("sources are never added together")
    func sources() throws {
        var fixture = Fixture.shop
        fixture.add(source: "nginx", route: "/orders/{id}", cache: .bypass, times: 9)
        let summary = try parse(SummaryJSON.render(fixture.view, ledger: Ledger()))
        #expect((summary["total"] as? [String: Any])?["requests"] as? Int == 5)
        let series = try #require(summary["series"] as? [[String: Any]])
        #expect(series.map { $0["source"] as? String } == ["nginx", "main", "main", "main"])
        let bySource = try parse(SummaryJSON.render(fixture.view, ledger: Ledger(), by: SeriesGrouping([.source])))
        #expect((bySource["series"] as? [[String: Any]])?.map { $0["requests"] as? Int } == [9, 5])
        let byCache = try parse(SummaryJSON.render(fixture.view, ledger: Ledger(), by: SeriesGrouping([.cache])))
        #expect((byCache["series"] as? [[String: Any]])?.map { $0["requests"] as? Int } == [3, 1, 1])
    }

    @Test("the order depends on no hash and no identifier", arguments: [UInt64(1), 2, 3, 4])
    func order(seed: UInt64) {
        var random = SeededRandom(state: seed)
        let routes = (0..<40).map { "/r\($0)" }
        var outputs: [[UInt8]] = []
        for _ in 0..<2 {
            var fixture = Fixture()
            for route in routes.shuffled(using: &random) {
                for version in ["1", "2", ""].shuffled(using: &random) {
                    fixture.add(route: route, status: 404, version: version, milliseconds: 1)
                }
            }
            outputs.append(SummaryJSON.render(fixture.view, ledger: Ledger()))
        }
        #expect(outputs[0] == outputs[1], "seed \(seed)")
    }

    @Test("quantiles are within 1.1 % of the exact nearest rank, sums and extremes exact", arguments: [UInt64(5), 6])
    func quantiles(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        var fixture = Fixture()
        var exact: [Int64] = []
        for _ in 0..<5_000 {
            let milliseconds = exp(Double.random(in: -6...9, using: &random))
            exact.append(Int64(milliseconds * 1e6))
            fixture.add(milliseconds: milliseconds)
        }
        exact.sort()
        let summary = try parse(SummaryJSON.render(fixture.view, ledger: Ledger()))
        let durations = try #require((summary["total"] as? [String: Any])?["duration_seconds"] as? [String: Any])
        for (name, fraction) in [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)] {
            let shown = try #require(durations[name] as? Double)
            let truth = Double(exact[Int((fraction * 5000).rounded(.up)) - 1]) / 1e9
            #expect(abs(shown - truth) <= 0.011 * truth, "seed \(seed), \(name)")
        }
        #expect(durations["min"] as? Double == Double(exact[0]) / 1e9)
        #expect(durations["max"] as? Double == Double(exact[4999]) / 1e9)
        #expect(durations["sum"] as? Double == Double(exact.reduce(0, +)) / 1e9)
    }

    private func parse(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
