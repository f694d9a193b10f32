import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("replay", .timeLimit(.minutes(5)))
    struct ReplayTests {
        private static let tables = ["total", "routes", "series", "from", "to", "ledger.lines", "ledger.bytes"]

        /// Rotated pieces of one log, two of them compressed, oldest first, and the whole of it.
        private func write(_ lines: Int, in place: Workplace) async throws -> (pieces: [String], whole: FilePath) {
            let whole = place.file("whole.log")
            try await Plumbline.write(
                "simulate", "--lines", "\(lines)", "--seed", "11", "--start", "2026-11-20T09:59:00Z", to: whole)
            let text = try Data(contentsOf: URL(fileURLWithPath: whole.string)).split(separator: 10)
            var pieces: [String] = []
            for age in (0..<4).reversed() {
                let part = text[(text.count * (3 - age) / 4)..<(text.count * (4 - age) / 4)]
                let name = age == 0 ? "app.log" : "app.log.\(age)"
                let path = try place.write(name, Data(part.joined(separator: [10])) + [10]).string
                pieces.append(age > 1 ? path + ".gz" : path)
                if age > 1 { _ = try await runProgram("/usr/bin/gzip", [path]) }
            }
            return (pieces, whole)
        }

        private func replay(_ logs: [String], into data: FilePath) async throws -> [String: Any] {
            let finished = try await runProgram(
                Plumbline.path(), ["replay"] + logs + ["--data", data.string, "--output", "json"])
            #expect(finished.exitCode == 0, "\(finished.error)")
            return try #require(try JSONSerialization.jsonObject(with: Data(finished.output.utf8)) as? [String: Any])
        }

        @Test("the summary of what was replayed is that of the log, the second time too")
        func summary() async throws {
            try await withWorkplace { place in
                let (pieces, whole) = try await write(40_000, in: place)
                let first = try await replay(pieces.shuffled(), into: place.data)
                #expect(first["accepted"] as? Int == 40_000)
                #expect(first["logs_with_news"] as? Int == 4)
                let expected = try await Plumbline.output("summary", whole.string, "--output", "json")
                for _ in 1...2 {
                    let kept = try await Plumbline.output("summary", place.data.string, "--output", "json")
                    try await Oracle.same(expected, kept, below: Self.tables, in: place)
                    let again = try await replay([place.file("app.log*").string], into: place.data)
                    #expect(again["lines"] as? Int == 0)
                }
                #expect(
                    try await runProgram(Plumbline.path(), ["snapshots", "verify", "--data", place.data.string])
                        .exitCode == 0)
            }
        }

        @Test("killed at any moment, it ends with each line once when it is run again")
        func killed() async throws {
            try await withWorkplace { place in
                let (pieces, whole) = try await write(100_000, in: place)
                var kills = 0
                for round in 1...8 {
                    let ending = try await withProgram(
                        Plumbline.path(), ["replay"] + pieces + ["--data", place.data.string], directory: place.path,
                        log: place.file("replay.out")
                    ) { program in
                        try await Task.sleep(for: .milliseconds(40 * round))
                        program.send(SIGKILL)
                    }.ending
                    if case .signaled = ending.status { kills += 1 }
                }
                #expect(kills > 0)
                _ = try await replay(pieces, into: place.data)
                let expected = try await Plumbline.output("summary", whole.string, "--output", "json")
                let kept = try await Plumbline.output("summary", place.data.string, "--output", "json")
                try await Oracle.same(expected, kept, below: Self.tables, in: place)
            }
        }

        @Test("a directory that an agent holds is refused; what the agent has counted adds nothing")
        func besideAgent() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await log.append(2_000)
                let path = place.file("app.log").string
                try await withAgent(path, "--from-start", in: place) { agent in
                    try await agent.commits(2_000)
                    let refused = try await Plumbline.run("replay", path, "--data", place.data.string)
                    #expect(refused.exitCode == 73)
                    #expect(refused.error.contains("holds this data directory"))
                }
                let result = try await replay([path], into: place.data)
                #expect(result["lines"] as? Int == 0)
                // And the other way round: the agent counts only what is new.
                try await log.append(500)
                try await withAgent(path, in: place) { try await $0.commits(2_500) }
                try await NumberedLog.expect(.of(place.data), has: 2_500)
            }
        }

        @Test("what cannot be replayed is refused with its reason, and nothing is counted")
        func refusals() async throws {
            try await withWorkplace { place in
                let good = #"{"ts":"2026-11-22T10:00:00Z","status":200,"route":"/","duration_ms":1}"# + "\n"
                let log = try place.write("a.log", good).string
                let text = try place.write("text.log", "GET / 200\n").string
                let timeless = try place.write("timeless.log", #"{"status":200,"route":"/"}"# + "\n").string
                let unitless = try place.write(
                    "unitless.log", #"{"ts":"2026-11-22T10:00:00Z","status":200,"duration":12}"# + "\n"
                ).string
                _ = try await runProgram("/usr/bin/gzip", ["-k", log])
                let whole = try Data(contentsOf: URL(fileURLWithPath: log + ".gz"))
                let torn = try place.write("torn.log.gz", whole.dropLast(5)).string
                let file = try place.write("file", "").string
                for (logs, data, code, words) in [
                    (["/none.log"], "d", 66, "no such file"), (["/none*.log"], "d", 66, "no log matches"),
                    ([place.path.string], "d", 66, "found a directory"),
                    (["/dev/null"], "d", 66, "regular file"), ([text], "d", 65, "no line is understood"),
                    ([log, timeless], "d", 65, "missing_time"), ([log, unitless], "d", 78, "duration"),
                    ([torn], "torn", 65, "damaged gzip"), ([log], "file/d", 73, "cannot be written"),
                    ([log], "file", 73, "cannot be written"), (["-"], "d", 64, "standard input"),
                    ([log], "", 64, "--data"),
                ] {
                    let data = data.isEmpty ? "" : place.file(data).string
                    let finished = try await runProgram(Plumbline.path(), ["replay"] + logs + ["--data", data])
                    #expect(finished.exitCode == code, "\(logs): \(finished.error)")
                    #expect(finished.error.contains(words), "\(logs): \(finished.error)")
                }
                #expect(!FileManager.default.fileExists(atPath: place.file("d").string))
                _ = file
            }
        }
    }
}
