import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("snapshots prune", .timeLimit(.minutes(5)))
    struct PruneTests {
        private static let border = "2026-11-20T11:00:00Z"

        /// Requests in the hours from 9 to 12 of an old day, 100 each.
        private func fill(_ place: Workplace) async throws {
            for hour in 9...12 {
                for second in 0..<100 {
                    try place.append(
                        "old.log",
                        #"{"ts":"2026-11-20T\#(hour < 10 ? "0" : "")\#(hour):00:\#(second % 60 < 10 ? "0" : "")\#(second % 60)Z","#
                            + #""route":"/h\#(hour)","status":200,"bytes":1}"# + "\n")
                }
            }
            _ = try await Plumbline.output("replay", place.file("old.log").string, "--data", place.data.string)
        }

        private func hours(_ place: Workplace) async throws -> Set<String> {
            Set(try await Summary.of(place.data).routes.map(\.route))
        }

        @Test("what ended before goes, the rest and the ledger stay; a dry run says it and does nothing")
        func alone() async throws {
            try await withWorkplace { place in
                try await fill(place)
                let arguments = ["snapshots", "prune", "--data", place.data.string, "--before", Self.border]
                let dry = try await runProgram(Plumbline.path(), arguments + ["--dry-run", "--output", "json"])
                #expect(dry.exitCode == 0, "\(dry.error)")
                #expect(dry.output.contains(#""removed": 2,"#), "\(dry.output)")
                #expect(try await hours(place) == ["/h9", "/h10", "/h11", "/h12"])
                let done = try await runProgram(Plumbline.path(), arguments)
                #expect(done.exitCode == 0, "\(done.error)")
                #expect(try await hours(place) == ["/h11", "/h12"])
                #expect(try await Summary.of(place.data).ledger.accepted == 400)
                // A replay of what was pruned does not bring it back.
                _ = try await Plumbline.output("replay", place.file("old.log").string, "--data", place.data.string)
                #expect(try await hours(place) == ["/h11", "/h12"])
                let keep = try await Plumbline.run("snapshots", "prune", "--keep", "1h", "--data", place.data.string)
                #expect(keep.exitCode == 0, "\(keep.error)")
                #expect(try await hours(place).isEmpty)
            }
        }

        @Test("a running agent is asked, does it and goes on")
        func throughAgent() async throws {
            try await withWorkplace { place in
                try await fill(place)
                let log = try NumberedLog(place)
                try await log.append(100)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    try await agent.commits(500)
                    let done = try await Plumbline.run(
                        "snapshots", "prune", "--before", Self.border, "--data", place.data.string)
                    #expect(done.exitCode == 0, "\(done.error)")
                    #expect(done.output.hasPrefix("the agent: 2 files removed"), "\(done.output)")
                    #expect(try await hours(place) == ["/h11", "/h12", "/batch/0"])
                    try await log.append(100)
                    try await agent.commits(600)
                }
                #expect(try await Summary.of(place.data).total.requests == 400)
            }
        }

        @Test("where no agent runs, the limits are those of its configuration")
        func configured() async throws {
            try await withWorkplace { place in
                try await fill(place)
                for (keeps, reduced) in [("876000h", 0), ("1m", 4)] {
                    let names = ["keep_10s", "keep_1m", "keep_5m"]
                    try place.write(
                        "agent.yaml",
                        "data: \(place.data)\nsnapshots:\n" + names.map { "  \($0): \(keeps)\n" }.joined())
                    let done = try await Plumbline.run(
                        "snapshots", "prune", "--config", place.file("agent.yaml").string, "--output", "json")
                    #expect(done.exitCode == 0, "\(done.error)")
                    #expect(done.output.contains(#""reduced": \#(reduced),"#), "\(keeps): \(done.output)")
                    #expect(done.output.contains(#""compacted": 0,"#), "\(keeps): \(done.output)")
                }
                #expect(try await Summary.of(place.data).total.requests == 400)
            }
        }

        @Test("verify tells what was pruned from what is missing")
        func missing() async throws {
            try await withWorkplace { place in
                try await fill(place)
                _ = try await Plumbline.output(
                    "snapshots", "prune", "--before", Self.border, "--data", place.data.string)
                let pruned = try await Plumbline.run("snapshots", "verify", "--data", place.data.string)
                #expect(pruned.exitCode == 0, "\(pruned.error)")
                // The day's total and the first segment of the journal have the same requests still.
                for name in ["snapshots/2026-11-20T11.plb", "snapshots/2026-11-20.plb", "journal/0000000001.plj"] {
                    try FileManager.default.removeItem(atPath: place.data.pushing(FilePath(name)).string)
                }
                let missing = try await Plumbline.run("snapshots", "verify", "--data", place.data.string)
                #expect(missing.exitCode == 65)
                #expect(missing.says("100 committed requests are in no snapshot"), "\(missing.error)")
            }
        }

        @Test("wrong calls and directories are refused with their reason")
        func refusals() async throws {
            try await withWorkplace { place in
                for (arguments, code, words) in [
                    (["--data", "/nowhere"], 66, "/nowhere"), (["--data", place.path.string], 66, "another directory"),
                    (["--before", "-1h", "--keep", "1h"], 64, "both"), (["--dry-run"], 64, "--dry-run"),
                    (["--keep", "soon"], 64, "soon"),
                ] {
                    let finished = try await runProgram(Plumbline.path(), ["snapshots", "prune"] + arguments)
                    #expect(finished.exitCode == code, "\(arguments): \(finished.error)")
                    #expect(finished.error.contains(words), "\(arguments): \(finished.error)")
                }
            }
        }
    }
}
