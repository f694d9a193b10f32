import Agent
import Health
import RequestLog
import RollingWindow
import Settings
import Testing

@Suite("From settings to rooms")
struct SettingsMappingTests {
    @Test("every window of the settings is a window", arguments: Settings.Health.Window.allCases)
    func windows(window: Settings.Health.Window) {
        var settings = Settings.defaults.health
        settings.window = window
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
        settings.minRequests = 7
        settings.errorRatio = .init(warn: Ratio(value: 0.02), fail: Ratio(value: 0.2))
        settings.p95 = .init(warn: .milliseconds(250), fail: .seconds(2))
        settings.staleAfter = .minutes(2)
        let rules = HealthRules(settings)
        #expect(rules.minRequests == 7)
        #expect(rules.errorRatioWarn == 0.02)
        #expect(rules.errorRatioFail == 0.2)
        #expect(rules.p95Warn == .milliseconds(250))
        #expect(rules.p95Fail == .seconds(2))
        #expect(rules.staleAfter == .minutes(2))
    }
}
