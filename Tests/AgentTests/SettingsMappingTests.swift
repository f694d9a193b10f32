import Agent
import Health
import RequestLog
import RollingWindow
import Settings
import Testing

@Suite("From settings to rooms")
struct SettingsMappingTests {
    @Test("every window of the settings is a window", arguments: Settings.HealthRules.Window.allCases)
    func windows(window: Settings.HealthRules.Window) {
        var settings = Settings.defaults.health
        settings.rules.window = window
        #expect(HealthRules(settings).window.rawValue == window.rawValue)
    }

    @Test("every unit of the settings is a unit", arguments: Settings.Input.DurationUnit.allCases)
    func units(unit: Settings.Input.DurationUnit) {
        var input = Settings.Input(path: "/log/a.log")
        input.durationUnit = unit
        #expect(ReaderOptions(input).durationUnit?.symbol == unit.rawValue)
    }

    @Test("thresholds arrive in the units of the rules")
    func health() {
        var settings = Settings.defaults.health
        settings.rules.minRequests = 7
        settings.rules.errorRatio = .init(warn: Ratio(value: 0.02), fail: Ratio(value: 0.2))
        settings.rules.p95 = .init(warn: .milliseconds(250), fail: .seconds(2))
        settings.staleAfter = .minutes(2)
        let rules = HealthRules(settings)
        #expect(rules.minRequests == 7)
        #expect(rules.limits[.errorRatio] == HealthLimits(warn: .absolute(0.02), fail: .absolute(0.2)))
        #expect(rules.limits[.p95] == HealthLimits(warn: .absolute(0.25), fail: .absolute(2)))
        #expect(rules.unseen.staleAfter == .minutes(2))
    }

    @Test("the defaults of the settings are those of the rules")
    func healthDefaults() {
        #expect(HealthRules.all(Settings.defaults.health).map(\.limits) == [HealthRules().limits])
        #expect(HealthRules(Settings.defaults.health).unseen.clockSkew == UnseenRules().clockSkew)
        #expect(HealthTiming(Settings.defaults.health) == HealthTiming())
    }

    @Test("every word of a group is one of the records, and all of them can be said")
    func healthGroups() throws {
        var group = Settings.HealthGroup(name: "all")
        (group.methods, group.segments) = (Settings.HealthGroup.methodWords, Settings.HealthGroup.segmentWords)
        group.caches = Settings.HealthGroup.cacheWords
        group.routes = ["/admin/**"]
        group.rules.p99 = .init(warn: .relative(3), fail: .none)
        #expect(group.problems.isEmpty)
        var settings = Settings.defaults.health
        settings.groups = [group]
        let rules = try #require(HealthRules.all(settings).last)
        #expect(rules.group == "all" && rules.limits[.p99] == HealthLimits(warn: .relative(3), fail: nil))
        #expect(rules.selection.methods == Set(Method.allCases) && rules.selection.segments == Set(Segment.allCases))
        #expect(rules.selection.caches == Set(CacheStatus.allCases) && rules.selection.routes.count == 1)
        settings.groups[0].routes = ["/{"]
        #expect(settings.groups[0].problems.map(\.key) == ["routes[0]"])
    }

    @Test("every format of the settings is a format of lines", arguments: Settings.Input.Format.allCases)
    func formats(format: Settings.Input.Format) throws {
        var input = Settings.Input(path: "/log/a.log")
        input.format = format
        #expect(input.problems.map(\.key) == (format.needsText ? ["log_format"] : []))
        input.logFormat = format.needsText ? "" : "$status"
        #expect(input.problems.map(\.key) == ["log_format"], "an empty text is none, and others take none")
        input.logFormat = "date time sc-status"
        #expect(input.problems.isEmpty == (format == .w3c))
        if !format.needsText { #expect(try LineFormat(format, text: nil).name == format.rawValue) }
    }

    @Test("what is recognised can be configured", arguments: Set(TextFormat.known.map(\.name)))
    func recognised(name: String) { #expect(Settings.Input.Format(rawValue: name) != nil) }

    @Test(
        "zones are known by their names",
        arguments: [
            ("UTC", "2026-07-01T12:00:00Z"), ("+02:00", "2026-07-01T10:00:00Z"), ("-0330", "2026-07-01T15:30:00Z"),
            ("Europe/Berlin", "2026-07-01T10:00:00Z"), ("America/New_York", "2026-07-01T16:00:00Z"),
            ("Australia/Lord_Howe", "2026-07-01T01:30:00Z"), ("Asia/Kathmandu", "2026-07-01T06:15:00Z"),
        ])
    func zones(name: String, noon: String) throws {
        var input = Settings.Input(path: "/log/a.log")
        input.timeZone = name
        #expect(input.problems.isEmpty)
        var reader = RecordReader(options: ReaderOptions(input))
        let text = #"{"time":"2026-07-01 12:00:00","status":200}"#
        #expect(reader.explain(text.utf8, latest: Timestamp(nanoseconds: .max)).fact("time") == noon)
    }

    @Test("patterns name the routes of paths, and what is none is said")
    func routes() {
        var input = Settings.Input(path: "/log/a.log")
        input.routes = ["/users/:id", "/files/**"]
        #expect(input.problems.isEmpty)
        var reader = RecordReader(options: ReaderOptions(input))
        let text = #"{"time":"2026-07-01T12:00:00Z","status":404,"path":"/users/ann?x=1"}"#
        #expect(reader.explain(text.utf8, latest: Timestamp(nanoseconds: .max)).fact("route") == "/users/:id")
        input.routes = ["/users/{", "/a", "/b?c"]
        #expect(input.problems.map(\.key) == ["routes[0]", "routes[2]"])
    }

    @Test("requests that fit a filter are not counted, and what is none is said")
    func filters() {
        var input = Settings.Input(path: "/log/a.log")
        var filter = Settings.Filter()
        filter.routes = ["/healthz"]
        filter.status = ["2xx"]
        filter.userAgent = ["kube-probe/"]
        input.filters = [filter]
        #expect(input.problems.isEmpty)
        var reader = RecordReader(options: ReaderOptions(input))
        let text = #"{"time":"2026-07-01T12:00:00Z","status":200,"path":"/healthz","user_agent":"kube-probe/1"}"#
        #expect(reader.explain(text.utf8, latest: Timestamp(nanoseconds: .max)).outcome == .filtered)
        input.filters[0].routes = ["/a", "/{"]
        input.filters[0].status = ["20x"]
        #expect(input.problems.map(\.key) == ["filters[0].routes[1]", "filters[0].status[0]"])
    }

    @Test(
        "a zone that the system does not have is said",
        arguments: ["Europe/Berlni", "../etc/passwd", "/etc/passwd", "Europe", "+25:00", "02:00"])
    func noZones(name: String) {
        var input = Settings.Input(path: "/log/a.log")
        input.timeZone = name
        #expect(input.problems.map(\.key) == ["time_zone"])
    }
}
