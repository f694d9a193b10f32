import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("what the agent refuses, and how it says so", .timeLimit(.minutes(2)))
    struct RefusalTests {
        @Test("a port in use is named")
        func portInUse() async throws {
            try await withWorkplace { place in
                let taken = try listeningSocket()
                defer { close(taken.descriptor) }
                let log = try place.write("app.log", "")
                let finished = try await Plumbline.run(
                    "run", log.string, "--data", place.data.string, "--listen", "127.0.0.1:\(taken.port)")
                let code = try #require(finished.exitCode)
                #expect([69, 73, 78].contains(code))
                #expect(finished.says("127.0.0.1:\(taken.port)"))
            }
        }

        @Test("a data directory that cannot be made is exit 73")
        func unwritableData() async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", "")
                // Below a regular file, because root may write everywhere else.
                let data = log.appending("data")
                let finished = try await Plumbline.run(
                    "run", log.string, "--data", data.string, "--listen", "127.0.0.1:0")
                #expect(finished.exitCode == 73)
                #expect(finished.says(data.string))
            }
        }

        @Test("a second agent on the same data directory is refused, and the first goes on")
        func secondAgent() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                let ending = try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                    let second = try await Plumbline.run(
                        "run", place.file("app.log").string, "--data", place.data.string, "--listen", "127.0.0.1:0")
                    #expect(second.exitCode == 73)
                    #expect(second.says(place.data.string))
                    try await log.append(100)
                    try await agent.commits(100)
                }.ending
                #expect(ending.status == .exited(0))
            }
        }

        @Test("five errors of a configuration are five places and exit 78", arguments: ["check", "run"])
        func configuration(command: String) async throws {
            try await withWorkplace { place in
                let file = try place.write(
                    "plumbline.yaml",
                    """
                    listen: nowhere
                    comit_interval: 1s
                    inputs:
                      - path: app.log
                        sorce: app
                        primary: perhaps
                    limits:
                      line_length: sixty
                    """)
                let finished = try await Plumbline.run(command, "--config", file.string)
                #expect(finished.exitCode == 78)
                for place in ["1:9", "2:1", "5:5", "6:14", "8:16"] {
                    #expect(finished.says("plumbline.yaml:\(place): "), "\(finished.error)")
                }
                for hint in ["\"commit_interval\"", "\"source\""] { #expect(finished.says(hint), "\(finished.error)") }
            }
        }

        @Test("a configuration file that is not there is named")
        func missingConfiguration() async throws {
            let finished = try await Plumbline.run("run", "--config", "/nowhere/plumbline.yaml")
            let code = try #require(finished.exitCode)
            #expect([66, 78].contains(code))
            #expect(finished.says("/nowhere/plumbline.yaml"))
        }

        @Test("an input that is not there is exit 66 for summary")
        func missingInput() async throws {
            let finished = try await Plumbline.run("summary", "/nowhere/app.log")
            #expect(finished.exitCode == 66)
            #expect(finished.says("/nowhere/app.log"))
        }

        @Test("a directory that is neither log nor data directory is named", arguments: ["summary", "run"])
        func directory(command: String) async throws {
            try await withWorkplace { place in
                let directory = place.file("logs")
                try FileManager.default.createDirectory(atPath: directory.string, withIntermediateDirectories: true)
                var arguments = [command, directory.string]
                if command == "run" { arguments += ["--data", place.data.string, "--listen", "127.0.0.1:0"] }
                let finished = try await runProgram(Plumbline.path(), arguments)
                let code = try #require(finished.exitCode)
                #expect([65, 66, 78].contains(code), "\(finished.error)")
                #expect(finished.says(directory.string))
            }
        }

        @Test("an unknown option is exit 64", arguments: ["run", "summary", "check", "simulate"])
        func usage(command: String) async throws {
            #expect(try await Plumbline.run(command, "--no-such-option").exitCode == 64)
        }

        @Test("a question to an agent that is not there is exit 69")
        func unreachable() async throws {
            let finished = try await Plumbline.run("health", "http://127.0.0.1:\(freePort())")
            #expect(finished.exitCode == 69)
        }
    }
}

extension Plumbline.Finished {
    func says(_ text: String) -> Bool { error.contains(text) || output.contains(text) }
}
