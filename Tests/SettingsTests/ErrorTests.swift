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
                "plumbline.yaml:8:5: inputs[0].path: missing, expected a path, a glob, a socket, or - for standard input, "
                    + "such as \"/var/log/app/access.log\"",
            ])
    }

    @Test(
        "every setting refuses a list and a map",
        arguments: SettingsTable.settings.settings.filter { !$0.isList }.map(\.key))
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
        arguments: SettingsTable.settings.settings.filter {
            !$0.isList && !["FILE", "DIRECTORY"].contains($0.valueName)
        }.map(\.key))
    func wrongWord(key: String) throws {
        let parts = key.split(separator: ".")
        let yaml =
            parts.enumerated().map { String(repeating: " ", count: $0) + $1 }.joined(separator: ":\n") + ": '~wrong~'"
        let place = "plumbline.yaml:\(parts.count):\(parts.count - 1 + (parts.last?.count ?? 0) + 3)"
        let expected = try #require(SettingsTable.settings[key]).expected
        #expect(errors(yaml) == ["\(place): \(key): expected \(expected), found \"~wrong~\""])
    }

    @Test(
        "every setting of an input refuses a list, unless it is one",
        arguments: SettingsTable.input.settings.filter { !$0.isList }.map(\.key))
    func wrongInput(key: String) throws {
        let path = key == "path" ? "" : ", path: a"
        let expected = try #require(SettingsTable.input[key]).expected
        #expect(
            errors("inputs: [{\(key): []\(path)}]")
                == ["plumbline.yaml:1:\(13 + key.count): inputs[0].\(key): expected \(expected), found a list"])
    }

    @Test("a list refuses what is none, and each item for itself")
    func lists() {
        #expect(
            errors("inputs: [{path: a, routes: /users/:id}, {path: b, routes: {a: 1}}]") == [
                "plumbline.yaml:1:28: inputs[0].routes: expected a list such as [\"/users/:id\", \"/static/**\"], "
                    + "found \"/users/:id\"",
                "plumbline.yaml:1:59: inputs[1].routes: expected a list such as [\"/users/:id\", \"/static/**\"], "
                    + "found a map",
            ])
        let expected = "expected a pattern of paths such as \"/users/:id\", found"
        #expect(
            errors("inputs: [{path: a, routes: [/a, b, ~, [/c], &d /d]}]") == [
                "plumbline.yaml:1:33: inputs[0].routes[1]: \(expected) \"b\"",
                "plumbline.yaml:1:36: inputs[0].routes[2]: \(expected) nothing",
                "plumbline.yaml:1:39: inputs[0].routes[3]: \(expected) a list",
                "plumbline.yaml:1:45: expected a value, found an anchor (they are not supported)",
            ])
        let many = repeatElement("/a", count: 1_001).joined(separator: ", ")
        #expect(
            errors("inputs: [{path: a, routes: [\(many)]}]")
                == ["plumbline.yaml:1:4029: inputs[0].routes[1000]: expected at most 1000, found one more"])
    }

    @Test("a filter that names nothing would fit everything, and is an error")
    func filters() {
        let parts = "expected a map of routes, status, user_agent, found"
        #expect(
            errors("inputs: [{path: a, filters: [{}, {status: []}, x, {stats: [1]}, {routes: [a]}]}]") == [
                "plumbline.yaml:1:30: inputs[0].filters[0]: \(parts) nothing",
                "plumbline.yaml:1:34: inputs[0].filters[1]: \(parts) nothing",
                "plumbline.yaml:1:48: inputs[0].filters[2]: \(parts) \"x\"",
                "plumbline.yaml:1:52: inputs[0].filters[3].stats: unknown setting (did you mean \"status\"?)",
                "plumbline.yaml:1:75: inputs[0].filters[4].routes[0]: expected a pattern of paths such as \"/healthz\", "
                    + "found \"a\"",
            ])
        #expect(
            errors("inputs: [{path: a, filters: {status: [200]}}]") == [
                "plumbline.yaml:1:29: inputs[0].filters: expected a list such as \"- routes: [/healthz]\", found a map"
            ])
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

    @Test("a socket that other machines reach is refused unless somebody allowed it")
    func remoteSocket() throws {
        let yaml = "inputs: [{path: 'udp://0.0.0.0:5140', source: edge"
        #expect(
            errors(yaml + "}]") == [
                "plumbline.yaml:1:17: inputs[0].path: expected an address of the loopback such as "
                    + "\"udp://127.0.0.1:5140\", or allow_remote: true on this input in the configuration, "
                    + "found \"udp://0.0.0.0:5140\""
            ])
        #expect(try read(yaml + ", allow_remote: true}]").inputs[0].path == "udp://0.0.0.0:5140")
        #expect(errors("", flags: [("LOG", "udp://[2001:db8::1]:5140")]).first?.contains("allow_remote") == true)
    }

    @Test("a socket is one input, however it is written, and what is nearly one is no file")
    func sockets() throws {
        #expect(errors("inputs: [{path: 'unix:/run/a.sock'}, {path: 'unix:///run/a.sock'}]").count == 1)
        #expect(try read("inputs: [{path: 'unix:///run/a.sock'}]").inputs[0].path == "unix:/run/a.sock")
        for path in ["udp:127.0.0.1:5140", "udp://localhost:5140", "unix:a.sock", "tcp://127.0.0.1:5140"] {
            #expect(
                errors("inputs: [{path: '\(path)'}]") == [
                    "plumbline.yaml:1:17: inputs[0].path: expected a socket, unix:/PATH or udp://ADDRESS:PORT, "
                        + "such as \"udp://127.0.0.1:5140\", found \"\(path)\""
                ])
        }
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
