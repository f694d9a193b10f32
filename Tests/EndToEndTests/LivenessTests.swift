import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("three questions, three answers", .timeLimit(.minutes(2)))
    struct LivenessTests {
        // Whoever restarts the agent because the service fails loses the evidence: SigNoz PR #400.
        @Test("a failing service makes /health fail, and neither /livez nor /readyz")
        func failingService() async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                let line = "{\"time\":\"\(time)\",\"status\":500,\"route\":\"/r\",\"duration_ms\":9000}\n"
                let log = try place.write("app.log", String(repeating: line, count: 50))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    try await agent.sees(50)
                    try await wait("/health to fail") { try await agent.get("/health").status == 503 }
                    #expect(try await agent.get("/livez").status == 200)
                    #expect(try await agent.get("/readyz").status == 200)
                    let metrics = try await agent.get("/metrics")
                    #expect(metrics.status == 200)
                    #expect(try await agent.metric("plumbline_health_status") == 2)
                }
            }
        }

        @Test(
            "a change of health has its line of the log, its counter and its place in a history that outlives kill -9")
        func history() async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                let line = "{\"time\":\"\(time)\",\"status\":500,\"route\":\"/r\",\"duration_ms\":9}\n"
                let log = try place.write("app.log", String(repeating: line, count: 50))
                let ending = try await withAgent(log.string, "--from-start", in: place) { agent in
                    try await wait("/health to fail") { try await agent.get("/health").status == 503 }
                    #expect(try await agent.get("/api/v1/health/local").text.contains("\"status\": \"fail\""))
                    // Of each change one line, one count, one entry.
                    let changes = Int(try await agent.metric("plumbline_health_changes_total") ?? 0)
                    let said = try String(contentsOfFile: agent.program.log.string, encoding: .utf8)
                    #expect(changes >= 2 && said.components(separatedBy: "Health has changed").count - 1 == changes)
                    let entries = try await agent.get("/api/v1/health/history").text
                    #expect(entries.components(separatedBy: "\"from\"").count - 1 == changes, "\(entries)")
                    // It is written right after it is told.
                    try await Task.sleep(for: .milliseconds(500))
                    agent.send(SIGKILL)
                }.ending
                #expect(ending.status == .signaled(SIGKILL))
                try await withAgent(log.string, in: place) { agent in
                    let history = try await agent.get("/api/v1/health/history")
                    #expect(history.status == 200 && history.text.contains("\"to\": \"fail\""), "\(history.text)")
                }
            }
        }

        @Test("a warning says by how much, since when, in which route and by which word of the cache")
        func reason() async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                func line(_ route: String, _ cache: String, milliseconds: Int) -> String {
                    "{\"time\":\"\(time)\",\"status\":200,\"route\":\"\(route)\",\"cache\":\"\(cache)\","
                        + "\"duration_ms\":\(milliseconds)}\n"
                }
                let fast = (0..<400).map { _ in line("/shop", "HIT", milliseconds: 10) }
                let slow = (0..<100).map { line("/admin/reports", $0 < 87 ? "MISS" : "HIT", milliseconds: 1_800) }
                let log = try place.write("app.log", (fast + slow).joined())
                let configuration = try place.write(
                    "plumbline.yaml",
                    """
                    inputs: [{ path: \(log), format: json }]
                    from_start: true
                    health:
                      down: 1s
                      groups: { admin: { routes: ["/admin/**"] } }

                    """)
                try await withAgent("--config", configuration.string, in: place) { agent in
                    try await agent.sees(500)
                    for (path, words) in [
                        (
                            "/health",
                            "p95 is 1.81 s over 1m, limit 1 s, 100 % of it in /admin/reports, 87 % of it in miss"
                        ),
                        ("/health/admin", "p95 of admin is 1.81 s over 1m, limit 1 s, 87 % of it in miss"),
                    ] {
                        try await wait("the reason of a warning") {
                            try await agent.get(path + "?format=text").text.hasPrefix("warn: \(words), since ")
                        }
                        let report = try await agent.get(path)
                        #expect(report.status == 200 && report.type == "application/health+json")
                        #expect(report.text.contains("\"affectedEndpoints\": [\"/admin/reports\"]"), "\(report.text)")
                    }
                }
            }
        }

        // A third state: neither good nor bad, and never a number.
        @Test(
            "requests dated ahead of the clock are a warning, whether they still count or are refused",
            arguments: [20, 900])
        func clockSkew(secondsAhead: Int) async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", "")
                try await withAgent(log.string, in: place) { agent in
                    let time = Date(timeIntervalSinceNow: Double(secondsAhead)).formatted(.iso8601)
                    let line = "{\"time\":\"\(time)\",\"status\":200,\"route\":\"/r\",\"duration_ms\":9}\n"
                    try place.append("app.log", String(repeating: line, count: 50))
                    try await wait("a warning about the clocks") {
                        try await agent.get("/health?format=text").text.contains("ahead of the agent's clock")
                    }
                    let report = try await agent.get("/health")
                    #expect(report.status == 200 && report.text.contains("\"state\": \"unseen\""), "\(report.text)")
                    #expect(!report.text.contains("\"pass\",\n  \"releaseId\""))
                    let refused =
                        try await agent.metric(
                            "plumbline_agent_lines_total{outcome=\"rejected\",reason=\"future_time\"}") ?? 0
                    #expect(refused == (secondsAhead > 300 ? 50 : 0))
                }
            }
        }

        @Test("an operator's drain outlives kill -9, and is taken back by a word that balancers hear for a minute")
        func drain() async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", "")
                try await withAgent(log.string, in: place) { agent in
                    let said = try await Plumbline.run("health", "--drain", "127.0.0.1:\(agent.port)")
                    #expect(said.exitCode == 0 && said.output.contains("\"kept\": true"), "\(said)")
                    #expect(try await agent.get("/health").status == 503)
                    #expect(try await agent.get("/health?drain=404").status == 404)
                    #expect(try await agent.get("/readyz").status == 200)
                    let probed = try await Plumbline.run("health", "--probe", "http://127.0.0.1:\(agent.port)/livez")
                    #expect(probed.exitCode == 0 && probed.output == "ok\n")
                    let asked = try await Plumbline.run("health", "127.0.0.1:\(agent.port)")
                    #expect(asked.exitCode == 1 && asked.output.contains("drained by an operator"))
                    agent.send(SIGKILL)
                }
                try await withAgent(log.string, in: place) { agent in
                    #expect(try await agent.get("/health?format=text").text.hasPrefix("fail: drained by an operator"))
                    let said = try await Plumbline.run("health", "--ready", "127.0.0.1:\(agent.port)")
                    #expect(said.exitCode == 0, "\(said)")
                    #expect(try await agent.get("/health").status == 200)
                    try await wait("the history to say so") {
                        try await agent.get("/api/v1/health/history").text.contains("\"from\": \"drain\"")
                    }
                }
                // Of nobody there, a probe hears that it has failed, and a person that he cannot be reached.
                let gone = "http://127.0.0.1:\(try freePort())/livez"
                #expect(try await Plumbline.run("health", "--probe", gone).exitCode == 1)
                #expect(try await Plumbline.run("health", gone).exitCode == 69)
                let both = try await Plumbline.run("health", "--ready", "--drain")
                #expect(both.exitCode == 64 && both.error.contains("exclude each other"))
            }
        }

        // fluent-bit #8554, #9492; opentelemetry-collector-contrib #11780: all is said to be well while nothing is seen.
        @Test("a log that is gone makes the agent not ready and health warn, and the agent lives")
        func blind() async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                let line = "{\"time\":\"\(time)\",\"status\":200,\"route\":\"/r\",\"duration_ms\":9}\n"
                let log = try place.write("app.log", String(repeating: line, count: 50))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    try await agent.sees(50)
                    #expect(try await agent.get("/health").text.contains("\"pass\""))
                    try FileManager.default.removeItem(atPath: log.string)
                    try await wait("/readyz to say no") { try await agent.get("/readyz").status == 503 }
                    let health = try await agent.get("/health")
                    #expect(health.status == 200 && health.text.contains("cannot see the service"))
                    #expect(try await agent.get("/livez").status == 200)
                    #expect(try await agent.metric("plumbline_health_status") == 1)
                }
            }
        }
    }
}
