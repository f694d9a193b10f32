import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// Whoever holds connections must not keep a load balancer's probe out.
    @Suite("slow clients", .timeLimit(.minutes(3)))
    struct SlowClientsTests {
        private struct Probes: Decodable {
            var idle: Int
            var probes: Int
            /// In seconds.
            var slowest: Double
        }

        /// Asks again and again while so many connections say nothing; every answer was 200, or this throws.
        private func probe(_ agent: Agent, idle: Int, seconds: Int) async throws -> Probes {
            let script = packageRoot.appending("Tests/EndToEndTests/Service/probe.py").string
            let finished = try await runProgram(
                Python.path(), ["-B", script, "\(agent.port)", "\(idle)", "\(seconds)"])
            guard finished.exitCode == 0 else { throw Missing("answers to all probes: \(finished.error)") }
            return try JSONDecoder().decode(Probes.self, from: Data(finished.output.utf8))
        }

        @Test("10,000 silent connections: every probe is answered, and little memory is taken")
        func idle() async throws {
            _ = try await withWorkplace { place in
                let log = try place.write("app.log", "").string
                try await withAgent(log, in: place) { agent in
                    let before = try agent.program.residentBytes()
                    let earlier = try await agent.metric("plumbline_agent_http_connections_total") ?? 0
                    let probes = try await probe(agent, idle: 10_000, seconds: 3)
                    #expect(probes.probes > 20 && probes.slowest < 5, "\(probes)")
                    let after = try agent.program.residentBytes()
                    #expect(after < before + (12 << 20), "\(before) → \(after) bytes")
                    // On a busy machine the kernel drops part of the burst, and its clients try again after seconds.
                    let accepted = try await agent.metric("plumbline_agent_http_connections_total") ?? 0
                    let evicted = try await agent.metric("plumbline_agent_http_evicted_connections_total") ?? 0
                    #expect(accepted > Double(probes.idle / 2))
                    let silent = accepted - earlier - Double(probes.probes)
                    #expect(evicted >= silent - 512 - 8, "\(accepted) accepted, \(probes)")
                    #expect(try await agent.metric("plumbline_agent_http_refused_connections_total") == 0)
                }
            }
        }

        @Test(
            "slowhttptest, each of its modes, with twice the connections that are let in: every probe is answered",
            arguments: ["-H -i 1", "-B -i 1", "-R", "-X -w 1 -y 10 -n 1 -z 1"])
        func slow(mode: String) async throws {
            _ = try await withWorkplace { place in
                let log = try place.write("app.log", "").string
                try await withAgent(log, in: place) { agent in
                    let attack =
                        mode.split(separator: " ").map(String.init)
                        + ["-c", "1000", "-r", "500", "-l", "6", "-u", "http://127.0.0.1:\(agent.port)/health"]
                    async let attacked = runProgram("/usr/bin/slowhttptest", attack)
                    let probes = try await probe(agent, idle: 0, seconds: 6)
                    let finished = try await attacked
                    #expect(finished.output.contains("connected"), "\(finished.output) \(finished.error)")
                    #expect(probes.probes > 40 && probes.slowest < 5, "\(mode): \(probes)")
                    #expect((try await agent.metric("plumbline_agent_http_connections_total") ?? 0) > 1_000)
                }
            }
        }
    }
}
