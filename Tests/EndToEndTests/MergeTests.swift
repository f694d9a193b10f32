import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("snapshots merge", .timeLimit(.minutes(5)))
    struct MergeTests {
        /// One data directory per host, and an older copy of the second.
        private func hosts(in place: Workplace) async throws -> [String] {
            var directories: [String] = []
            for (number, start) in ["2026-11-22T09:59:40Z", "2026-11-22T09:59:55Z"].enumerated() {
                let log = place.file("host\(number).log")
                try await Plumbline.write(
                    "simulate", "--lines", "20000", "--seed", "\(number + 1)", "--start", start, to: log)
                let directory = place.file("host\(number)").string
                let text = try String(contentsOfFile: log.string, encoding: .utf8)
                if number == 1 {
                    let third = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(7_000)
                    try place.write(log.lastComponent!.string, third.joined(separator: "\n") + "\n")
                    _ = try await Plumbline.output("replay", log.string, "--data", directory)
                    let copy = place.file("older").string
                    try FileManager.default.copyItem(atPath: directory, toPath: copy)
                    directories.append(copy)
                    try place.write(log.lastComponent!.string, text)
                }
                _ = try await Plumbline.output("replay", log.string, "--data", directory)
                directories.append(directory)
            }
            return directories
        }

        private func summary(_ inputs: [String]) async throws -> String {
            let finished = try await runProgram(Plumbline.path(), ["summary"] + inputs + ["--output", "json"])
            #expect(finished.exitCode == 0, "\(finished.error)")
            return finished.output
        }

        private func merge(_ inputs: [String], _ output: FilePath) async throws {
            let finished = try await runProgram(
                Plumbline.path(), ["snapshots", "merge"] + inputs + ["--data", output.string])
            #expect(finished.exitCode == 0, "\(finished.error)")
        }

        @Test("the summary is that of all directories together, byte for byte, however often and in whatever order")
        func sum() async throws {
            try await withWorkplace { place in
                let hosts = try await hosts(in: place)
                let expected = try await summary(hosts)
                let decoded = try JSONDecoder().decode(Summary.self, from: Data(expected.utf8))
                #expect(decoded.total.requests == 40_000)
                #expect(decoded.ledger.accepted == 40_000)
                try await merge(hosts, place.file("all"))
                #expect(try await summary([place.file("all").string]) == expected)
                try await merge([place.file("all").string] + hosts.shuffled() + hosts, place.file("again"))
                #expect(try await summary([place.file("again").string]) == expected)
                #expect(try await summary([place.file("again").string] + hosts.shuffled()) == expected)
                let verified = try await runProgram(
                    Plumbline.path(), ["snapshots", "verify", "--data", place.file("again").string])
                #expect(verified.exitCode == 0, "\(verified.error)")
            }
        }

        @Test("who goes on in the new directory counts only what is new")
        func goingOn() async throws {
            try await withWorkplace { place in
                let hosts = try await hosts(in: place)
                try await merge(hosts, place.data)
                let log = place.file("host0.log")
                let known = try await Plumbline.output(
                    "replay", log.string, place.file("host1.log").string, "--data", place.data.string)
                #expect(known.contains("nothing new"))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    try place.append("host0.log", NumberedLog.line(1))
                    try await agent.sees(1)
                }
                #expect(try await Summary.of(place.data).ledger.accepted == 40_001)
            }
        }

        @Test("beside agents that go on writing, requests and ledger agree")
        func besideAgents() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    for round in 1...6 {
                        try await log.append(700, torn: true)
                        if round == 1 { try await agent.commits(700) }
                        let output = place.file("merged\(round)")
                        let finished = try await Plumbline.run(
                            "snapshots", "merge", place.data.string, "--data", output.string)
                        #expect(finished.exitCode == 0, "\(finished.error)")
                        let summary = try await Summary.of(output)
                        #expect(summary.total.requests == summary.ledger.accepted)
                    }
                }
            }
        }

        @Test("killed at any moment, there is a complete directory or none, and the next merge succeeds")
        func killed() async throws {
            try await withWorkplace { place in
                let hosts = try await hosts(in: place)
                let expected = try await summary(hosts)
                let output = place.file("all")
                for round in 0..<12 {
                    _ = try await withProgram(
                        Plumbline.path(), ["snapshots", "merge"] + hosts + ["--data", output.string],
                        directory: place.path, log: place.file("merge.out")
                    ) { program in
                        try await Task.sleep(for: .milliseconds(4 * round))
                        program.send(round % 2 == 0 ? SIGKILL : SIGINT)
                    }
                    guard FileManager.default.fileExists(atPath: output.string) else { continue }
                    #expect(try await summary([output.string]) == expected)
                    try FileManager.default.removeItem(atPath: output.string)
                }
                try await merge(hosts, output)
                #expect(try await summary([output.string]) == expected)
                #expect(!FileManager.default.fileExists(atPath: output.string + ".merging"))
            }
        }

        @Test("on a full disk it says so and leaves nothing that looks like a result")
        func fullDisk() async throws {
            try await withWorkplace { place in
                let hosts = try await hosts(in: place)
                let disk = place.file("disk")
                try FileManager.default.createDirectory(atPath: disk.string, withIntermediateDirectories: true)
                guard mount("tmpfs", disk.string, "tmpfs", 0, "size=64k") == 0 else {
                    try Test.cancel("cannot mount a tmpfs here: \(Errno(rawValue: errno))")
                }
                defer { umount2(disk.string, CInt(MNT_DETACH)) }
                let finished = try await runProgram(
                    Plumbline.path(), ["snapshots", "merge"] + hosts + ["--data", disk.appending("all").string])
                #expect(finished.exitCode == 73)
                #expect(finished.error.contains("No space left on device"), "\(finished.error)")
                #expect(!FileManager.default.fileExists(atPath: disk.appending("all").string))
                let left = try FileManager.default.subpathsOfDirectory(atPath: disk.string)
                #expect(!left.contains { $0.hasSuffix(".plb") })
            }
        }

        @Test("what cannot be merged is refused with its reason")
        func refusals() async throws {
            try await withWorkplace { place in
                let hosts = try await hosts(in: place)
                let file = try place.write("file", "x").string
                try FileManager.default.createDirectory(
                    atPath: place.file("empty").string, withIntermediateDirectories: true)
                for (inputs, output, code, words) in [
                    (["/nowhere"], "new", 66, "no such file"),
                    ([place.file("empty").string], "new", 66, "without snapshots"),
                    ([file], "new", 66, "something else"), (hosts, "file", 73, "empty or not there"),
                    (hosts, "host0", 73, "empty or not there"), (hosts, "file/x", 73, "file/x"),
                    (hosts, "", 64, "--data"),
                    ([], "new", 64, "directory"),
                ] {
                    let path = output.isEmpty ? "" : place.file(output).string
                    let finished = try await runProgram(
                        Plumbline.path(), ["snapshots", "merge"] + inputs + ["--data", path])
                    #expect(finished.exitCode == code, "\(inputs) \(output): \(finished.error)")
                    #expect(finished.error.contains(words), "\(inputs) \(output): \(finished.error)")
                }
                #expect(!FileManager.default.fileExists(atPath: place.file("new").string))
                try await merge(hosts, place.file("empty"))
            }
        }
    }
}
