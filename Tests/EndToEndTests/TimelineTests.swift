import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("metrics over time", .timeLimit(.minutes(2)))
    struct TimelineTests {
        private struct Timeline: Decodable {
            struct Total: Decodable {
                var requests: Int
                var errors: Int
                var bytes: Int?
            }

            struct Slices: Decodable {
                var requests: [Int]
                var errors: [Int]
                var p95: [Double?]
            }

            struct Histogram: Decodable {
                var counts: [[Int]]
            }

            struct Group: Decodable {
                var route: String
                var requests: Int
                var errors: Int
                var trend: Trend?
            }

            struct Trend: Decodable {
                var requests: [Int]
            }

            var earliest: String?
            var total: Total
            var slices: Slices
            var histogram: Histogram?
            var groups: [Group]?
        }

        /// Requests of the last `hours`, one every `spacing` seconds.
        private static func log(hours: Double, spacing: Double) -> String {
            let now = Date.now.timeIntervalSince1970
            return stride(from: now - hours * 3_600, to: now - 1, by: spacing).enumerated().map { number, time in
                let instant = Date(timeIntervalSince1970: time).formatted(.iso8601)
                let status = number % 50 == 0 ? 503 : 200
                return
                    "{\"ts\":\"\(instant)\",\"status\":\(status),\"route\":\"/r\(number % 7)\",\"duration_ms\":\(number % 97 + 1)}\n"
            }.joined()
        }

        @Test(
            "a day from the snapshots has every request that the summary has, at any step",
            arguments: ["1m", "5m", "1h"])
        func day(step: String) async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", Self.log(hours: 20, spacing: 7))
                let summary = try JSONDecoder().decode(
                    Summary.self, from: Data(try await Plumbline.output("summary", log.string, "--output", "json").utf8)
                )
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    try await agent.commits(summary.total.requests)
                    let day = try await agent.read(
                        Timeline.self, "/api/v1/timeline?from=-24h&by=route&histogram=true&step=\(step)")
                    #expect(day.total.requests == summary.total.requests)
                    #expect(day.slices.requests.reduce(0, +) == summary.total.requests)
                    #expect(day.slices.errors.reduce(0, +) == day.total.errors)
                    #expect(day.histogram?.counts.joined().reduce(0, +) == summary.total.requests)
                    let groups = try #require(day.groups)
                    #expect(groups.count == 7)
                    #expect(groups.reduce(0) { $0 + $1.requests } == summary.total.requests)
                    #expect(groups.allSatisfy { $0.trend?.requests.reduce(0, +) == $0.requests })
                    // Hours before the log are not known, and nothing is made up for them.
                    #expect(day.earliest != nil && day.slices.p95[0] == nil)
                    let one = try await agent.read(Timeline.self, "/api/v1/timeline?from=-24h&route=/r3&step=\(step)")
                    #expect(one.total.requests == groups.first { $0.route == "/r3" }?.requests)
                }
            }
        }

        @Test("the slices of a window are the window", arguments: ["1m", "5m", "15m", "1h"])
        func window(length: String) async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", Self.log(hours: 1.2, spacing: 0.5))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    let window = try await agent.read(Summary.Window.self, "/api/v1/windows/\(length)").total.requests
                    let slices = try await agent.read(Timeline.self, "/api/v1/timeline?window=\(length)&by=route")
                    // The log has ended, and what is in the window leaves it meanwhile.
                    let later = try await agent.read(Summary.Window.self, "/api/v1/windows/\(length)").total.requests
                    #expect((later...window).contains(slices.total.requests))
                    #expect(slices.slices.requests.reduce(0, +) == slices.total.requests)
                    #expect(slices.groups?.reduce(0) { $0 + $1.requests } == slices.total.requests)
                }
            }
        }

        @Test("a question that passes a limit is told what would do")
        func limits() async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", Self.log(hours: 0.1, spacing: 1))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    let many = try await agent.get("/api/v1/timeline?from=-24h&step=10s")
                    #expect(many.status == 400 && many.text.contains("at most 1500: a wider step or a shorter stretch"))
                    let future = try await agent.get("/api/v1/timeline?from=2099-01-01T00:00:00Z")
                    #expect(future.status == 400 && future.text.contains("before now"))
                }
            }
        }
    }
}
