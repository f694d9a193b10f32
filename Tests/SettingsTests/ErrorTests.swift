import Settings
import Testing

@Suite("what is wrong, and where")
struct ErrorTests {
    @Test("five errors are five errors, each with its place")
    func five() {
        let yaml = """
            listen: nowhere
            commit_interval: 5ms
            health:
              min_requests: 20
              windw: 5m
              stale_after: sixty
            inputs:
              - source: main
            """
        #expect(
            errors(yaml) == [
                "plumbline.yaml:1:9: listen: expected a host and a port such as \"127.0.0.1:9180\", found \"nowhere\"",
                "plumbline.yaml:2:18: commit_interval: expected a duration from 100ms to 1m, found \"5ms\"",
                "plumbline.yaml:5:3: health.windw: unknown setting (did you mean \"window\"?)",
                "plumbline.yaml:6:16: health.stale_after: expected a duration such as \"1m\", found \"sixty\"",
                "plumbline.yaml:8:5: inputs[0].path: missing, expected a path, a glob, or - for standard input, "
                    + "such as \"/var/log/app/access.log\"",
            ])
    }

    @Test("every setting refuses a list and a map", arguments: SettingsTable.settings.settings.map(\.key))
    func wrongType(key: String) throws {
        let parts = key.split(separator: ".")
        let groups = parts.dropLast().map { "\($0): {" }.joined()
        for (value, found) in [("[1]", "a list"), ("{a: 1}", "a map")] {
            let yaml =
                "# first line\n\(groups)\(parts.last ?? ""): \(value)" + String(repeating: "}", count: parts.count - 1)
            let expected = try #require(SettingsTable.settings[key]).expected
            let column = groups.count + (parts.last?.count ?? 0) + 3
            #expect(errors(yaml) == ["plumbline.yaml:2:\(column): \(key): expected \(expected), found \(found)"])
        }
    }

    @Test(
        "every setting but free text refuses a wrong word",
        arguments: SettingsTable.settings.settings.map(\.key).filter { $0 != "data" })
    func wrongWord(key: String) throws {
        let parts = key.split(separator: ".")
        let yaml =
            parts.enumerated().map { String(repeating: " ", count: $0) + $1 }.joined(separator: ":\n") + ": '~wrong~'"
        let place = "plumbline.yaml:\(parts.count):\(parts.count - 1 + (parts.last?.count ?? 0) + 3)"
        let expected = try #require(SettingsTable.settings[key]).expected
        #expect(errors(yaml) == ["\(place): \(key): expected \(expected), found \"~wrong~\""])
    }

    @Test("every setting of an input refuses a list", arguments: SettingsTable.input.settings.map(\.key))
    func wrongInput(key: String) throws {
        let path = key == "path" ? "" : ", path: a"
        let expected = try #require(SettingsTable.input[key]).expected
        #expect(
            errors("inputs: [{\(key): []\(path)}]")
                == ["plumbline.yaml:1:\(13 + key.count): inputs[0].\(key): expected \(expected), found a list"])
    }

    @Test(
        "a slip gets a hint",
        arguments: [
            ("lisen: x", "1:1: lisen: unknown setting (did you mean \"listen\"?)"),
            ("Limits: {}", "1:1: Limits: unknown setting (did you mean \"limits\"?)"),
            ("windw: 5m", "1:1: windw: unknown setting (did you mean \"health.window\"?)"),
            ("limits: {sereis: 1}", "1:10: limits.sereis: unknown setting (did you mean \"series\"?)"),
            ("health: {p95: {wran: 1s}}", "1:16: health.p95.wran: unknown setting (did you mean \"warn\"?)"),
            ("inputs: [{path: a, sorce: b}]", "1:20: inputs[0].sorce: unknown setting (did you mean \"source\"?)"),
            ("input: []", "1:1: input: unknown setting (did you mean \"inputs\"?)"),
            ("health.window: 5m", "1:1: health.window: unknown setting (did you mean \"health: window\"?)"),
            ("colour: red", "1:1: colour: unknown setting"),
            ("\"a\\e[0m\": 1", "1:1: \"a\\u{1b}[0m\": unknown setting"),
        ])
    func hint(yaml: String, expected: String) {
        #expect(errors(yaml) == ["plumbline.yaml:\(expected)"])
    }

    @Test("a key that stands twice is an error, in groups and in flow maps too")
    func duplicates() {
        #expect(
            errors("log:\n  level: info\nlog: {level: info}\nlimits: {series: 1, series: 2}")
                == [
                    "plumbline.yaml:3:1: log: set twice (first at plumbline.yaml:1:1)",
                    "plumbline.yaml:4:21: limits.series: set twice (first at plumbline.yaml:4:10)",
                ])
    }

    @Test("a limit for failing below the one for warning is an error with both places")
    func order() {
        #expect(
            errors("health:\n  p95:\n    warn: 5s\n    fail: 2s\n  error_ratio: {warn: 10%}") == [
                "plumbline.yaml:4:11: health.p95.fail: expected at least health.p95.warn (5s at plumbline.yaml:3:11), "
                    + "found \"2s\"",
                "plumbline.yaml:5:23: health.error_ratio.warn: expected at most health.error_ratio.fail "
                    + "(0.05, the default), found \"0.1\"",
            ])
        #expect(errors("health: {p95: {warn: 2s, fail: 2s}}") == [])
        #expect(
            errors("health: {p95: {warn: 9s}}", environment: ["PLUMBLINE_HEALTH_P95_FAIL": "8s"]) == [
                "environment PLUMBLINE_HEALTH_P95_FAIL: health.p95.fail: expected at least health.p95.warn "
                    + "(9s at plumbline.yaml:1:22), found \"8s\""
            ])
    }

    @Test("one source is primary: the one that says so, else the first")
    func primary() throws {
        let two = "inputs: [{path: a, source: x}, {path: b, source: y}"
        #expect(try read(two + "]").inputs.map(\.primary) == [true, false])
        #expect(try read(two + ", {path: c, source: y, primary: true}]").inputs.map(\.primary) == [false, true, true])
        #expect(try read("inputs: [{path: a, source: x, primary: false}, {path: b, source: y}]").primarySource == "y")
        #expect(
            errors("inputs: [{path: a, source: x, primary: true}, {path: b, source: y, primary: true}]") == [
                "plumbline.yaml:1:77: inputs[1].primary: expected one primary source (x is, at plumbline.yaml:1:40), "
                    + "found another, y"
            ])
        #expect(
            errors("inputs: [{path: a, primary: false}]")
                == ["plumbline.yaml:1:29: inputs: expected one primary source, found \"false\" for every source"])
        #expect(
            errors("inputs: [{path: a, primary: false}, {path: b, primary: true}]") == [
                "plumbline.yaml:1:29: inputs: expected \"true\" as for the same source at plumbline.yaml:1:56, "
                    + "found \"false\""
            ])
    }

    @Test("a log that is named twice would be counted twice, and is an error")
    func repeatedPath() {
        #expect(
            errors("inputs: [{path: a}, {path: a, source: x}]") == [
                "plumbline.yaml:1:28: inputs[1].path: expected a log that is not an input yet, "
                    + "found \"a\", which is one at plumbline.yaml:1:17"
            ])
    }

    @Test("inputs that are not a list of maps are refused")
    func inputs() {
        #expect(
            errors("inputs: a.log") == [
                "plumbline.yaml:1:9: inputs: expected a list such as \"- path: /var/log/app/access.log\", found \"a.log\""
            ])
        #expect(
            errors("inputs: [a.log, {path: b, source: 'ü'}]") == [
                "plumbline.yaml:1:10: inputs[0]: expected a map such as \"path: /var/log/app/access.log\", found \"a.log\"",
                "plumbline.yaml:1:35: inputs[1].source: expected a name of at most 64 letters, digits, \"_\", \"-\" and "
                    + "\".\" such as \"main\", found \"ü\"",
            ])
    }
}
