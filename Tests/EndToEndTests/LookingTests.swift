import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// Comparisons whose AFTER is not over yet.
    @Suite("looking again and again, and waiting", .timeLimit(.minutes(5)))
    struct LookingTests {
        private static let promise = ["--expect", "p95 /orders -20%", "--output", "json"]

        /// Three hours of either side of a regression: BEFORE as it is named, and the lines of AFTER.
        private func sides(in place: Workplace) async throws -> (before: String, after: [String]) {
            let (before, after) = (place.file("before.log"), place.file("after.log"))
            for (name, file) in [("before", before), ("after", after)] {
                try await Plumbline.write(
                    "simulate", "--scenario", "regression", "--side", name, "--seed", "3", to: file)
            }
            let text = try String(contentsOfFile: after.string, encoding: .utf8)
            return (
                "\(before)@2026-11-21T10:00:00Z..2026-11-21T13:00:00Z",
                text.split(separator: "\n").prefix(38_000).map { "\($0)\n" }
            )
        }

        @Test("--watch looks again while AFTER grows, until there is a verdict; no look that was none ends it")
        func watch() async throws {
            try await withWorkplace { place in
                let (before, lines) = try await sides(in: place)
                let growing = try place.write("growing.log", lines.prefix(2_000).joined())
                let arguments = ["compare", before, growing.string, "--watch"] + Self.promise
                let output = place.file("watch.out")
                let (_, ending) = try await withProgram(
                    Plumbline.path(), arguments, directory: place.path, log: output
                ) { program in
                    try await wait("a first look") { program.lastWords.contains("slices: inconclusive; p95 /orders") }
                    let handle = try #require(FileHandle(forWritingAtPath: growing.string))
                    try handle.seekToEnd()
                    try handle.write(contentsOf: Data(lines.dropFirst(2_000).joined().utf8))
                    try await wait("a verdict") { program.lastWords.contains("identity_check") }
                }
                #expect(ending.status == .exited(2))
                let written = try String(contentsOfFile: output.string, encoding: .utf8)
                #expect(written.contains(#""verdict": "regressed""#))
            }
        }

        @Test("--watch that is interrupted says what is known; --plan has its last look when the plan is over")
        func ends() async throws {
            try await withWorkplace { place in
                let (before, lines) = try await sides(in: place)
                let few = try place.write("few.log", lines.prefix(40).joined())
                let arguments = ["compare", before, few.string, "--watch"] + Self.promise
                let output = place.file("watch.out")
                let (_, ending) = try await withProgram(
                    Plumbline.path(), arguments, directory: place.path, log: output
                ) { program in
                    try await wait("a look that is none yet") { program.lastWords.contains("the first look is after") }
                }
                #expect(ending.status == .exited(3))
                let written = try String(contentsOfFile: output.string, encoding: .utf8)
                #expect(written.contains(#""verdict": "inconclusive""#))

                let whole = try place.write("whole.log", lines.joined())
                let planned = try await runProgram(
                    Plumbline.path(), ["compare", before, whole.string, "--plan", "2h"] + Self.promise)
                #expect(planned.exitCode == 2, "\(planned.error)")
            }
        }

        @Test("change verify --wait looks once, when so much has passed since the mark")
        func waiting() async throws {
            try await withWorkplace { place in
                let log = place.file("access.log")
                let now = Date().timeIntervalSince1970.rounded(.down)
                let start = Date(timeIntervalSince1970: now - 1_800).formatted(.iso8601)
                try await Plumbline.write(
                    "simulate", "--lines", "150000", "--rate", "80", "--start", start, to: log)
                _ = try await Plumbline.output("replay", log.string, "--data", place.data.string)
                func change(_ arguments: [String]) async throws -> Plumbline.Finished {
                    try await runProgram(Plumbline.path(), ["change"] + arguments + ["--data", place.data.string])
                }
                let started = try await change([
                    "start", "nothing much", "--owner", "ana", "--rollback", "true", "--routes", "/orders",
                    "--baseline", "-25m..-1m",
                ])
                #expect(started.exitCode == 0, "\(started.error)")
                let marked = try await change(["mark", "nothing-much", "deploy"])
                #expect(marked.exitCode == 0, "\(marked.error)")
                let clock = ContinuousClock()
                let began = clock.now
                let verified = try await change(["verify", "nothing-much", "--wait", "3s"])
                #expect(clock.now - began > .seconds(3))
                // Of seconds nothing can be said, and of no requests neither.
                #expect([3, 66].contains(verified.exitCode), "\(verified.output)\(verified.error)")
            }
        }
    }
}
