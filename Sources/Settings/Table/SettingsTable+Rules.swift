/// The rules of health, of the whole service and of its groups.
extension SettingsTable {
    static let rules: [Setting<Settings.HealthRules>] = [
        .value(
            "window", \.window, in: Settings.HealthRules(), environment: nil,
            help: "The rolling window that the judgement looks at; probation waits for its end."),
        .value(
            "baseline", \.baseline, in: Settings.HealthRules(), environment: nil,
            help: "The longer window whose values 3x is three times of."),
        .value(
            "min_requests", \.minRequests, in: Settings.HealthRules(), 1...1_000_000_000, environment: nil,
            help: "With fewer requests in the window there is no judgement on them."),
        .value(
            "recover", \.recover, in: Settings.HealthRules(), Ratio(value: 0.01)...Ratio(value: 1), environment: nil,
            help: "The share of a limit that a value must come back to before it is well again."),
        level(
            "error_ratio.warn", \.errorRatio.warn, Ratio(value: 0)...Ratio(value: 1),
            "A share of errors above it is a warning."),
        level(
            "error_ratio.fail", \.errorRatio.fail, Ratio(value: 0)...Ratio(value: 1),
            "A share of errors above it is a failure."),
        level(
            "p50.warn", \.p50.warn, .microseconds(1) ... .days(1),
            "A median of the response time above it is a warning."),
        level(
            "p50.fail", \.p50.fail, .microseconds(1) ... .days(1),
            "A median of the response time above it is a failure."),
        level(
            "p90.warn", \.p90.warn, .microseconds(1) ... .days(1),
            "A 90th percentile of the response time above it is a warning."),
        level(
            "p90.fail", \.p90.fail, .microseconds(1) ... .days(1),
            "A 90th percentile of the response time above it is a failure."),
        level(
            "p95.warn", \.p95.warn, .microseconds(1) ... .days(1),
            "A 95th percentile of the response time above it is a warning."),
        level(
            "p95.fail", \.p95.fail, .microseconds(1) ... .days(1),
            "A 95th percentile of the response time above it is a failure."),
        level(
            "p99.warn", \.p99.warn, .microseconds(1) ... .days(1),
            "A 99th percentile of the response time above it is a warning."),
        level(
            "p99.fail", \.p99.fail, .microseconds(1) ... .days(1),
            "A 99th percentile of the response time above it is a failure."),
        level("db_calls.warn", \.dbCalls.warn, 0...1_000_000_000, "More database calls per request are a warning."),
        level("db_calls.fail", \.dbCalls.fail, 0...1_000_000_000, "More database calls per request are a failure."),
        level(
            "hit_ratio.warn", \.hitRatio.warn, Ratio(value: 0)...Ratio(value: 1), "A hit ratio below it is a warning."),
        level(
            "hit_ratio.fail", \.hitRatio.fail, Ratio(value: 0)...Ratio(value: 1), "A hit ratio below it is a failure."),
        level("request_rate.warn", \.requestRate.warn, 0...1_000_000_000, "Fewer requests per second are a warning."),
        level("request_rate.fail", \.requestRate.fail, 0...1_000_000_000, "Fewer requests per second are a failure."),
    ]

    private static func level<Value>(
        _ key: String, _ path: Setting<Settings.HealthRules>.Path<Level<Value>>, _ range: ClosedRange<Value>,
        _ help: String
    ) -> Setting<Settings.HealthRules> {
        .level(key, path, in: Settings.HealthRules(), range, environment: nil, help: help)
    }
}
