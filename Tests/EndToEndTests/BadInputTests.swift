import Foundation
import Subprocess
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("bad input: counted, and nothing lost from the other lines", .timeLimit(.minutes(2)))
    struct BadInputTests {
        /// A minute ago, so that a running agent neither waits for it nor takes it for history.
        private static let time = "\"time\":\"\(Date(timeIntervalSinceNow: -60).formatted(.iso8601))\""
        private static let good = "{\(time),\"method\":\"GET\",\"route\":\"/good\",\"status\":200,\"duration_ms\":5}\n"

        struct BadLine: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var bytes: [UInt8]
            var reason: String?

            /// - Parameter reason: the counted reject; nil where the line is a request all the same.
            init(_ name: String, _ line: some Sequence<UInt8>, _ reason: String?) {
                testDescription = name
                bytes = Array(line)
                self.reason = reason
            }
        }

        private static func request(_ fields: String) -> String { "{\(time),\"route\":\"/bad\",\(fields)}" }

        static let badLines = [
            BadLine("text", "Started server process [1]".utf8, "malformed"),
            BadLine("a cut line", #"{"time":"2026-11-22T10:0"#.utf8, "malformed"),
            BadLine("two objects", "{} {}".utf8, "malformed"),
            BadLine("a trailing comma", request(#""status":200,"#).utf8, "malformed"),
            BadLine("NUL bytes", [UInt8](repeating: 0, count: 5_000), "malformed"),
            BadLine("NUL bytes before a line", [0, 0, 0] + Array(good.utf8.dropLast()), "malformed"),
            BadLine(
                "invalid UTF-8 in a route",
                Array("{\(time),\"status\":200,\"duration_ms\":5,\"route\":\"/".utf8) + [0xC3, 0x28]
                    + Array("\"}".utf8),
                "malformed"),
            BadLine(
                "invalid UTF-8 in a string that nobody reads",
                Array("{\(time),\"status\":200,\"duration_ms\":5,\"route\":\"/good\",\"agent\":\"".utf8) + [0xFF, 0xFE]
                    + Array("\"}".utf8),
                nil),
            BadLine(
                "random bytes", (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 73 ^ ($0 >> 3)) }.filter { $0 != 10 },
                "malformed"),
            BadLine("no status", request(#""duration_ms":5"#).utf8, "missing_status"),
            BadLine("no time", #"{"status":200,"duration_ms":5,"route":"/bad"}"#.utf8, "missing_time"),
            BadLine("a status of no protocol", request(#""status":99999,"duration_ms":5"#).utf8, "bad_status"),
            BadLine("a negative duration", request(#""status":200,"duration_ms":-5"#).utf8, "bad_duration"),
            BadLine("an endless duration", request(#""status":200,"duration_ms":1e400"#).utf8, "bad_duration"),
            BadLine("a time that is none", #"{"time":"yesterday","status":200,"duration_ms":5}"#.utf8, "bad_time"),
            BadLine("31 February", #"{"time":"2026-02-31T10:00:00Z","status":200,"duration_ms":5}"#.utf8, "bad_time"),
            BadLine("nesting without end", String(repeating: "[", count: 100_000).utf8, "malformed"),
        ]

        @Test("a bad line between good ones is counted under its reason", arguments: badLines)
        func badLine(_ bad: BadLine) async throws {
            try await withWorkplace { place in
                let good = Array(repeating: Self.good, count: 20).joined().utf8
                let bytes = Array(good) + bad.bytes + [0x0A] + Array(good)
                let summary = try await Summary.of(place.write("app.log", bytes))
                let accepted = bad.reason == nil ? 41 : 40
                #expect(summary.ledger.rejected == (bad.reason.map { [$0: 1] } ?? [:]))
                #expect(summary.ledger.accepted == accepted)
                #expect(summary.ledger.lines == 41)
                #expect(summary.ledger.bytes == bytes.count)
                #expect(summary.total.requests == accepted)
                #expect(summary.routes.map(\.route) == ["/good"])
            }
        }

        @Test("of duplicate keys the last one counts")
        func duplicates() async throws {
            try await withWorkplace { place in
                let line = Self.request(#""status":200,"duration_ms":5,"status":503"#) + "\n"
                let summary = try await Summary.of(place.write("app.log", line))
                #expect(summary.total.requests == 1)
                #expect(summary.total.errors == 1)
            }
        }

        @Test("what a shell substitutes for a file is read as a pipe", arguments: ["cat", "gzip -c"])
        func substituted(filter: String) async throws {
            try await withWorkplace { place in
                let log = try place.write("app.log", Array(Array(repeating: Self.good, count: 500).joined().utf8))
                let command = "'\(try Plumbline.path())' summary <(\(filter) '\(log)') --output json"
                let finished = try await runProgram("/bin/bash", ["-c", command])
                #expect(finished.exitCode == 0, "\(finished.error)")
                let summary = try JSONDecoder().decode(Summary.self, from: Data(finished.output.utf8))
                #expect(summary.total.requests == 500)
            }
        }

        @Test("a line of 100 MB is one counted line, in memory that is bounded", arguments: ["summary", "run"])
        func hugeLine(command: String) async throws {
            try await withWorkplace { place in
                let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 100_000_000)
                let log = try place.write("app.log", Array(Self.good.utf8) + huge + [0x0A] + Array(Self.good.utf8))
                if command == "run" {
                    try await withAgent(log.string, "--from-start", in: place) { agent in
                        try await agent.commits(2)
                        #expect(try peakMemory(of: agent) < 64 << 20)
                    }
                }
                let summary = try await Summary.of(command == "run" ? place.data : log)
                #expect(summary.ledger.rejected == ["too_long": 1])
                #expect(summary.total.requests == 2)
                #expect(summary.ledger.bytes == 100_000_001 + 2 * Self.good.utf8.count)
            }
        }

        @Test("a last line without newline is a line for summary")
        func unfinishedForSummary() async throws {
            try await withWorkplace { place in
                let summary = try await Summary.of(place.write("app.log", Self.good + Self.good.dropLast()))
                #expect(summary.total.requests == 2)
                #expect(summary.ledger.unfinished == 0)
            }
        }

        @Test("a last line without newline waits in a running agent, and is counted once when its end arrives")
        func unfinishedForRun() async throws {
            try await withWorkplace { place in
                let half = Self.good.utf8.count / 2
                let log = try place.write("app.log", Self.good + Self.good.prefix(half))
                try await withAgent(log.string, "--from-start", in: place) { agent in
                    try await agent.commits(1)
                    #expect(try await agent.read(Summary.Ledger.self, "/api/v1/ledger").unfinished == half)
                    try place.append("app.log", String(Self.good.dropFirst(half)))
                    try await agent.commits(2)
                }
                #expect(try await Summary.of(place.data).ledger.unfinished == 0)
            }
        }

        @Test("a log that is not there is waited for, and read from its beginning")
        func missingLog() async throws {
            try await withWorkplace { place in
                try await withAgent(place.file("app.log").string, in: place, awaitReady: false) { agent in
                    try await wait("/livez") { (try? await agent.get("/livez").status) == 200 }
                    let log = try NumberedLog(place)
                    try await log.append(50)
                    try await agent.commits(50)
                }
                try await NumberedLog.expect(.of(place.data), has: 50)
            }
        }

        @Test("a binary file is no crash and no hang, and every byte is accounted for")
        func binary() async throws {
            try await withWorkplace { place in
                var random = SystemRandomNumberGenerator()
                let bytes = (0..<(1 << 18)).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
                let log = try place.write("app.log", bytes)
                let finished = try await Plumbline.run("summary", log.string, "--output", "json")
                if finished.exitCode == 0 {
                    let summary = try JSONDecoder().decode(Summary.self, from: Data(finished.output.utf8))
                    #expect(summary.total.requests == 0)
                    #expect(summary.ledger.bytes == bytes.count)
                    #expect(summary.ledger.lines == summary.ledger.blank + summary.ledger.rejected.values.reduce(0, +))
                } else {
                    #expect(finished.exitCode == 65)
                    #expect(finished.says(log.string))
                }
            }
        }

        /// Bytes.
        private func peakMemory(of agent: Agent) throws -> Int {
            let status = try String(contentsOfFile: "/proc/\(agent.program.processID)/status", encoding: .utf8)
            let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
            let kibibytes = try #require(
                line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
            return kibibytes << 10
        }
    }
}
