import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("a million simulated lines", .timeLimit(.minutes(10)))
    struct SimulateTests {
        @Test("log, .gz, standard input and data directory have the same numbers, and they are the true ones")
        func everyWay() async throws {
            try await withWorkplace { place in
                let log = place.file("simulated.log")
                let truth = place.file("truth.json")
                // A million lines at the default rate last 17 minutes; none of them is in the future.
                let start = Date(timeIntervalSinceNow: -1_800).formatted(.iso8601)
                try await Plumbline.write(
                    "simulate", "--lines", "1000000", "--seed", "7", "--start", start, "--truth", truth.string, to: log)
                let summary = try await Plumbline.output("summary", log.string, "--output", "json")

                let oracle = try await Oracle.count([("main", log)], in: place)
                try await oracle.check("summary", summary, in: place, "--primary", "main", "--ledger")
                let written = try place.write("summary.json", summary)
                try await Oracle.expect(["truth", truth.string, written.string])
                // The truth itself is checked by somebody who only saw the lines.
                try await oracle.check(
                    "summary", String(contentsOfFile: truth.string, encoding: .utf8), in: place, "--primary", "main")

                let tables = ["total", "routes", "series", "ledger.lines", "ledger.bytes", "ledger.accepted"]
                let piped = try await Plumbline.output("summary", "-", "--output", "json", input: log)
                try await Oracle.same(summary, piped, below: tables, in: place)

                try await withAgent(log.string, "--from-start", in: place) { try await $0.commits(1_000_000) }
                let kept = try await Plumbline.output("summary", place.data.string, "--output", "json")
                try await Oracle.same(summary, kept, below: tables, in: place)

                _ = try await runProgram("/usr/bin/gzip", ["-1", log.string])
                let compressed = try await Plumbline.output("summary", log.string + ".gz", "--output", "json")
                try await Oracle.same(summary, compressed, below: tables, in: place)
            }
        }

        @Test("the same seed gives the same bytes, another seed others")
        func deterministic() async throws {
            let seven = try await Plumbline.output("simulate", "--lines", "2000", "--seed", "7")
            #expect(try await Plumbline.output("simulate", "--lines", "2000", "--seed", "7") == seven)
            #expect(try await Plumbline.output("simulate", "--lines", "2000", "--seed", "8") != seven)
            #expect(seven.split(separator: "\n").count == 2_000)
        }
    }
}
