/// Two levels of one measure, of which one must not be below the other.
private struct LevelOrder: Sendable {
    var lower: String
    var upper: String
    var holds: @Sendable (Settings.HealthRules) -> Bool

    static let all = [
        rising("error_ratio", \.errorRatio), rising("p50", \.p50), rising("p90", \.p90), rising("p95", \.p95),
        rising("p99", \.p99), rising("db_calls", \.dbCalls), falling("hit_ratio", \.hitRatio),
        falling("request_rate", \.requestRate),
    ]

    private static func rising<Value>(
        _ key: String, _ path: any KeyPath<Settings.HealthRules, Settings.Threshold<Level<Value>>> & Sendable
    ) -> LevelOrder {
        LevelOrder(lower: "\(key).warn", upper: "\(key).fail") { rules in
            rules[keyPath: path].warn.isAtMost(rules[keyPath: path].fail)
        }
    }

    /// Too little is what is bad.
    private static func falling<Value>(
        _ key: String, _ path: any KeyPath<Settings.HealthRules, Settings.Threshold<Level<Value>>> & Sendable
    ) -> LevelOrder {
        LevelOrder(lower: "\(key).fail", upper: "\(key).warn") { rules in
            rules[keyPath: path].fail.isAtMost(rules[keyPath: path].warn)
        }
    }
}

extension SettingsReading {
    /// A group has the rules of the whole service where it says nothing else, whoever set those.
    mutating func inheritRules() {
        for index in settings.health.groups.indices {
            let prefix = "health.groups.\(settings.health.groups[index].name)."
            for setting in SettingsTable.groupRules where places[prefix + setting.key] == nil {
                guard let text = SettingsTable.settings["health.\(setting.key)"]?.text(settings) else { continue }
                // What the table has written, the table reads.
                try? setting.assign(text, &settings.health.groups[index])
            }
        }
    }

    mutating func checkRules() {
        check(settings.health.rules, prefix: "health.") { key in SettingsTable.settings["health.\(key)"]?.text }
        for group in settings.health.groups {
            check(group.rules, prefix: "health.groups.\(group.name).") { key in
                let setting = SettingsTable.healthGroup[key]
                return { _ in setting?.text(group) }
            }
        }
    }

    private mutating func check(
        _ rules: Settings.HealthRules, prefix: String, text: (String) -> (@Sendable (Settings) -> String?)?
    ) {
        for order in LevelOrder.all where !order.holds(rules) {
            let (lower, upper) = (prefix + order.lower, prefix + order.upper)
            guard !wrongKeys.contains(lower), !wrongKeys.contains(upper) else { continue }
            let shown = (lower: text(order.lower)?(settings) ?? "", upper: text(order.upper)?(settings) ?? "")
            if let place = places[upper] {
                let expected = "at least \(lower) (\(described(shown.lower, lower)))"
                report(.wrong(expected: expected, found: quoted(shown.upper)), of: upper, at: place)
            } else if let place = places[lower] {
                let expected = "at most \(upper) (\(described(shown.upper, upper)))"
                report(.wrong(expected: expected, found: quoted(shown.lower)), of: lower, at: place)
            }
        }
    }

    private func described(_ text: String, _ key: String) -> String {
        text + (places[key].map { " at \($0)" } ?? ", the default")
    }
}
