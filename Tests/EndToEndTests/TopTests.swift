import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("plumbline top", .timeLimit(.minutes(4)))
    struct TopTests {
        @Test("the screens, in a real terminal")
        func screens() async throws {
            try await withWorkplace { place in
                try await withCannedAgent(in: place) { port in
                    try await Tmux.run([Plumbline.path().string, "top", "127.0.0.1:\(port)"], in: place) { tmux in
                        // The flag comes with the second look: the first screen waits for nothing.
                        try golden("routes", await tmux.shows("N+1"), port)
                        try await tmux.type("/", "o", "r", "d", "Enter")
                        try golden("filter", await tmux.shows("1 of 7 routes"), port)
                        try await tmux.type("Enter")
                        try golden("detail", await tmux.shows("method and status"), port)
                        try await tmux.type("Escape", "Escape", "Tab")
                        try golden("health", await tmux.shows("limit"), port)
                        try await tmux.type("Tab")
                        try golden("inputs", await tmux.shows("unfinished"), port)
                        try await tmux.type("Tab")
                        try golden("changes", await tmux.shows("banner"), port)
                        try await tmux.type("?")
                        try golden("keys", await tmux.shows("suspend"), port)
                        try await tmux.type("x", "Tab", "s", "s", "s")
                        try golden("sorted", await tmux.shows("▼p95"), port)
                        for (columns, rows) in [(48, 20), (30, 10), (120, 30)] {
                            try await tmux.resize(columns: columns, rows: rows)
                            try await Task.sleep(for: .milliseconds(400))
                            try golden("sorted-\(columns)x\(rows)", await tmux.screen(), port)
                        }
                    }
                }
            }
        }

        @Test(
            "the terminal is as it was, however it ends", arguments: ["q", "C-c", "INT", "TERM", "HUP", "SEGV", "ABRT"])
        func ending(_ how: String) async throws {
            try await withWorkplace { place in
                try await withCannedAgent(in: place) { port in
                    // The shell says what the terminal is like before and after.
                    try await inShell(place) { tmux in
                        let before = try await modes(tmux)
                        try await tmux.type("\(Plumbline.path()) top 127.0.0.1:\(port)", "Enter")
                        try await tmux.shows("total")
                        #expect(try await tmux.fact("alternate_on") == "1")
                        #expect(try await tmux.fact("cursor_flag") == "0")
                        if how.count > 3 || how == "INT" || how == "HUP" {
                            try await signal(how, to: "top 127.0.0.1:\(port)")
                        } else {
                            try await tmux.type(how)
                        }
                        try await tmux.shows("ready>")
                        #expect(try await tmux.fact("alternate_on") == "0")
                        #expect(try await tmux.fact("cursor_flag") == "1")
                        #expect(try await modes(tmux) == before)
                    }
                }
            }
        }

        @Test("suspended it gives the terminal back, and fg brings the screen back")
        func suspending() async throws {
            try await withWorkplace { place in
                try await withCannedAgent(in: place) { port in
                    try await inShell(place) { tmux in
                        let before = try await modes(tmux)
                        try await tmux.type("\(Plumbline.path()) top 127.0.0.1:\(port)", "Enter")
                        let screen = try await tmux.shows("total")
                        for _ in 0..<2 {
                            try await tmux.type("C-z")
                            try await tmux.shows("Stopped")
                            #expect(try await tmux.fact("alternate_on") == "0")
                            #expect(try await tmux.fact("cursor_flag") == "1")
                            #expect(try await modes(tmux) == before)
                            try await tmux.type("fg", "Enter")
                            let again = try await tmux.shows("total")
                            #expect(withoutTimes(again) == withoutTimes(screen))
                        }
                        try await tmux.type("q")
                        try await tmux.shows("ready>")
                        #expect(try await modes(tmux) == before)
                    }
                }
            }
        }

        @Test("a real agent's numbers; it goes away, and comes back")
        func real() async throws {
            try await withWorkplace { place in
                let log = try NumberedLog(place)
                let port = try freePort()
                let command = [
                    try Plumbline.path().string, "top", "127.0.0.1:\(port)", "--every", "500ms", "--window", "1h",
                ]
                let tmux = try await withAgent(place.file("app.log").string, "--from-start", in: place, port: port) {
                    agent in
                    try await log.append(1_234)
                    try await agent.sees(1_234)
                    return command
                }.result
                try await withAgent(place.file("app.log").string, "--from-start", in: place, port: port) { agent in
                    try await agent.sees(1_234)
                    try await Tmux.run(tmux, in: place) { tmux in
                        try await tmux.shows("/batch/1")
                        let total = try await tmux.screen().split(separator: "\n").first { $0.contains("total") }
                        #expect(total?.contains("1,234") == true)
                        agent.send(SIGKILL)
                        try await tmux.shows("NO ANSWER")
                        try await withAgent(place.file("app.log").string, in: place, port: port) { agent in
                            try await agent.sees(1_234)
                            try await tmux.shows("is back")
                            try await tmux.shows("1,234")
                        }
                    }
                }
            }
        }

        @Test("without an agent it ends with 69, before it touches the terminal; without a terminal with 64")
        func refusals() async throws {
            let port = try freePort()
            let once = try await Plumbline.run("top", "127.0.0.1:\(port)", "--once")
            #expect(once.exitCode == 69)
            #expect(
                once.error.contains("cannot reach http://127.0.0.1:\(port)") && once.error.contains("safe to try again")
            )
            #expect(once.output.isEmpty)
            let piped = try await Plumbline.run("top", "127.0.0.1:\(port)")
            #expect(piped.exitCode == 64)
            #expect(piped.error.contains("--once"))
            for wrong in [["--window", "2m"], ["--every", "0s"], ["--every", "soon"], ["ht!tp://x"]] {
                let finished = try await runProgram(Plumbline.path(), ["top", "--once"] + wrong)
                #expect(finished.exitCode == 64, "\(wrong): \(finished.error)")
            }
        }

        @Test("what answers and is no agent is named, not believed")
        func stranger() async throws {
            try await withWorkplace { place in
                let port = try freePort()
                _ = try await withProgram(
                    Python.path(), ["-m", "http.server", "\(port)", "--bind", "127.0.0.1"], directory: place.path,
                    log: place.file("stranger.out")
                ) { _ in
                    try await wait("the server") {
                        try await Plumbline.run("top", "127.0.0.1:\(port)", "--once").error.contains("404")
                    }
                    let finished = try await Plumbline.run("top", "127.0.0.1:\(port)", "--once")
                    #expect(finished.exitCode == 69)
                }
            }
        }
    }
}

/// Runs a shell in a terminal; `ready>` is its prompt.
private func inShell(_ place: Workplace, _ body: @Sendable (Tmux) async throws -> Void) async throws {
    try await Tmux.run(["bash", "--norc", "--noprofile", "-i"], columns: 150, in: place) { tmux in
        try await tmux.type("PS1='rea''dy> '; clear", "Enter")
        try await tmux.shows("ready>")
        try await body(tmux)
    }
}

/// What the terminal does with keys and lines, as `stty` says.
private func modes(_ tmux: Tmux) async throws -> String {
    try await tmux.type("clear; stty -a | md5sum; echo 'mod''es'", "Enter")
    let screen = try await tmux.shows("modes\n")
    return try #require(screen.firstMatch(of: #/[0-9a-f]{32}/#).map { String($0.0) })
}

/// To the program that runs with these arguments.
private func signal(_ name: String, to arguments: String) async throws {
    let found = try await runProgram("/usr/bin/pgrep", ["-f", "plumbline \(arguments)$"])
    let pid = try #require(found.output.split(separator: "\n").last.map(String.init))
    _ = try await runProgram("/usr/bin/kill", ["-\(name)", pid])
}

private func withCannedAgent(in place: Workplace, _ body: @Sendable (Int) async throws -> Void) async throws {
    let port = try freePort()
    _ = try await withProgram(
        Python.path(), ["-B", Python.service.appending("canned_agent.py").string, "\(port)"], directory: place.path,
        log: place.file("canned-agent.out")
    ) { _ in
        try await wait("the canned agent") {
            try await Plumbline.run("top", "127.0.0.1:\(port)", "--once").exitCode == 0
        }
        try await body(port)
    }
}

/// The recorded screen, but for clocks and ports; RECORD=1 writes it anew.
private func golden(_ name: String, _ screen: String, _ port: Int, sourceLocation: SourceLocation = #_sourceLocation)
    throws
{
    let text = withoutTimes(screen.replacing("\(port)", with: "PORT "))
    let file = URL(filePath: packageRoot.appending("Tests/EndToEndTests/Screens/\(name).txt").string)
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try? String(contentsOf: file, encoding: .utf8)), sourceLocation: sourceLocation)
}

/// Without the clock, without the bars, of which there are more at each look, and without the rate, which takes two looks.
private func withoutTimes(_ screen: String) -> String {
    screen.replacing(#/\d\d:\d\d:\d\dZ/#, with: "hh:mm:ssZ").replacing(", 0 /s", with: "")
        .replacing(#/ +[▁▂▃▄▅▆▇█]+/#) { String(repeating: " ", count: $0.output.count) }
        .split(separator: "\n", omittingEmptySubsequences: false).map { $0.replacing(#/ +$/#, with: "") }
        .joined(separator: "\n")
}
