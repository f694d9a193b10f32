import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("snapshots export", .timeLimit(.minutes(5)))
    struct ExportTests {
        /// A data directory over an hour's border: 40,000 simulated lines and some that are hostile.
        private func fill(_ place: Workplace) async throws -> FilePath {
            let log = place.file("shop.log")
            try await Plumbline.write(
                "simulate", "--lines", "40000", "--seed", "5", "--start", "2026-11-22T09:59:40Z", to: log)
            for route in ["=1+1", "-2", "@x", "a,b", #"say \"hi\""#, #"two\nlines"#, #"\u001b[31mred"#, "日本語", " "] {
                try place.append(
                    "shop.log",
                    #"{"ts":"2026-11-22T10:00:20Z","method":"GET","route":"\#(route)","status":200,"bytes":1}"# + "\n")
            }
            try await withAgent(log.string, "--from-start", in: place) { try await $0.commits(40_009) }
            return place.data
        }

        @Test("DuckDB finds every sum of the summary in the export, to the integer")
        func duckDB() async throws {
            try await withWorkplace { place in
                let data = try await fill(place)
                let summary = place.file("summary.json")
                try await Plumbline.write("summary", data.string, "--output", "json", to: summary)
                for format in ["csv", "jsonl"] {
                    let export = place.file("export.\(format)")
                    try await Plumbline.write(
                        "snapshots", "export", "--data", data.string, "--format", format, to: export)
                    let finished = try await Python.run("export.py", [export.string, summary.string])
                    #expect(finished.exitCode == 0, "\(format): \(finished.output)\(finished.error)")
                }
            }
        }

        @Test("jq finds the same requests by route, and inputs that hold the same count once")
        func jq() async throws {
            try await withWorkplace { place in
                let data = try await fill(place)
                let summary = try await Summary.of(data)
                let export = place.file("export.jsonl")
                try await Plumbline.write(
                    "snapshots", "export", data.string, data.string, data.appending("snapshots").string, "--format",
                    "jsonl", to: export)
                let finished = try await runProgram(
                    "/usr/bin/jq",
                    [
                        "-s", "-c",
                        "group_by(.route) | map({key: .[0].route, value: map(.requests) | add}) | from_entries",
                        export.string,
                    ])
                #expect(finished.exitCode == 0, "\(finished.error)")
                let found = try JSONDecoder().decode([String: Int].self, from: Data(finished.output.utf8))
                let routes = summary.routes.map { ($0.route, $0.metrics.requests) }
                #expect(found == Dictionary(routes) { $0 + $1 })
            }
        }

        @Test("from and to cut at slices, and the parts are the whole")
        func span() async throws {
            try await withWorkplace { place in
                let data = try await fill(place).string
                let border = "2026-11-22T10:00:10Z"
                let all = try await Plumbline.output("snapshots", "export", data)
                let before = try await Plumbline.output("snapshots", "export", data, "--to", border)
                let after = try await Plumbline.output("snapshots", "export", data, "--from", border)
                let header = try #require(all.split(separator: "\n").first)
                #expect(before + after.dropFirst(header.utf8.count + 1) == all)
                #expect(before.utf8.count > header.utf8.count + 1)
                #expect(after.utf8.count > header.utf8.count + 1)
            }
        }

        @Test("what cannot be exported is refused with its reason")
        func refusals() async throws {
            try await withWorkplace { place in
                let other = try place.write("a.log", "no block\n").string
                for (arguments, code, words) in [
                    (["/nowhere"], 66, "no such file or directory"), ([place.path.string], 66, "without snapshots"),
                    ([other], 65, "another kind"), (["/dev/null"], 66, "neither file nor directory"),
                    (["--format", "xml"], 64, "csv"), (["x", "--data", "y"], 64, "both"),
                    (["--from", "yesterday"], 64, "yesterday"),
                ] {
                    let finished = try await runProgram(Plumbline.path(), ["snapshots", "export"] + arguments)
                    #expect(finished.exitCode == code, "\(arguments): \(finished.error)")
                    #expect(finished.error.contains(words), "\(arguments): \(finished.error)")
                    #expect(finished.output.isEmpty)
                }
            }
        }
    }
}
