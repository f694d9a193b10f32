import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// The record around a change, through the real binary: simulated days, replayed, two days ago until now.
    @Suite("plumbline change", .timeLimit(.minutes(10)))
    struct ChangeTests {
        /// The instant between the two sides: whole five minutes, a day ago.
        private static let turn = Date(
            timeIntervalSince1970: (Date().timeIntervalSince1970 / 300).rounded(.down) * 300 - 86_400 - 600)

        private static func text(_ hours: Double) -> String {
            turn.addingTimeInterval(hours * 3_600).formatted(.iso8601)
        }

        private func simulate(_ scenario: String, _ side: String, into place: Workplace) async throws {
            let log = place.file("\(side).log")
            try await Plumbline.write(
                "simulate", "--scenario", scenario, "--side", side, "--start", Self.text(-24), to: log)
            _ = try await Plumbline.output("replay", log.string, "--data", place.data.string)
        }

        private func change(_ arguments: String..., in place: Workplace) async throws -> Plumbline.Finished {
            try await runProgram(Plumbline.path(), ["change"] + arguments + ["--data", place.data.string])
        }

        private func start(_ title: String, _ more: String..., in place: Workplace) async throws -> Plumbline.Finished {
            try await runProgram(
                Plumbline.path(),
                [
                    "change", "start", title, "--owner", "ana", "--expect", "p95 /orders -20%", "--data",
                    place.data.string, "--baseline", "\(Self.text(-24))..\(Self.text(0))",
                ] + more)
        }

        private func shown(_ id: String, in place: Workplace) async throws -> [String: Any] {
            let json = try await change("show", id, "--output", "json", in: place)
            #expect(json.exitCode == 0, "\(json.error)")
            return try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        }

        @Test(
            "start, mark, verify: the verdict is the true one, and so is the exit code",
            arguments: [("lucky-cache", 1, "not_met"), ("real-fix", 0, "met"), ("regression", 2, "regressed")])
        func verdict(scenario: String, exitCode: Int, state: String) async throws {
            try await withWorkplace { place in
                try await simulate(scenario, "before", into: place)
                let started = try await start(
                    "cache the orders", "--rollback", "true", "--routes", "/orders", in: place)
                #expect(started.exitCode == 0, "\(started.error)")
                #expect(started.output.contains("baseline stored") && started.output.contains("checklist"))
                let early = try await change("verify", "cache-the-orders", in: place)
                #expect(early.exitCode == 66 && early.error.contains("expected a mark"), "\(early.error)")

                try await simulate(scenario, "after", into: place)
                let marked = try await change("mark", "cache-the-orders", "deploy", "--at", Self.text(0), in: place)
                #expect(marked.exitCode == 0, "\(marked.error)")
                let verified = try await change("verify", "cache-the-orders", in: place)
                #expect(verified.exitCode == exitCode, "\(verified.output)\(verified.error)")
                let record = try await shown("cache-the-orders", in: place)
                #expect(record["state"] as? String == state)
                let promise = (record["expectations"] as? [[String: Any]])?.first
                #expect(promise?["verdict"] as? String == state, "\(record)")
                let items = try #require(record["checklist"] as? [[String: String]])
                #expect(items.first { $0["item"] == "measured" }?["state"] == "done")
                #expect(items.first { $0["item"] == "logged_in_traffic" }?["state"] == "done")
                #expect(items.first { $0["item"] == "rollback_rehearsed" }?["state"] == "missing")
                // Compare says the same without storing anything.
                let compared = try await runProgram(
                    Plumbline.path(), ["compare", "change:cache-the-orders", "--data", place.data.string])
                #expect(compared.exitCode == exitCode, "\(compared.error)")

                guard scenario == "regression" else { return }
                // Rolled back, and things are again as they were: the same day once more, two hours of it.
                let back = try await change("rollback", "cache-the-orders", in: place)
                #expect(back.output == "true\n" && back.exitCode == 0)
                let other = try await start(
                    "another thing", "--routes", "/orders", "--rollback", "exit 7", in: place)
                #expect(other.exitCode == 0, "\(other.error)")
                let failed = try await change("rollback", "another-thing", "--run", in: place)
                #expect(failed.exitCode == 7 && failed.error.contains("exit 7"), "\(failed.error)")
                let ran = try await change("rollback", "cache-the-orders", "--run", in: place)
                #expect(ran.exitCode == 0, "\(ran.error)")
                let after = try await shown("cache-the-orders", in: place)
                #expect(after["state"] as? String == "rolled_back")
                let rehearsed = try #require(after["checklist"] as? [[String: String]])
                #expect(rehearsed.first { $0["item"] == "rollback_rehearsed" }?["state"] == "done")
            }
        }

        @Test("a baseline that cannot carry the promise is refused with what would do, and nothing is stored")
        func refused() async throws {
            try await withWorkplace { place in
                try await simulate("too-little-data", "before", into: place)
                let span = "\(Self.text(-24))..\(Self.text(-22))"
                let refused = try await runProgram(
                    Plumbline.path(),
                    [
                        "change", "start", "hope", "--owner", "ana", "--expect", "p95 /orders -20%", "--baseline", span,
                        "--data", place.data.string,
                    ])
                #expect(refused.exitCode == 3, "\(refused.output)\(refused.error)")
                #expect(
                    refused.error.contains("cannot carry this") && refused.error.contains("p95"), "\(refused.error)")
                #expect(refused.error.contains("can be seen after about"), "\(refused.error)")
                #expect(try await change("list", in: place).output.contains("no changes yet"))
                let empty = try await runProgram(
                    Plumbline.path(),
                    [
                        "change", "start", "hope", "--owner", "ana", "--baseline",
                        "2020-01-01T00:00:00Z..2020-01-01T01:00:00Z", "--data", place.data.string,
                    ])
                #expect(empty.exitCode == 66, "\(empty.error)")
            }
        }

        @Test("two changes at once warn in both; hostile text stays text; merged directories keep the records")
        func several() async throws {
            try await withWorkplace { place in
                try await simulate("nothing-changed", "before", into: place)
                let hostile = "eve\u{1b}[31m\u{202e}\u{9b}2J"
                let first = try await runProgram(
                    Plumbline.path(),
                    [
                        "change", "start", "one \u{1b}]0;x\u{7}", "--owner", hostile, "--note", "\"\\\n\(hostile)",
                        "--rollback", "echo '\(hostile)'", "--routes", "/orders,/search", "--baseline",
                        "\(Self.text(-24))..\(Self.text(0))", "--data", place.data.string,
                    ])
                #expect(first.exitCode == 0, "\(first.error)")
                let second = try await start("two", "--routes", "/orders", in: place)
                #expect(second.exitCode == 0 && second.error.contains("you changed two things"), "\(second.error)")
                let list = try await change("list", in: place)
                #expect(list.output.components(separatedBy: "you changed two things").count == 3, "\(list.output)")
                let id = try #require(
                    list.output.split(separator: "\n").first { $0.hasPrefix("one") }?
                        .split(separator: " ").first.map(String.init))
                for output in [first.output, list.output, try await change("show", id, in: place).output] {
                    #expect(!output.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
                    #expect(!output.contains("\u{202e}"))
                }
                let record = try await shown(id, in: place)
                #expect(record["owner"] as? String == hostile)
                let printed = try await change("rollback", id, in: place)
                #expect(!printed.output.contains("\u{1b}"))

                // Its slices are held while it is open.
                let holds = place.data.appending("holds/change-two").string
                #expect(FileManager.default.fileExists(atPath: holds))
                #expect(try await change("close", "two", in: place).exitCode == 0)
                #expect(!FileManager.default.fileExists(atPath: holds))
                #expect(try await change("mark", "two", "deploy", in: place).exitCode == 66)

                let merged = place.file("merged")
                _ = try await Plumbline.output(
                    "snapshots", "merge", place.data.string, place.data.string, "--data", merged.string)
                let carried = try await Plumbline.output("change", "list", "--data", merged.string, "--output", "json")
                #expect(carried.components(separatedBy: "\"id\":").count == 3, "\(carried)")

                try place.write("data/changes/broken.json", "{\"schema\": \"plumbline.change.v9\"}")
                let broken = try await change("list", in: place)
                #expect(broken.exitCode == 65 && broken.error.contains("newer Plumbline"), "\(broken.error)")
                #expect(broken.output.contains("two"))
            }
        }

        @Test("a record that a killed command was writing is whole, before or after")
        func killed() async throws {
            try await withWorkplace { place in
                try await simulate("too-little-data", "before", into: place)
                let started = try await start("kill me", "--anyway", in: place)
                #expect(started.exitCode == 0, "\(started.error)")
                var random = SystemRandomNumberGenerator()
                for number in 0..<30 {
                    _ = try await withProgram(
                        Plumbline.path(),
                        ["change", "mark", "kill-me", "deploy", "--note", "\(number)", "--data", place.data.string],
                        directory: place.path, log: place.file("mark.log")
                    ) { program in
                        try await Task.sleep(for: .milliseconds(Int.random(in: 0...60, using: &random)))
                        program.send(SIGKILL)
                    }
                    let marks = try await shown("kill-me", in: place)["marks"] as? [[String: Any]]
                    #expect((marks?.count ?? -1) <= number + 1)
                }
                #expect(try await change("mark", "kill-me", "deploy", in: place).exitCode == 0)
            }
        }
    }
}
