package import Health
import RequestLog
import RollingWindow
package import Settings

// From settings, which are words and units of people, to rules and times.

extension HealthRules {
    /// Of the whole service.
    package init(_ settings: Settings.Health) {
        self.init(settings.rules)
        unseen = UnseenRules(settings)
    }

    /// The whole service first, then the groups in the order written.
    package static func all(_ settings: Settings.Health) -> [HealthRules] {
        [HealthRules(settings)]
            + settings.groups.map { group in
                var rules = HealthRules(group.rules)
                rules.group = group.name
                rules.unseen = UnseenRules(settings)
                rules.selection = HealthSelection(group)
                return rules
            }
    }

    private init(_ rules: Settings.HealthRules) {
        self.init()
        window = WindowLength(rawValue: rules.window.rawValue)!
        baseline = WindowLength(rawValue: rules.baseline.rawValue)!
        minRequests = UInt64(rules.minRequests)
        recover = rules.recover.value
        let seconds = { (duration: Duration) in Timestamp.Span(duration).seconds }
        limits = [
            .errorRatio: HealthLimits(rules.errorRatio) { $0.value }, .p50: HealthLimits(rules.p50, seconds),
            .p90: HealthLimits(rules.p90, seconds), .p95: HealthLimits(rules.p95, seconds),
            .p99: HealthLimits(rules.p99, seconds), .dbCalls: HealthLimits(rules.dbCalls) { $0 },
            .hitRatio: HealthLimits(rules.hitRatio) { $0.value },
            .requestRate: HealthLimits(rules.requestRate) { $0 },
        ].filter { $0.value.warn != nil || $0.value.fail != nil }
    }
}

extension HealthLimits {
    /// - Parameter number: the value in the unit of the measure.
    fileprivate init<Value>(_ threshold: Settings.Threshold<Level<Value>>, _ number: (Value) -> Double) {
        func limit(_ level: Level<Value>) -> HealthLimit? {
            switch level {
            case .none: nil
            case .absolute(let value): .absolute(number(value))
            case .relative(let times): .relative(times)
            }
        }
        self.init(warn: limit(threshold.warn), fail: limit(threshold.fail))
    }
}

extension HealthSelection {
    /// Of a group without `problems`.
    fileprivate init(_ group: Settings.HealthGroup) {
        self.init()
        routes = group.routes.compactMap { try? RoutePattern($0) }
        methods = Set(Method.allCases.filter { group.methods.contains($0.name) })
        segments = Set(Segment.allCases.filter { group.segments.contains($0.name) })
        caches = Set(CacheStatus.allCases.filter { group.caches.contains($0.name) })
    }
}

extension Settings.HealthGroup {
    /// What this group's values have that is wrong, beyond what the table of settings knows.
    package var problems: [SettingsReader.InputProblem] {
        routes.enumerated().compactMap { place, text in
            do throws(RoutePatternError) {
                _ = try RoutePattern(text)
                return nil
            } catch {
                return .init(key: "routes[\(place)]", expected: error.expected, found: quoted(text))
            }
        }
    }
}

extension UnseenRules {
    fileprivate init(_ settings: Settings.Health) {
        self.init()
        staleAfter = Timestamp.Span(settings.staleAfter)
        behindBytes = UInt64(settings.behind.bytes)
        clockSkew = Timestamp.Span(settings.clockSkew)
        let words: [(UnseenReason, Settings.Answers.Answer)] = [
            (.blind, settings.answers.blind), (.behind, settings.answers.behind),
            (.clockSkew, settings.answers.clockSkew), (.noTraffic, settings.answers.noTraffic),
            (.stale, settings.answers.stale),
        ]
        for (reason, answer) in words { answers[reason] = answer == .fail ? .fail : .warn }
    }
}

extension HealthTiming {
    package init(_ settings: Settings.Health) {
        self.init()
        down = Timestamp.Span(settings.down)
        up = Timestamp.Span(settings.up)
        ejectionTime = Timestamp.Span(settings.ejectionTime)
        maxEjectionTime = Timestamp.Span(settings.maxEjectionTime)
        maxFailDuration = Timestamp.Span(settings.maxFailDuration)
        peersShare = settings.peersShare.value
        // The round that is under way, and a whole one.
        if !settings.peers.isEmpty {
            peersWait = Timestamp.Span(settings.peersInterval + settings.peersTimeout * 2)
        }
        rampDown = Timestamp.Span(settings.rampDown)
        rampUp = Timestamp.Span(settings.rampUp)
        probationWeight = settings.probationWeight.value
        failWeight = settings.failWeight.value
    }
}
