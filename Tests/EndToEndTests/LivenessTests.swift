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
                    #expect((try await agent.metric("plumbline_health_changes_total") ?? 0) >= 2)
                    let said = try String(contentsOfFile: agent.program.log.string, encoding: .utf8)
                    #expect(said.contains("Health has changed"), "\(said)")
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
