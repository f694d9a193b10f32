import Foundation
import Subprocess
import SystemPackage
import Testing

/// A terminal that a test types on and looks at: tmux with a server of its own.
struct Tmux: Sendable {
    private let socket: FilePath

    private static let program = FilePath("/usr/bin/tmux")

    /// Runs a shell command in a new terminal until `body` returns.
    static func run<Result: Sendable>(
        _ command: [String], columns: Int = 80, rows: Int = 24, environment: [String: String] = [:],
        in place: Workplace, _ body: (Tmux) async throws -> Result
    ) async throws -> Result {
        guard FileManager.default.isExecutableFile(atPath: program.string) else {
            throw Missing("no \(program): `make test` installs it (tmux)")
        }
        let tmux = Tmux(socket: place.file("tmux-\(UUID().uuidString.prefix(8))"))
        let words = command.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        let variables = environment.flatMap { ["-e", "\($0.key)=\($0.value)"] }
        // What it ends with stays on the screen.
        try await tmux.tell(
            ["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";", "set-option", "-g", "status", "off"]
                + [";", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)"] + variables + [words])
        do {
            let result = try await body(tmux)
            try await tmux.tell(["kill-server"])
            return result
        } catch {
            let screen = try? await tmux.screen()
            _ = try? await tmux.tell(["kill-server"])
            throw Missing("\(error); on the screen was:\n\(screen ?? "nothing")")
        }
    }

    func type(_ keys: String...) async throws { try await tell(["send-keys"] + keys) }

    func resize(columns: Int, rows: Int) async throws {
        try await tell(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// What is to be seen, without what is blank at the ends.
    func screen() async throws -> String {
        try await tell(["capture-pane", "-p"]).split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.replacing(#/ +$/#, with: "") }.joined(separator: "\n")
    }

    /// A fact of tmux about the terminal, such as `cursor_flag` and `alternate_on`.
    func fact(_ name: String) async throws -> String {
        try await tell(["display-message", "-p", "#{\(name)}"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the screen has this text, and gives the screen.
    @discardableResult
    func shows(_ text: String, upTo limit: Duration = .seconds(15)) async throws -> String {
        var last = ""
        try await wait("\"\(text)\" on the screen", upTo: limit) {
            last = try await screen()
            return last.contains(text)
        }
        return last
    }

    @discardableResult
    private func tell(_ words: [String]) async throws -> String {
        let finished = try await runProgram(
            Tmux.program, ["-S", socket.string, "-f", "/dev/null", "-u"] + words,
            environment: .inherit.updating(["LC_ALL": "C.UTF-8", "TMUX": nil]))
        guard finished.exitCode == 0 else { throw Missing("an answer of tmux to \(words): \(finished.error)") }
        return finished.output
    }
}
