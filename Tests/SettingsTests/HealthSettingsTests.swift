import Settings
import Testing

@Suite("health: levels, groups and peers")
struct HealthSettingsTests {
    @Test("a level is a value, a multiple or none, and written as it is read", arguments: ["1s", "3x", "0.5x", "none"])
    func levels(text: String) throws {
        let level = try read("health: {p99: {warn: \(text)}}").health.rules.p99.warn
        #expect(level.text == text && Level<Duration>(text: level.text) == level)
    }

    @Test("what is no level is refused", arguments: ["x", "0x", "-1x", "1e3x", "3 x", "nonex", "3X"])
    func noLevels(text: String) {
        let found = errors("health: {p99: {warn: \"\(text)\"}}")
        #expect(
            found == [
                "plumbline.yaml:1:22: health.p99.warn: expected a duration such as \"10s\", a multiple such as \"3x\", "
                    + "or \"none\", found \"\(text)\""
            ])
    }

    @Test("a group has the rules of health where it says nothing else, whoever set those")
    func inheritance() throws {
        let settings = try read(
            """
            health:
              groups:
                admin:
                  routes: ["/admin/**"]
                  methods: [GET, POST]
                  p95: {warn: 3x, fail: none}
                cached: {caches: [hit, stale], min_requests: 5}
              p95: {fail: 8s}
              window: 5m
            """, environment: ["PLUMBLINE_HEALTH_MIN_REQUESTS": "50"])
        let (admin, cached) = (settings.health.groups[0], settings.health.groups[1])
        #expect(admin.name == "admin" && admin.routes == ["/admin/**"] && admin.methods == ["GET", "POST"])
        #expect(admin.rules.p95 == .init(warn: .relative(3), fail: .none))
        #expect(admin.rules.minRequests == 50 && admin.rules.window == .fiveMinutes)
        #expect(cached.rules.p95 == .init(warn: .seconds(1), fail: .seconds(8)))
        #expect(cached.rules.minRequests == 5 && cached.caches == ["hit", "stale"])
    }

    @Test(
        "a group that is none is refused with its place",
        arguments: [
            ("admin: {p95: {warn: 1s}}", "1:19: health.groups.admin: missing, expected at least one of routes"),
            ("service: {routes: [/a]}", "1:19: health.groups: expected one of at most 100 names"),
            ("\"a b\": {routes: [/a]}", "1:19: health.groups: expected one of at most 100 names"),
            ("a: {routes: [b]}", "1:32: health.groups.a.routes[0]: expected a pattern of paths"),
            ("a: {methods: [BREW]}", "1:33: health.groups.a.methods[0]: expected one of GET, HEAD"),
            ("a: {routes: [/a], colour: 1}", "1:37: health.groups.a.colour: unknown setting"),
            ("a: {routes: [/a], p95: {fail: 1ms}}", "1:49: health.groups.a.p95.fail: expected at least"),
            ("a: 5", "1:22: health.groups.a: expected a map"),
        ])
    func wrongGroups(yaml: String, expected: String) {
        let found = errors("health: {groups: {\(yaml)}}")
        #expect(found.count == 1 && found[0].hasPrefix("plumbline.yaml:\(expected)"), "\(found)")
    }

    @Test("what a group is held to for reasons of others is said at its place")
    func problems() throws {
        #expect(throws: SettingsErrors.self) {
            try SettingsReader.read(
                yaml: Array("health: {groups: {a: {routes: [\"/{\"]}}}".utf8), file: "f",
                groupProblems: { _ in [.init(key: "routes[0]", expected: "a name", found: "none")] })
        }
    }

    @Test("little of what should be much fails below where it warns")
    func falling() {
        #expect(errors("health: {hit_ratio: {warn: 80%, fail: 50%}}") == [])
        #expect(
            errors("health: {hit_ratio: {warn: 50%, fail: 80%}}") == [
                "plumbline.yaml:1:28: health.hit_ratio.warn: expected at least health.hit_ratio.fail "
                    + "(0.8 at plumbline.yaml:1:39), found \"0.5\""
            ])
    }

    @Test(
        "a peer is an address",
        arguments: [
            ("http://a:1", true), ("http://[::1]/x", true), ("https://a", true), ("https://a:1/x", true),
            ("ftp://a", false), ("a:1", false),
            ("http://", false), ("https://", false),
        ]
    )
    func peers(text: String, isOne: Bool) {
        #expect(errors("health: {peers: [\"\(text)\"]}").isEmpty == isOne)
    }
}
