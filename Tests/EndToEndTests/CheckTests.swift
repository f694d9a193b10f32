import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("plumbline check")
    struct CheckTests {
        @Test("what is recognised can be pinned in a configuration, which then reads the log alike")
        func pinned() async throws {
            try await withWorkplace { place in
                let log = place.file("shop's.log")
                try await Plumbline.write("simulate", "--lines", "2000", "--seed", "5", to: log)
                let screen = try await Plumbline.output("check", log.string)
                for said in [
                    "JSON lines; all of the first 100 lines read", "duration            duration_ms  ms    100 %",
                    "cache words  ", "HIT = hit (", "routes       ",
                ] {
                    #expect(screen.contains(said), "\(said):\n\(screen)")
                }
                #expect(!screen.contains("no cache"))

                let config = place.file("pinned.yaml")
                let written = try await Plumbline.output("check", log.string, "--write-config", config.string)
                #expect(written.hasPrefix(screen) && written.contains("plumbline run --config"))
                #expect(try await Plumbline.output("check", "--config", config.string).hasSuffix(screen))
                let yaml = try String(contentsOfFile: config.string, encoding: .utf8)
                #expect(yaml.contains("shop''s.log'\n    format: json\n"))
                #expect(
                    try await Plumbline.output("check", log.string, "--write-config", "-") == yaml,
                    "printed as written, and nothing else with it")

                let again = try await Plumbline.run("check", log.string, "--write-config", config.string)
                #expect(again.exitCode == 73 && again.error.contains("left as it is"))
                #expect(try String(contentsOfFile: config.string, encoding: .utf8) == yaml)
            }
        }

        @Test("a mixed log, and one without most fields, are said to be so")
        func mixed() async throws {
            try await withWorkplace { place in
                let log = try place.write(
                    "mixed.log",
                    """
                    {"ts":"2026-11-22T10:14:00Z","status":200,"path":"/a"}
                    {"start_time":"2026-11-22T10:14:00Z","response_code":200,"response_flags":"-","duration":4,"path":"/b"}
                    {"ts":"2026-11-22T10:14:00Z","status":200,"path":"/a","cache":"PURGED"}

                    """)
                let screen = try await Plumbline.output("check", log.string)
                #expect(
                    screen.contains("mixed: 2 lines of JSON, 1 line of Envoy's JSON; all of the first 3 lines read"))
                #expect(screen.contains("PURGED = unknown (1)") && screen.contains("no db calls"))
                #expect(screen.contains("no version") && !screen.contains("no duration"))
            }
        }

        @Test("one line is walked through: what every field was read from, its unit, and what became of it")
        func explained() async throws {
            let line =
                #"{"ts":"2026-11-22T10:14:00Z","request":{"method":"GET","uri":"/orders/17?token=s"},"status":200,"#
                + #""duration_ms":12.5,"x-cache":"MISS, HIT","db_calls":3,"db_time_us":1500,"user_id":"ada","bytes":512}"#
            let screen = try await Plumbline.output("check", "--explain", line)
            for said in [
                "format              JSON\n", "time                ts = 2026-11-22T10:14:00Z\n",
                "method              request.method = GET\n", "path                request.uri = /orders/17…\n",
                "status              status = 200\n", "duration            duration_ms = 12.5 in ms\n",
                "cache               x-cache = MISS, HIT\n", "db calls            db_calls = 3\n",
                "db time             db_time_us = 1500 in us\n", "segment (identity)  user_id = (somebody)\n",
                "→ route             the path, its numbers and the like as {id}\n",
                "→ series            GET /orders/{id} 200\n", "→ duration          12.5 ms\n",
                "→ cache             hit, origin not contacted\n", "→ segment           authenticated\n",
                "→ db time           1.5 ms\n", "→ bytes             512\n", "→ version           –\n",
            ] {
                #expect(screen.contains(said), "\(said):\n\(screen)")
            }
            let pattern = try await Plumbline.output("check", "--explain", line, "--route-pattern", "/orders/:order")
            #expect(pattern.contains("a pattern of the configuration") && pattern.contains("GET /orders/:order 200"))
            let text = try await Plumbline.output(
                "check", "--explain",
                #"<190>Nov 22 10:14:59 web uvicorn: INFO:     127.0.0.1:1 - "GET /a HTTP/1.1" 200 OK"#)
            #expect(text.contains("uvicorn in syslog\n"), "\(text)")
        }

        @Test(
            "a line that cannot be read says at which byte and what was expected; a unit that is missing is asked for")
        func explainedFaults() async throws {
            let broken = try await Plumbline.run("check", "--explain", #"{"ts":"2026-11-22T10:14:00Z","status":20x}"#)
            #expect(
                broken.exitCode == 65 && broken.output.contains("rejected  malformed: byte 41: expected"), "\(broken)")
            let bare = try await Plumbline.run(
                "check", "--explain", #"{"ts":"2026-11-22T10:14:00Z","status":200,"latency":12}"#)
            #expect(bare.exitCode == 78)
            #expect(bare.error.contains("it could be 12 seconds, 12 milliseconds or 12 microseconds"), "\(bare.error)")
            let filtered = try await Plumbline.output(
                "check", "--explain", #"{"ts":"2026-11-22T10:14:00Z","status":200,"path":"/healthz"}"#, "--skip-route",
                "/healthz")
            #expect(filtered.contains("filtered: a request that is not to be counted"))
        }

        @Test("a stated unit that no service has is doubted by check, summary, replay and run, and counted as stated")
        func doubtedUnit() async throws {
            try await withWorkplace { place in
                let time = Date(timeIntervalSinceNow: -2).formatted(.iso8601)
                let line = "{\"ts\":\"\(time)\",\"status\":200,\"path\":\"/a\",\"latency\":40000}\n"
                let log = try place.write("app.log", String(repeating: line, count: 150)).string
                // 40,000 s as a histogram knows them.
                let doubts = [
                    "half of the durations are 11.1 h or longer", "half of the durations are 11.2 h or longer",
                ]
                let unit = ["--duration-unit", "s"]
                for arguments in [
                    ["check", log], ["summary", log], ["replay", log, "--data", place.file("replayed").string],
                ] {
                    let finished = try await runProgram(Plumbline.path(), arguments + unit)
                    #expect(finished.exitCode == 0)
                    let said = finished.output + finished.error
                    #expect(doubts.contains { said.contains($0 + ": is their unit right?") }, "\(arguments): \(said)")
                }
                let configuration = try place.write(
                    "plumbline.yaml", "inputs: [{ path: \(log), duration_unit: s, from_start: true }]\n")
                try await withAgent("--config", configuration.string, in: place) { agent in
                    try await agent.sees(150)
                    let said = try String(contentsOfFile: agent.program.log.string, encoding: .utf8)
                    #expect(doubts.contains { said.contains($0 + ": is their unit right?") }, "\(said)")
                }
            }
        }

        @Test("how many names stay apart in one place can be told to check, summary and replay alike")
        func pathNames() async throws {
            try await withWorkplace { place in
                let log = try place.write(
                    "slugs.log",
                    (0..<30).map { #"{"ts":"2026-11-22T10:14:00Z","status":200,"path":"/blog/word-\#($0)x"}"# + "\n" }
                        .joined())
                let routes = { (arguments: [String]) async throws -> [String] in
                    let printed = try await runProgram(
                        Plumbline.path(), ["summary"] + arguments + ["--output", "json"])
                    #expect(printed.exitCode == 0, "\(printed.error)")
                    let summary = try JSONDecoder().decode(Summary.self, from: Data(printed.output.utf8))
                    return summary.routes.map(\.route)
                }
                #expect(try await routes([log.string]).count == 30)
                #expect(try await routes([log.string, "--path-names", "29"]) == ["/blog/{*}"])
                #expect(try await Plumbline.output("check", log.string, "--path-names", "29").contains("/blog/{*}"))
                let config = try place.write("plumbline.yaml", "limits: { path_names: 29 }\n")
                for (number, flags) in [["--path-names", "29"], ["--config", config.string]].enumerated() {
                    let data = place.file("data-\(number)").string
                    let replayed = try await runProgram(
                        Plumbline.path(), ["replay", log.string, "--data", data] + flags)
                    #expect(replayed.exitCode == 0, "\(replayed.error)")
                    #expect(try await routes([data]) == ["/blog/{*}"])
                }
                let refused = try await Plumbline.run("summary", log.string, "--path-names", "1")
                #expect(refused.exitCode == 64 && refused.error.contains("--path-names: expected 2 to 10000, found 1"))
            }
        }

        @Test("sample lines are held against what they must become")
        func lineTests() async throws {
            try await withWorkplace { place in
                let file = try place.write(
                    "lines.yaml",
                    """
                    - name: a hit
                      line: '{"ts":"2026-11-22T10:14:00Z","status":200,"path":"/orders/17","cache":"HIT","duration":12.5}'
                      expect: { status: 200, route: "/orders/{id}", cache: hit, duration: 12.5ms }
                    - line: half a line
                      expect: { rejected: malformed }
                    """)
                let right = try await Plumbline.run("check", "--test", file.string, "--duration-unit", "ms")
                #expect(right.exitCode == 0 && right.output.contains("2 lines, all as expected"), "\(right.error)")
                let wrong = try await Plumbline.run("check", "--test", file.string, "--duration-unit", "s")
                #expect(wrong.exitCode == 1)
                #expect(
                    wrong.output.contains("lines.yaml:1:3: a hit\n  duration: expected 12.5ms, found 12500000000ns"))
                let broken = try place.write("broken.yaml", "- line: x\n  expekt: {}\n")
                let refused = try await Plumbline.run("check", "--test", broken.string)
                #expect(refused.exitCode == 78 && refused.error.contains("broken.yaml:2:3"))
                #expect(try await Plumbline.run("check", "--test", place.file("none").string).exitCode == 66)
            }
        }
    }
}
