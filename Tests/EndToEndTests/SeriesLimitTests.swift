import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("more series than the limits allow", .timeLimit(.minutes(2)))
    struct SeriesLimitTests {
        struct Limit: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var overflow: String

            static let all = [
                Limit(testDescription: "series", overflow: "plumbline_agent_series_overflow_total"),
                Limit(testDescription: "counter_series", overflow: "plumbline_agent_committed_series_overflow_total"),
            ]
        }

        // fluent-bit #8593: no limit, and the memory is gone. fluent-bit-docs #2551: a limit, and the counters stand
        // still without a word while the histogram goes on.
        @Test("nothing stands still: every request counts in (other), in counters and histograms", arguments: Limit.all)
        func overflow(limit: Limit) async throws {
            try await withWorkplace { place in
                let settings = try place.write("plumbline.yaml", "limits:\n  \(limit.testDescription): 10\n")
                let log = try place.write("app.log", "")
                try await withAgent(log.string, "--config", settings.string, in: place) { agent in
                    for round in 1...3 {
                        let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                        let lines = (0..<200).map {
                            "{\"time\":\"\(time)\",\"status\":200,\"route\":\"/r/\($0)\",\"duration_ms\":5}\n"
                        }
                        try place.append("app.log", lines.joined())
                        try await agent.commits(200 * round)
                        let counted = try await agent.metric("plumbline_request_duration_seconds_count")
                        #expect(counted == Double(200 * round))
                        #expect(try await agent.requests() == 200 * round)
                        #expect(try await agent.metric(limit.overflow) == Double(190 * round))
                    }
                    let page = try await agent.get("/metrics").text
                    let series = page.split(separator: "\n").count { $0.hasPrefix("plumbline_requests_total{") }
                    #expect(series == 11)
                }
            }
        }
    }
}
