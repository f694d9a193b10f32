import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("a FastAPI service behind a caching nginx", .timeLimit(.minutes(5)))
    struct ShopTests {
        @Test("driver, service and proxy agree with their logs, so the oracle can be believed")
        func witnesses() async throws {
            try await withWorkplace { place in
                try await withShop(in: place) { shop in
                    let driver = try await shop.drive(requests: 1_500, seed: 2)
                    let truth = try await shop.truth()
                    let oracle = try await Oracle.count([("app", shop.appLog), ("edge", shop.edgeLog)], in: place)
                    try await Oracle.expect([
                        "witness", oracle.expected.string, "--truth", truth.string, "--driver", driver.string,
                    ])
                }
            }
        }

        @Test("every number of the agent is the one that the logs have, for both sources")
        func agent() async throws {
            try await withWorkplace { place in
                try await withShop(in: place) { shop in
                    try place.write("plumbline.yaml", configuration(shop))
                    let stopped = try await withAgent("--config", place.file("plumbline.yaml").string, in: place) {
                        agent in
                        _ = try await shop.drive(requests: 3_000, seed: 1)
                        try await burst(shop)
                        _ = try await shop.truth()
                        let oracle = try await Oracle.count([("app", shop.appLog), ("edge", shop.edgeLog)], in: place)
                        try await agent.commits(lineCount(shop.appLog) + lineCount(shop.edgeLog))
                        try await compare(agent, with: oracle, in: place)
                        try await acceptedByPrometheus(agent, in: place)
                        return oracle
                    }
                    #expect(stopped.ending.status == .exited(0))
                    try await compareFiles(of: shop, with: stopped.result, in: place)
                }
            }
        }

        /// The rolling hour, the ledger and the counters.
        private func compare(_ agent: Agent, with oracle: Oracle, in place: Workplace) async throws {
            let everything = "/api/v1/windows/1h?by=source,route,method,status,cache,segment,version"
            try await oracle.check("summary", agent.get(everything).text, in: place, "--primary", "app")
            try await oracle.check("window", agent.get("/api/v1/windows/1h").text, in: place, "--source", "app")
            try await oracle.check(
                "window", agent.get("/api/v1/windows/1h?source=edge").text, in: place, "--source", "edge")
            try await oracle.check("ledger", agent.get("/api/v1/ledger").text, in: place)
            try await oracle.check("metrics", agent.get("/metrics").text, in: place)
        }

        /// The data directory, and each log by itself.
        private func compareFiles(of shop: Shop, with oracle: Oracle, in place: Workplace) async throws {
            let kept = try await Plumbline.output("summary", place.data.string, "--output", "json")
            try await oracle.check("summary", kept, in: place, "--primary", "app", "--ledger")
            for log in [shop.appLog, shop.edgeLog] {
                let alone = try await Oracle.count([("main", log)], in: place)
                let summary = try await Plumbline.output("summary", log.string, "--output", "json")
                try await alone.check("summary", summary, in: place, "--primary", "main", "--ledger")
            }
            _ = try await Plumbline.output("snapshots", "verify", "--data", place.data.string)
        }

        private func acceptedByPrometheus(_ agent: Agent, in place: Workplace) async throws {
            let promtool = FilePath("/usr/bin/promtool")
            guard FileManager.default.isExecutableFile(atPath: promtool.string) else {
                throw Missing("no \(promtool): `make test` installs it (prometheus)")
            }
            let page = try await agent.get("/metrics")
            #expect(page.type.hasPrefix("text/plain"))
            let checked = try await runProgram(
                promtool, ["check", "metrics"], input: place.write("metrics.txt", page.body))
            #expect(checked.exitCode == 0, "promtool check metrics: \(checked.output)\(checked.error)")
        }

        /// As fast as nginx answers, out of its cache.
        private func burst(_ shop: Shop) async throws {
            let url = "http://127.0.0.1:\(shop.proxyPort)/products?page=1"
            let finished = try await runProgram("/usr/bin/wrk", ["-t", "1", "-c", "8", "-d", "1s", url])
            #expect(finished.exitCode == 0, "wrk: \(finished.error)")
        }

        private func configuration(_ shop: Shop) -> String {
            """
            from_start: true
            inputs:
              - path: \(shop.appLog)
                source: app
                primary: true
              - path: \(shop.edgeLog)
                source: edge
            """
        }

        private func lineCount(_ log: FilePath) throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: log.string)).count { $0 == UInt8(ascii: "\n") }
        }
    }
}
