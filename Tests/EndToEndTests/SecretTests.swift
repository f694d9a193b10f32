import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("what nobody may see", .timeLimit(.minutes(2)))
    struct SecretTests {
        private static let secret = "hunter2hunter2"

        /// Requests that carry the secret where visitors, proxies and attackers put one.
        private static var log: String {
            let time = "\"time\":\"\(Date(timeIntervalSinceNow: -5).formatted(.iso8601))\",\"duration_ms\":5"
            let requests = [
                #""status":200,"path":"/login?token=\#(secret)""#,
                #""status":200,"route":"/login?token=\#(secret)""#,
                #""status":200,"request":"GET /reset?token=\#(secret) HTTP/1.1""#,
                #""status":200,"request":"GET https://ann:\#(secret)@shop.example/a HTTP/1.1""#,
                #""status":404,"request":"GET /x?\#(secret)""#,
                #""status":400,"request":"\u0016\u0003\u0001 \#(secret)""#,
                #""status":200,"path":"/a#\#(secret)""#, #""status":200,"path":"/a;sid=\#(secret)""#,
                #""status":200,"path":"/m/\#(secret)@shop.example""#,
                #""status":200,"path":"/a","user_id":"\#(secret)","authorization":"Bearer \#(secret)""#,
                #""status":200,"path":"/a","remote_addr":"\#(secret)","referer":"https://x/?t=\#(secret)""#,
                #""status":200,"path":"/a","cache":"Edge; hit; key=\"/a?\#(secret)\"""#,
                #""status":200,"path":"/a","cache":"warm; key=\#(secret)""#,
                #""status":"\#(secret)","path":"/bad_status""#, #""path":"/no_status?\#(secret)""#,
                #""status":200,"path":"/cut?\#(secret)"#,
                #""status":200,"path":"/a","user_agent":"Mozilla/5.0 \#(secret)","session":"\#(secret)""#,
                #""status":200,"path":"/probe","user_agent":"kube-probe/\#(secret)""#,
            ]
            let lines = requests.map { "{\(time),\($0)}\n" }
            let bad = [
                "{\"time\":\"\(secret)\",\"status\":200}\n", "not JSON, but \(secret)\n",
                "{\"time\":\"2026-02-31T10:00:00Z\",\"status\":200,\"path\":\"/?\(secret)\"}\n",
            ]
            let clf = Date(timeIntervalSinceNow: -5).formatted(
                .verbatim(
                    "\(day: .twoDigits)/\(month: .abbreviated)/\(year: .defaultDigits):\(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased)):\(minute: .twoDigits):\(second: .twoDigits) +0000",
                    locale: Locale(identifier: "en_US_POSIX"), timeZone: .gmt,
                    calendar: Calendar(identifier: .gregorian)))
            let combined =
                "192.0.2.1 - \(secret) [\(clf)] \"GET /b?t=\(secret) HTTP/1.1\" 200 5 \"https://x/?\(secret)\" \"\(secret)\"\n"
            // Enough of them for /health to say which routes fail, and that they are misses.
            let failing = (0..<40).map { number in
                "{\(time),\"status\":500,\"path\":\"/broken/\(secret)@shop.example?\(number)\",\"cache\":\"MISS\"}\n"
            }
            return (lines + bad + failing).joined() + combined
        }

        /// What is configured by words of the log, too: who is somebody, and which clients do not count.
        private static let configuration = """
            inputs:
              - path: app.log
                segment: session
                from_start: true
                filters:
                  - user_agent: [kube-probe/]
            health:
              down: 1s
              groups:
                broken: { routes: ["/broken/*"] }
            """

        /// Every question that the description of the API has, so that none that is added later is forgotten.
        private func paths(_ agent: Agent) async throws -> [String] {
            struct Description: Decodable {
                var paths: [String: [String: Operation]]
            }
            struct Operation: Decodable {}
            let described = try await agent.read(Description.self, "/openapi.json").paths
            // What never ends is asked for what it begins with elsewhere.
            let paths = described.filter { $0.value["get"] != nil && !$0.key.hasSuffix("/stream") }.keys
            return paths.map { path in
                path.replacingOccurrences(of: "{window}", with: "1h").replacingOccurrences(
                    of: "{group}", with: "broken"
                )
                .replacingOccurrences(of: "[{][^}]*[}]", with: "none", options: .regularExpression)
            }
        }

        // GoAccess, tried: `?token=secret` stands in its report.
        @Test("a token in a query string appears in no answer, no file and no message")
        func nowhere() async throws {
            try await withWorkplace { place in
                try place.write("app.log", Self.log)
                let configuration = try place.write("plumbline.yaml", Self.configuration)
                let gone = place.file("gone.log")
                try await withAgent("--config", configuration.string, in: place) { agent in
                    try await wait("fifty-five committed requests") {
                        try await agent.metric("plumbline_requests_total") ?? 0 >= 55
                    }
                    try await wait("a fail with its reason") {
                        let text = try await agent.get("/health").text
                        return text.contains("\"/broken/{id}\"") && text.contains("\"fail\"")
                    }
                    let ledger = try await agent.get("/api/v1/ledger").text
                    #expect(ledger.contains(#""filtered": 1"#), "\(ledger)")
                    // One rejected line of each reason is shown as its form, with the names of keys.
                    #expect(
                        ledger.contains(#""bad_status": "??time???9999?99?99a99?99?99a???duration_ms"#), "\(ledger)")
                    let paths = try await paths(agent)
                    #expect(paths.contains("/health/broken") && paths.contains("/api/v1/windows/1h"), "\(paths)")
                    for path in paths + [
                        "/health?format=text", "/api/v1/windows/1h?by=route,method,status,cache,segment,version",
                        "/api/v1/timeline?by=route&histogram=true", "/api/v1/timeline?from=-2h&by=route",
                        // Errors tell what there is.
                        "/api/v1/windows/1h?source=none", "/api/v1/windows/2h", "/nowhere", "/health/none",
                    ] {
                        let answer = try await agent.get(path)
                        #expect(!answer.text.isEmpty && !answer.text.contains(Self.secret), "\(path): \(answer.text)")
                    }
                    for form in ["text/plain", "application/openmetrics-text", "application/vnd.google.protobuf"] {
                        let answer = try await agent.get("/metrics", accepting: form)
                        #expect(answer.type.hasPrefix(form))
                        #expect(answer.body.range(of: Data("/broken/{id}".utf8)) != nil, "\(form)")
                        #expect(answer.body.range(of: Data(Self.secret.utf8)) == nil, "\(form)")
                    }
                    try place.rename("app.log", to: "gone.log")
                    try await wait("news of the log that is gone") {
                        try await agent.get("/readyz").text.contains("app.log")
                    }
                }
                let said = try String(contentsOfFile: place.path.appending("agent.out").string, encoding: .utf8)
                #expect(said.contains("app.log") && !said.contains(Self.secret), "\(said)")

                for input in [gone, place.data] {
                    for output in ["text", "json"] {
                        let command = try await Plumbline.run(
                            "summary", input.string, "--output", output, "--rejects", "--by",
                            "route,method,status,cache,segment,version")
                        #expect(command.exitCode == 0 && !command.output.isEmpty)
                        #expect(!command.output.contains(Self.secret) && !command.error.contains(Self.secret))
                    }
                }
                let (data, other) = (place.data.string, place.file("other").string)
                for arguments in [
                    ["check", gone.string], ["check", gone.string, "--write-config", "-"],
                    ["check", "--config", configuration.string], ["replay", gone.string, "--data", other],
                    ["snapshots", "list", "--data", data], ["snapshots", "verify", "--data", data],
                    ["snapshots", "export", "--data", data, "--format", "csv"],
                    ["snapshots", "export", "--data", data, "--format", "jsonl"],
                    ["check", "--test", try lineTests(in: place).string],
                ] + Self.explained.map({ ["check", "--explain", $0] }) {
                    let finished = try await runProgram(try Plumbline.path(), arguments)
                    let said = finished.output + finished.error
                    #expect(!said.isEmpty && !said.contains(Self.secret), "\(arguments): \(finished)")
                    #expect(finished.exitCode != 64, "\(arguments): \(finished)")
                }
                for directory in [data, other] {
                    let found = try await Python.run("find_secret.py", [directory, Self.secret, "/broken/{id}"])
                    #expect(found.exitCode == 0, "\(found.output)\(found.error)")
                }
            }
        }

        /// Who asks how one line is read sees what stands in its time, its status and its path; never a query, nor who it is.
        private static var explained: [String] {
            let shown = ["/m/", ";sid", "/broken/", "u0016", #""status":"\#(secret)""#, #""time":"\#(secret)""#]
            return log.split(separator: "\n").map(String.init).filter { line in !shown.contains { line.contains($0) } }
        }

        /// A test of a sample line that fails shows what was found, and no more of the line than it must.
        private func lineTests(in place: Workplace) throws -> FilePath {
            let tests = Self.log.split(separator: "\n").map { line in
                "- line: '\(line.replacingOccurrences(of: "'", with: "''"))'\n  expect: { status: 599 }\n"
            }
            return try place.write("lines.yaml", tests.joined())
        }
    }
}
