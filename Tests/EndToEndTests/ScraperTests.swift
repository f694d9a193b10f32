import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("scrapers", .timeLimit(.minutes(4)))
    struct ScraperTests {
        @Test("the parsers of others read every form of the metrics alike, whatever the routes are called")
        func formats() async throws {
            try await withWorkplace { place in
                try place.write("app.log", hostileRoutes.map { line(route: $0, milliseconds: 12.5) }.joined())
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(hostileRoutes.count)
                    let finished = try await Python.run("formats.py", ["\(agent.port)"])
                    #expect(finished.exitCode == 0, "\(finished.output)\(finished.error)")
                    try await withBothPrometheus(scraping: agent.port, in: place) { native, classic in
                        for prometheus in [native, classic] {
                            try await isScraped(prometheus, requests: hostileRoutes.count)
                            let routes = try await prometheus.query("sum by (route) (plumbline_requests_total)")
                            #expect(Set(routes.map { $0.metric["route"] }) == Set(hostileRoutes))
                        }
                    }
                }
            }
        }

        @Test("quantiles of Prometheus are in the same bucket as the agent's, counts are equal", arguments: [1, 2])
        func quantiles(seed: Int) async throws {
            try await withWorkplace { place in
                let requests = Mixture.requests(6_000, seed: seed)
                try place.write(
                    "app.log", requests.map { line(route: $0.route, milliseconds: $0.milliseconds) }.joined())
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(requests.count)
                    let window = try await agent.read(Summary.Window.self, "/api/v1/windows/1h")
                    #expect(window.total.requests == requests.count)
                    try Mixture.check(window, against: requests)
                    try await withBothPrometheus(scraping: agent.port, in: place) { native, classic in
                        for prometheus in [native, classic] {
                            try await isScraped(prometheus, requests: requests.count)
                        }
                        try await compareNative(native, with: window)
                        try await compareClassic(classic, with: window)
                    }
                }
            }
        }

        // prometheus-nginxlog-exporter #343, statsd_exporter #417
        @Test("no counter decreases for Prometheus over kill -9")
        func kills() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                let port = try freePort()
                try await withBothPrometheus(scraping: port, in: place) { native, classic in
                    for round in 1...4 {
                        try await withAgent(place.file("app.log").string, "--from-start", in: place, port: port) {
                            agent in
                            let before = await log.count
                            try await log.append(500)
                            for prometheus in [native, classic] {
                                try await wait("a scrape of round \(round)") {
                                    try await prometheus.number("sum(plumbline_requests_total)") ?? 0 > Double(before)
                                }
                            }
                            // Killed with lines that are counted, and perhaps not yet committed.
                            try await log.append(100)
                            try await Task.sleep(for: .milliseconds(150 * round))
                            agent.send(SIGKILL)
                        }
                    }
                    let count = await log.count
                    try await withAgent(place.file("app.log").string, "--from-start", in: place, port: port) { agent in
                        try await agent.commits(count)
                        for prometheus in [native, classic] { try await isScraped(prometheus, requests: count) }
                        try await neverDecreased(native, isNative: true)
                        try await neverDecreased(classic, isNative: false)
                    }
                }
            }
        }
    }
}

/// Waits for a scrape with so many requests, in the form that it should have asked for, without an error.
private func isScraped(_ prometheus: Prometheus, requests: Int) async throws {
    try await wait("a scrape of \(requests) requests") {
        try await prometheus.number("sum(plumbline_requests_total)") == Double(requests)
    }
    let target = try await prometheus.target()
    #expect(target.health == "up" && target.lastError.isEmpty, "\(target)")
    #expect(try prometheus.complaints == [])
}

/// A bucket of the native histogram is 2^(1/32) wide, and the agent shows its geometric middle.
private func compareNative(_ prometheus: Prometheus, with window: Summary.Window) async throws {
    let name = "plumbline_request_duration_seconds"
    #expect(try await prometheus.query(name + "_bucket").isEmpty, "it did not ask for native histograms")
    #expect(try await prometheus.number("histogram_count(sum(\(name)))") == Double(window.total.requests))
    for (scope, selector, metrics) in scopes(window) {
        for (fraction, quantile) in try #require(metrics.durations).quantiles {
            let expected = try #require(quantile)
            let found = try #require(
                await prometheus.number("histogram_quantile(\(fraction), sum(\(name)\(selector)))"), "\(scope)")
            let ratio = expected == 0 ? (found.magnitude < 1e-30 ? 1 : .infinity) : found / expected
            #expect(abs(log2(ratio)) < 1.0 / 64 + 1e-9, "\(scope) \(fraction): \(found), agent \(expected)")
        }
    }
}

/// Of the classic histogram, a bucket ends at a power of two.
private func compareClassic(_ prometheus: Prometheus, with window: Summary.Window) async throws {
    let name = "plumbline_request_duration_seconds"
    #expect(try await prometheus.metadata(name)?.unit == "seconds", "it did not ask for OpenMetrics")
    #expect(try await prometheus.number("sum(\(name)_count)") == Double(window.total.requests))
    for (scope, selector, metrics) in scopes(window) {
        for (fraction, quantile) in try #require(metrics.durations).quantiles {
            let expected = try #require(quantile)
            let found = try #require(
                await prometheus.number("histogram_quantile(\(fraction), sum by (le) (\(name)_bucket\(selector)))"),
                "\(scope)")
            let upper = max(exp2(ceil(log2(expected))), exp2(-10))
            let lower = upper == exp2(-10) ? 0 : upper / 2
            #expect(lower <= found && found <= upper, "\(scope) \(fraction): \(found), agent \(expected)")
        }
    }
}

/// The whole service and each of its routes, as PromQL selects them.
private func scopes(_ window: Summary.Window) -> [(name: String, selector: String, metrics: Summary.Metrics)] {
    [("total", "", window.total)] + window.routes.map { ($0.route, "{route=\"\($0.route)\"}", $0.metrics) }
}

private func neverDecreased(_ prometheus: Prometheus, isNative: Bool) async throws {
    var counters = ["plumbline_requests_total", "plumbline_response_bytes_total", "plumbline_request_db_calls_total"]
    if !isNative { counters += ["plumbline_request_duration_seconds_count", "plumbline_request_duration_seconds_sum"] }
    for counter in counters {
        #expect(try await prometheus.number("max(resets(\(counter)[10m]))") == 0, "\(counter)")
        #expect(
            try await prometheus.number("max(changes(\(counter)[10m]))") ?? 0 > 0, "\(counter) was not seen to grow")
    }
    // Four lives that ended by a signal were noticed, so there was something to survive.
    #expect(try await prometheus.number("changes(plumbline_agent_start_time_seconds[10m])") ?? 0 >= 3)
    guard isNative else { return }
    let histories = try await prometheus.histogramCounts("plumbline_request_duration_seconds[10m]")
    #expect(!histories.isEmpty)
    for counts in histories { #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 <= $1 }, "\(counts)") }
}

/// Texts that could end a label, a line or a page.
private let hostileRoutes = [
    "/quote\"s", "/back\\slash", "/line\nfeed", "/carriage\r\nreturn", "/\\n", "/\\", "/\"}", "/{route=\"x\"}",
    "/# EOF",
    "/\n# EOF\n", "/\0", "/\u{1}\u{1b}[2J", "/\u{7f}\u{85}\u{9b}", "/\u{202e}evil", "/\u{feff}", "/\u{2028}", "/日本語",
    "/👩‍👩‍👧", "/ ",
    "/\t", "/x,y;z",
]

/// One request of a moment ago.
private func line(route: String, milliseconds: Double) -> String {
    let time = String(format: "%.6f", Date().timeIntervalSince1970)
    let name = String(decoding: try! JSONEncoder().encode(route), as: UTF8.self)
    return """
        {"ts":\(time),"method":"GET","route":\(name),"status":200,"duration_ms":\(milliseconds),"cache":"MISS"}\n
        """
}
