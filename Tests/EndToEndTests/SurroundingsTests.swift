import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    /// What `plumbline init` prints for the programs around the agent, held against these programs.
    @Suite("plumbline init, around the agent", .timeLimit(.minutes(2)))
    struct SurroundingsTests {
        @Test("promtool takes the configuration, with the rules beside it")
        func prometheus() async throws {
            try await withPiece("prometheus", as: "prometheus.yml") { place, file in
                for name in Dashboards.rules {
                    let text = try String(
                        contentsOfFile: Dashboards.folder.appending("prometheus/\(name)").string, encoding: .utf8)
                    try place.write(name, text)
                }
                try await succeeds("/usr/bin/promtool", ["check", "config", file.string])
            }
        }

        @Test("HAProxy takes the configuration without a warning")
        func haproxy() async throws {
            try await withPiece("haproxy", as: "haproxy.cfg") { _, file in
                let said = try await succeeds("/usr/sbin/haproxy", ["-c", "-f", file.string])
                #expect(!said.contains("WARNING"), "\(said)")
            }
        }

        @Test("systemd takes the unit, and calls it safe")
        func systemd() async throws {
            try await withPiece("systemd", as: "unit") { place, file in
                let text = try String(contentsOfFile: file.string, encoding: .utf8)
                #expect(text.contains("ExecStart=/usr/local/bin/plumbline "))
                let unit = try place.write(
                    "plumbline.service", text.replacing("/usr/local/bin/plumbline", with: try Plumbline.path().string))
                let said = try await succeeds("/usr/bin/systemd-analyze", ["verify", unit.string])
                #expect(!said.contains("plumbline.service"), "\(said)")
                let exposure = try await succeeds(
                    "/usr/bin/systemd-analyze", ["security", "--offline=true", "--no-pager", unit.string])
                let level = try #require(exposure.firstMatch(of: #/Overall exposure level.*?: ([0-9.]+)/#)?.1)
                #expect(Double(level) ?? 10 < 3, "\(exposure)")
            }
        }

        @Test("the agent takes the configuration, with the defaults written out")
        func config() async throws {
            try await withPiece("config", as: "plumbline.yaml") { place, file in
                try place.write("app.log", NumberedLog.line(1))
                let said = try await Plumbline.output("check", "--config", file.string, place.file("app.log").string)
                #expect(said.contains("JSON lines"))
                #expect(try await Plumbline.output("init", "config") == Plumbline.output("check", "--example"))
            }
        }

        @Test("Kubernetes' objects fit together, and the agent takes its settings")
        func kubernetes() async throws {
            try await withPiece("kubernetes", as: "kubernetes.yaml") { place, file in
                try await wellFormed("kubernetes", file, in: place)
                // Its log is not here, and its port belongs to whoever has it.
                let said = try await Plumbline.run("check", "--config", place.file("plumbline.yaml").string)
                #expect(said.exitCode != 78 && said.exitCode != 64, "\(said.error)")
            }
        }

        @Test("the compose file's services fit together, and its commands are the agent's")
        func docker() async throws {
            try await withPiece("docker", as: "compose.yaml") { place, file in
                try await wellFormed("compose", file, in: place)
            }
        }
    }
}

private func withPiece(
    _ piece: String, as name: String, _ body: (Workplace, FilePath) async throws -> Void
) async throws {
    try await withWorkplace { place in
        try await body(place, place.write(name, Plumbline.output("init", piece)))
    }
}

/// Runs the program to a good end, and gives what it said.
@discardableResult
private func succeeds(_ program: FilePath, _ arguments: [String]) async throws -> String {
    guard FileManager.default.isExecutableFile(atPath: program.string) else {
        throw Missing("no \(program): `make test` installs it")
    }
    let finished = try await runProgram(program, arguments)
    #expect(finished.exitCode == 0, "\(program): \(finished.output)\(finished.error)")
    return finished.output + finished.error
}

private func wellFormed(_ kind: String, _ file: FilePath, in place: Workplace) async throws {
    let finished = try await Python.run(
        "init/surroundings.py", [kind, file.string, place.path.string, Plumbline.path().string])
    #expect(finished.exitCode == 0, "\(finished.output)\(finished.error)")
}
