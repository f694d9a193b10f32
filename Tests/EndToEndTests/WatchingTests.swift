import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("when the kernel does not say what changes", .timeLimit(.minutes(2)))
    struct WatchingTests {
        struct Limit: Sendable, CustomTestStringConvertible {
            var name: String
            var value: Int
            var testDescription: String { "\(name) = \(value)" }
        }

        /// Of a user namespace of its own, so that nobody else is touched.
        static let limits = [
            Limit(name: "max_inotify_instances", value: 0), Limit(name: "max_inotify_watches", value: 0),
            Limit(name: "max_inotify_watches", value: 3),
        ]

        @Test(
            "past the limits of inotify the agent looks at intervals, says so once and loses nothing", arguments: limits
        )
        func limited(_ limit: Limit) async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withLimitedAgent(limit, of: place.file("app.log"), in: place) { agent in
                    for generation in 1...3 {
                        try await log.append(400, torn: true)
                        if generation == 2 { try await agent.sees(800) }
                        try await log.rotate(to: "app.log.\(generation)")
                    }
                    try await log.append(300)
                    try await agent.commits(1_500)
                    let said = try String(contentsOfFile: agent.program.log.string, encoding: .utf8)
                    #expect(said.components(separatedBy: "250 ms").count == 2, "\(said)")
                }
                try await NumberedLog.expect(.of(place.data), has: 1_500)
            }
        }

        @Test("when the queue of reports overflows, nothing is lost and the overflow is counted")
        func overflow() async throws {
            try await withWorkplace { place in
                let queue = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
                let reports = try #require(Int(queue.trimmingCharacters(in: .whitespacesAndNewlines)))
                try #require(reports <= 1 << 18, "to overflow a queue of \(reports) reports would take too long")
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await log.append(500)
                    try await agent.commits(500)
                    agent.send(SIGSTOP)
                    for number in 0...(reports / 2) {
                        let name = place.file("app.log.\(number % 7)x").string
                        close(open(name, O_CREAT | O_WRONLY, 0o600))
                        unlink(name)
                    }
                    try await log.append(500)
                    try await log.rotate(to: "app.log.1")
                    try await log.append(500)
                    agent.send(SIGCONT)
                    try await agent.commits(1_500)
                    #expect(try await agent.metric("plumbline_agent_watch_overflows_total") ?? 0 >= 1)
                }
                try await NumberedLog.expect(.of(place.data), has: 1_500)
            }
        }

        @Test("a thousand logs of one pattern are followed, also when all of them are rotated at once")
        func manyLogs() async throws {
            try await withWorkplace { place in
                let names = (0..<1_000).map { "worker-\($0).log" }
                func append(_ lines: Int) throws {
                    for name in names {
                        try place.append(name, (0..<lines).map { NumberedLog.line($0) }.joined())
                    }
                }
                try append(5)
                // Until they end, the old ones are open beside the new ones.
                let settings = try place.write("many.yaml", "limits: { open_inputs: 2000 }\n").string
                let pattern = place.file("worker-*.log").string
                try await withAgent(pattern, "--from-start", "--config", settings, in: place) { agent in
                    try await agent.commits(5_000)
                    try append(3)
                    for name in names { try place.rename(name, to: name + ".1") }
                    try append(2)
                    try await agent.commits(10_000)
                }
                #expect(try await Summary.of(place.data).ledger.accepted == 10_000)
            }
        }

        private func withLimitedAgent(
            _ limit: Limit, of log: FilePath, in place: Workplace, _ body: (Agent) async throws -> Void
        ) async throws {
            let port = try freePort()
            let run = "exec \(try Plumbline.path()) run \(log) --from-start --data \(place.data)"
            let script = """
                echo \(limit.value) > /proc/sys/user/\(limit.name) && \(run) --listen 127.0.0.1:\(port)
                """
            guard try await runProgram("/usr/bin/unshare", ["--user", "--map-root-user", "true"]).exitCode == 0 else {
                try Test.cancel("no user namespace can be made here, and the limits of the machine are everybody's")
            }
            _ = try await withProgram(
                "/usr/bin/unshare", ["--user", "--map-root-user", "sh", "-c", script], directory: place.path,
                log: place.path.appending("agent.out")
            ) { program in
                let agent = Agent(program: program, port: port)
                try await wait("/readyz of the agent") { (try? await agent.get("/readyz").status) == 200 }
                try await body(agent)
            }
        }
    }
}
