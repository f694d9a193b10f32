import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// `plumbline compare` on logs of a service whose change is known.
    @Suite("what a change did is told from logs", .timeLimit(.minutes(10)))
    struct CompareTests {
        private struct Report: Decodable {
            struct Row: Decodable {
                var metric: String
                var role: String
                var attribution: String
            }
            struct Check: Decodable { var maxAbsResidual: Double }
            struct Guardrails: Decodable {
                var family: Int
                var regressed: [String]
            }
            var verdict: String
            var exit: Int
            var reasons: [String]
            var results: [Row]
            var guardrails: Guardrails
            var identityCheck: Check
        }

        private static func report(_ output: String) throws -> Report {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Report.self, from: Data(output.utf8))
        }

        /// Writes both sides of a scenario.
        private static func sides(
            _ scenario: String, seed: Int = 3, in place: Workplace
        ) async throws -> (before: FilePath, after: FilePath) {
            let sides = (place.file("\(scenario)-before.log"), place.file("\(scenario)-after.log"))
            for (name, file) in [("before", sides.0), ("after", sides.1)] {
                try await Plumbline.write(
                    "simulate", "--scenario", scenario, "--side", name, "--seed", "\(seed)", to: file)
            }
            return sides
        }

        @Test(
            "every scenario gets the verdict that is true",
            arguments: [
                ("nothing-changed", "p95 /orders -20%", 1, "no_change|inconclusive"),
                ("real-fix", "p95 /orders -20%", 0, "real_improvement"),
                ("regression", "p95 /orders -20%", 2, "real_regression"),
                ("lucky-cache", "p95 /orders -20%", 1, "cache_mix"),
                ("errors", "p95 /orders -20%", 2, ""),
                ("too-little-data", "p95 /orders -20%", 3, ""),
                ("promise-missed", "p95 /orders -30%", 1, ""),
                ("traffic-mix", "p95 -20%", 1, "traffic_mix"),
            ])
        func scenario(name: String, promise: String, exit: Int, attribution: String) async throws {
            try await withWorkplace { place in
                let sides = try await CompareTests.sides(name, in: place)
                let finished = try await Plumbline.run(
                    "compare", sides.before.string, sides.after.string, "--expect", promise, "--output", "json")
                #expect(finished.exitCode == exit, "\(finished.error)\(finished.output.prefix(600))")
                let report = try CompareTests.report(finished.output)
                #expect(report.exit == exit)
                #expect(report.identityCheck.maxAbsResidual < 1e-12)
                if name == "errors" { #expect(report.guardrails.regressed.contains("error_ratio /products")) }
                let promised = try #require(report.results.first { $0.role == "promised" })
                if !attribution.isEmpty {
                    #expect(attribution.split(separator: "|").contains(Substring(promised.attribution)))
                }
            }
        }

        @Test("the label of no metric is cut off, promised or not")
        func labels() async throws {
            try await withWorkplace { place in
                let sides = try await CompareTests.sides("real-fix", in: place)
                let promises = [
                    "mean /orders -5%", "p95 /orders -5%", "db_calls /orders -5%", "hit_ratio /orders +1pp",
                ]
                let finished = try await runProgram(
                    Plumbline.path(),
                    ["compare", sides.before.string, sides.after.string] + promises.flatMap { ["--expect", $0] })
                for label in ["mean", "p95", "DB calls", "hit ratio"] {
                    #expect(finished.output.contains("  \(label)  (promise) "), "\(finished.error)\(finished.output)")
                }
                #expect(!finished.output.contains("…"), "\(finished.output)")
            }
        }

        @Test(
            "an option that there is not is named before an argument that is missing",
            arguments: [["compare"], ["compare", "before.log"], ["summary"]])
        func unknownOption(command: [String]) async throws {
            let finished = try await runProgram(Plumbline.path(), command + ["--bogus"])
            #expect(finished.exitCode == 64)
            #expect(finished.error.hasPrefix("Error: Unknown option '--bogus'"), "\(finished.error)")
            let missing = try await runProgram(Plumbline.path(), command)
            #expect(missing.exitCode == 64)
            #expect(missing.error.hasPrefix("Error: Missing expected argument"), "\(missing.error)")
        }

        @Test("logs, .gz, snapshots and a data directory with times say the same")
        func everyKindOfSide() async throws {
            try await withWorkplace { place in
                let sides = try await CompareTests.sides("lucky-cache", in: place)
                let expect = ["--expect", "p95 /orders -20%", "--output", "json", "--slice", "5m"]
                func compare(_ before: String, _ after: String) async throws -> String {
                    let finished = try await runProgram(Plumbline.path(), ["compare", before, after] + expect)
                    #expect(finished.exitCode == 1, "\(finished.error)")
                    // The sides' own names differ, and nothing else.
                    return finished.output.split(separator: "\n").filter { !$0.contains("_name\"") }.joined(
                        separator: "\n")
                }
                let logs = try await compare(sides.before.string, sides.after.string)
                _ = try await Plumbline.output(
                    "replay", sides.before.string, sides.after.string, "--data", place.data.string)
                let from = try CompareTests.span(logs)
                let directory = try await compare("\(place.data)@\(from.before)", "\(place.data)@\(from.after)")
                #expect(directory == logs)
                _ = try await runProgram("/usr/bin/gzip", ["-1", sides.after.string])
                #expect(try await compare(sides.before.string, sides.after.string + ".gz") == logs)
            }
        }

        /// FROM..TO of both sides, as a report has them.
        private static func span(_ report: String) throws -> (before: String, after: String) {
            struct Windows: Decodable {
                struct Window: Decodable {
                    var from: String
                    var to: String
                }
                struct Both: Decodable {
                    var before: [Window]
                    var after: [Window]
                }
                var windows: Both
            }
            let windows = try JSONDecoder().decode(Windows.self, from: Data(report.utf8)).windows
            return (
                "\(windows.before[0].from)..\(windows.before[0].to)", "\(windows.after[0].from)..\(windows.after[0].to)"
            )
        }

        @Test("versions side by side in one log are compared, and mixing them is refused otherwise")
        func versions() async throws {
            try await withWorkplace { place in
                let log = place.file("canary.log")
                var lines = ""
                var state: UInt64 = 1
                func below(_ bound: UInt64) -> UInt64 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return (state >> 33) % bound
                }
                for second in 0..<3_600 {
                    for version in ["1.9", "1.10"] {
                        // The new version is a third slower.
                        let milliseconds = (60 + below(40) + below(40)) * (version == "1.10" ? 4 : 3) / 3
                        lines += """
                            {"ts": \(1_795_255_200 + second), "method": "GET", "route": "/orders", "status": 200, \
                            "duration_ms": \(milliseconds), "version": "\(version)"}

                            """
                    }
                }
                try lines.write(toFile: log.string, atomically: true, encoding: .utf8)
                let finished = try await Plumbline.run(
                    "compare", log.string, "--by", "version:1.9,1.10", "--output", "json")
                #expect(finished.exitCode == 2, "\(finished.error)\(finished.output.prefix(800))")
                let report = try CompareTests.report(finished.output)
                #expect(report.guardrails.regressed.contains("p95 of all routes"))
                #expect(finished.output.contains("\"source\": \"concurrent\""))
                let unknown = try await Plumbline.run("compare", log.string, "--by", "version:1.9,2.0")
                #expect(unknown.exitCode == 66 && unknown.error.contains("expected one of 1.10, 1.9"))
            }
        }

        @Test("text is at most 30 lines, plain when it is no terminal; markdown and the page are whole")
        func outputs() async throws {
            try await withWorkplace { place in
                let sides = try await CompareTests.sides("lucky-cache", in: place)
                let arguments = ["compare", sides.before.string, sides.after.string, "--expect", "p95 /orders -20%"]
                let text = try await runProgram(Plumbline.path(), arguments)
                #expect(text.exitCode == 1)
                #expect(text.output.split(separator: "\n", omittingEmptySubsequences: false).count <= 31)
                #expect(text.output.contains("NOT MET — cache mix, not a fix"))
                #expect(text.output.contains("If the cache was the plan"))
                #expect(!text.output.contains("\u{1b}"))
                let markdown = try await runProgram(Plumbline.path(), arguments + ["--output", "markdown"])
                #expect(markdown.output.hasPrefix("### Plumbline: NOT MET"))
                #expect(markdown.output.contains("|---|--:|"))
                let page = try await runProgram(Plumbline.path(), arguments + ["--output", "html"])
                #expect(page.output.hasPrefix("<!doctype html>") && page.output.hasSuffix("</html>\n"))
                #expect(
                    page.output.contains("aria-label=\"waterfall\"") && page.output.contains("aria-label=\"timeline\""))
                #expect(
                    !page.output.contains("http://") && !page.output.contains("https://")
                        && !page.output.contains("<script"))
            }
        }

        @Test(
            "what cannot be compared ends with the reason and its code",
            arguments: [
                (["compare", "/nowhere.log", "/nowhere.log"], 66, "no such file"),
                (["compare", "a.log"], 64, "<after>"),
                (["compare", "a.log", "b.log", "--expect", "p98 -5%"], 64, "expected one of p50"),
                (["compare", "a.log", "b.log", "--expect", "p95 /a +5%"], 64, "--allow"),
                (["compare", "a.log@now..-1h", "b.log"], 64, "before"),
                (["compare", "a.log", "b.log", "--by", "route"], 64, "--by"),
                (["compare", "a.log", "b.log", "--watch", "--plan", "1h"], 64, "exclude"),
            ])
        func refusals(arguments: [String], code: Int, text: String) async throws {
            let finished = try await runProgram(Plumbline.path(), arguments)
            #expect(finished.exitCode == code, "\(finished.error)")
            #expect(finished.error.contains(text), "\(finished.error)")
        }

        @Test("a running agent compares over HTTP what it has written down")
        func overHTTP() async throws {
            try await withWorkplace { place in
                let sides = try await CompareTests.sides("real-fix", in: place)
                _ = try await Plumbline.output(
                    "replay", sides.before.string, sides.after.string, "--data", place.data.string)
                let logs = try await Plumbline.run(
                    "compare", sides.before.string, sides.after.string, "--expect", "p95 /orders -20%", "--output",
                    "json")
                let span = try CompareTests.span(logs.output)
                let other = try place.write("other.log", "")
                try await withAgent(other.string, in: place) { agent in
                    let answer = try await agent.get(
                        "/api/v1/compare?before=\(span.before)&after=\(span.after)&expect=p95%20/orders%20-20%25")
                    #expect(answer.status == 200, "\(answer.text)")
                    #expect(try CompareTests.report(answer.text).verdict == "met")
                    #expect(try await agent.get("/api/v1/compare?change=none").status == 404)
                    // A side with itself.
                    let same = try await agent.get("/api/v1/compare?before=\(span.before)&after=\(span.before)")
                    #expect(same.status == 200, "\(same.text)")
                }
            }
        }
    }
}
