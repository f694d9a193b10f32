import Settings
import Testing

@Suite("files of line tests")
struct LineTestsTests {
    private let facts = ["status", "route", "rejected"]

    @Test("lines, what they become, and what they do not tell")
    func whole() throws {
        let yaml = """
            - name: a hit
              line: '{"status":200}'
              expect: {status: 200, route: null}
            - line: half
              expect:
                rejected: malformed
            """
        let tests = try LineTests(yaml: Array(yaml.utf8), file: "lines.yaml", facts: facts).tests
        #expect(tests.map(\.name) == ["a hit", ""] && tests.map(\.line) == [#"{"status":200}"#, "half"])
        #expect(tests[0].expected.map(\.name) == ["status", "route"])
        #expect(tests[0].expected.map(\.value) == ["200", "nothing"])
        #expect("\(tests[1].place)" == "lines.yaml:4:3")
    }

    @Test("everything that is wrong is said at once, with its place")
    func wrong() {
        let yaml = """
            - line: [1]
              expected: {status: 200}
            - line: x
              expect: {statuz: 1, route: {a: 1}}
            - 7
            """
        #expect(throws: SettingsErrors.self) {
            do throws(SettingsErrors) {
                _ = try LineTests(yaml: Array(yaml.utf8), file: "t", facts: facts)
            } catch {
                #expect(
                    error.description.split(separator: "\n") == [
                        "t:1:9: [0].line: expected a text, found a list",
                        "t:2:3: [0].expected: unknown setting (did you mean \"expect\"?)",
                        "t:1:3: [0].expect: missing, expected what it becomes",
                        "t:4:12: [1].expect.statuz: unknown setting (did you mean \"status\"?)",
                        "t:4:30: [1].expect.route: expected a text or a number, found a map",
                        "t:5:3: [2]: expected a map of line and expect, found \"7\"",
                    ])
                throw error
            }
        }
    }

    @Test("a file without tests is none", arguments: ["", "# nothing", "[]", "a: 1", "x"])
    func none(yaml: String) {
        #expect(throws: SettingsErrors.self) { try LineTests(yaml: Array(yaml.utf8), file: "t", facts: facts) }
    }
}
