import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    @Suite("plumbline check")
    struct CheckTests {
        @Test("what is recognised can be pinned in a configuration, which then reads the log alike")
        func pinned() async throws {
            try await withWorkplace { place in
                let log = place.file("shop's.log")
                try await Plumbline.write("simulate", "--lines", "2000", "--seed", "5", to: log)
                let screen = try await Plumbline.output("check", log.string)
                for said in [
                    "JSON lines; all of the first 100 lines read", "duration            duration_ms  ms    100 %",
                    "cache words  ", "HIT = hit (", "routes       ",
                ] {
                    #expect(screen.contains(said), "\(said):\n\(screen)")
                }
                #expect(!screen.contains("no cache"))

                let config = place.file("pinned.yaml")
                let written = try await Plumbline.output("check", log.string, "--write-config", config.string)
                #expect(written.hasPrefix(screen) && written.contains("plumbline run --config"))
                #expect(try await Plumbline.output("check", "--config", config.string).hasSuffix(screen))
                let yaml = try String(contentsOfFile: config.string, encoding: .utf8)
                #expect(yaml.contains("shop''s.log'\n    format: json\n"))
                #expect(
                    try await Plumbline.output("check", log.string, "--write-config", "-") == yaml,
                    "printed as written, and nothing else with it")

                let again = try await Plumbline.run("check", log.string, "--write-config", config.string)
                #expect(again.exitCode == 73 && again.error.contains("left as it is"))
                #expect(try String(contentsOfFile: config.string, encoding: .utf8) == yaml)
            }
        }

        @Test("a mixed log, and one without most fields, are said to be so")
        func mixed() async throws {
            try await withWorkplace { place in
                let log = try place.write(
                    "mixed.log",
                    """
                    {"ts":"2026-11-22T10:14:00Z","status":200,"path":"/a"}
                    {"start_time":"2026-11-22T10:14:00Z","response_code":200,"response_flags":"-","duration":4,"path":"/b"}
                    {"ts":"2026-11-22T10:14:00Z","status":200,"path":"/a","cache":"PURGED"}

                    """)
                let screen = try await Plumbline.output("check", log.string)
                #expect(
                    screen.contains("mixed: 2 lines of JSON, 1 line of Envoy's JSON; all of the first 3 lines read"))
                #expect(screen.contains("PURGED = unknown (1)") && screen.contains("no db calls"))
                #expect(screen.contains("no version") && !screen.contains("no duration"))
            }
        }

        @Test("sample lines are held against what they must become")
        func lineTests() async throws {
            try await withWorkplace { place in
                let file = try place.write(
                    "lines.yaml",
                    """
                    - name: a hit
                      line: '{"ts":"2026-11-22T10:14:00Z","status":200,"path":"/orders/17","cache":"HIT","duration":12.5}'
                      expect: { status: 200, route: "/orders/{id}", cache: hit, duration: 12.5ms }
                    - line: half a line
                      expect: { rejected: malformed }
                    """)
                let right = try await Plumbline.run("check", "--test", file.string, "--duration-unit", "ms")
                #expect(right.exitCode == 0 && right.output.contains("2 lines, all as expected"), "\(right.error)")
                let wrong = try await Plumbline.run("check", "--test", file.string, "--duration-unit", "s")
                #expect(wrong.exitCode == 1)
                #expect(
                    wrong.output.contains("lines.yaml:1:3: a hit\n  duration: expected 12.5ms, found 12500000000ns"))
                let broken = try place.write("broken.yaml", "- line: x\n  expekt: {}\n")
                let refused = try await Plumbline.run("check", "--test", broken.string)
                #expect(refused.exitCode == 78 && refused.error.contains("broken.yaml:2:3"))
                #expect(try await Plumbline.run("check", "--test", place.file("none").string).exitCode == 66)
            }
        }
    }
}
