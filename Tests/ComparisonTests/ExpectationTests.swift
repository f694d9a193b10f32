import Comparison
import RequestLog
import Testing

@Suite struct ExpectationTests {
    @Test(
        "a promise is read as it is meant",
        arguments: [
            ("p95 /orders -20%", Metric.p95, Scope(route: "/orders"), Expectation.Target.ratio(0.8)),
            ("p95 GET /products -30%", .p95, Scope(route: "/products", method: .get), .ratio(0.7)),
            ("error_ratio < 0.01", .errorRatio, .all, .below(0.01)),
            ("error_ratio <1%", .errorRatio, .all, .below(0.01)),
            ("error_ratio /orders -50%", .errorRatio, Scope(route: "/orders"), .ratio(0.5)),
            ("error_ratio -0.5pp", .errorRatio, .all, .points(-0.005)),
            ("hit_ratio /orders +20pp", .hitRatio, Scope(route: "/orders"), .points(0.2)),
            ("hit_ratio > 80%", .hitRatio, .all, .above(0.8)),
            ("db_calls /products \u{2212}50%", .dbCalls, Scope(route: "/products"), .ratio(0.5)),
            ("db_calls POST < 5", .dbCalls, Scope(method: .post), .below(5)),
            ("  p50   /orders/{id}\t< 200ms ", .p50, Scope(route: "/orders/{id}"), .below(0.2)),
            ("mean (unmatched) -10%", .mean, Scope(route: "(unmatched)"), .ratio(0.9)),
            ("requests shop.Orders/List +10%", .requests, Scope(route: "shop.Orders/List"), .ratio(1.1)),
        ])
    func meaning(text: String, metric: Metric, scope: Scope, target: Expectation.Target) throws {
        let expectation = try Expectation(parsing: text)
        #expect(expectation.metric == metric)
        #expect(expectation.scope == scope)
        switch (expectation.target, target) {
        case (.ratio(let found), .ratio(let meant)), (.points(let found), .points(let meant)),
            (.below(let found), .below(let meant)), (.above(let found), .above(let meant)):
            #expect(abs(found - meant) < 1e-15)
        default: Issue.record("\(expectation.target) is not \(target)")
        }
    }

    @Test("the basis is the comparison's, unless it is said; a limit is one on what users see")
    func basis() throws {
        #expect(try Expectation(parsing: "p95 -20%").basis(standard: .code) == .code)
        #expect(try Expectation(parsing: "p95 -20%").basis(standard: .total) == .total)
        #expect(try Expectation(parsing: "p95 -20% total").basis(standard: .code) == .total)
        #expect(try Expectation(parsing: "p95 < 1s").basis(standard: .code) == .total)
        #expect(try Expectation(parsing: "p95 < 1s code").basis(standard: .total) == .code)
        #expect(try Expectation(parsing: "requests -5%").basis(standard: .code) == .total)
    }

    @Test(
        "what cannot be kept is refused with the reason",
        arguments: [
            ("", ExpectationError.Reason.empty), ("p98 /orders -20%", .unknownMetric("p98")),
            ("p95", .missingTarget), ("p95 /orders", .missingTarget), ("p95 /orders 20%", .badTarget("20%")),
            ("p95 /orders -0%", .badTarget("-0%")), ("p95 -100%", .badTarget("-100%")),
            ("p95 /orders -20pp", .foreignUnit("-20pp")), ("hit_ratio +20%", .foreignUnit("+20%")),
            ("p95 < 200", .foreignUnit("<200")), ("error_ratio < 5", .foreignUnit("<5")),
            ("p95 /orders +20%", .notAnImprovement("+20%")), ("hit_ratio -5pp", .notAnImprovement("-5pp")),
            ("p95 > 1s", .notAnImprovement(">1s")), ("p95 /a /b -20%", .unexpectedWord("/b")),
            ("p95 /a GET -20%", .unexpectedWord("GET")), ("requests < 5", .noSuchMeaning("<5")),
            ("requests +5% code", .noSuchMeaning("code")), ("p95 -20% /orders", .badTarget("/orders")),
        ])
    func refusal(text: String, reason: ExpectationError.Reason) {
        #expect(throws: ExpectationError(text: text, reason: reason)) { try Expectation(parsing: text) }
    }
}
