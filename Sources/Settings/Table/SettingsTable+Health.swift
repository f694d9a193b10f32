extension SettingsTable {
    /// Groups that one configuration may have.
    static let mostGroups = 100

    /// All of `health`: the rules first, which groups may have of their own.
    static let health: [Setting<Settings>] =
        rules.map { $0.within("health", \.health.rules, environment: variable(for: "health.\($0.key)")) } + [
            bounded(
                "health.stale_after", \.health.staleAfter, .seconds(1) ... .days(7),
                "Without a new request for so long, health is a warning and never a pass."),
            bounded(
                "health.behind", \.health.behind, .kibibytes(1) ... .gibibytes(1 << 10),
                "With more than this unread, the agent is behind, and health a warning."),
            bounded(
                "health.clock_skew", \.health.clockSkew, .milliseconds(1) ... .hours(1),
                "With requests dated further ahead of the clock, one of the clocks is wrong, and health a warning."),
            plain(
                "health.answers.blind", \.health.answers.blind,
                "What is answered while the inputs cannot be read."),
            plain(
                "health.answers.behind", \.health.answers.behind,
                "What is answered while the agent is behind."),
            plain(
                "health.answers.clock_skew", \.health.answers.clockSkew,
                "What is answered while the clocks disagree."),
            plain(
                "health.answers.no_traffic", \.health.answers.noTraffic,
                "What is answered while no requests come, where that is not unusual."),
            plain(
                "health.answers.stale", \.health.answers.stale,
                "What is answered while no requests come although the last hour had many."),
            bounded(
                "health.down", \.health.down, .zero ... .hours(1),
                "How long it must be worse before the state is."),
            bounded(
                "health.up", \.health.up, .zero ... .hours(1),
                "How long it must be better before the state is."),
            bounded(
                "health.ramp_down", \.health.rampDown, .zero ... .hours(1),
                "In how long the weight falls from all to nothing."),
            bounded(
                "health.ramp_up", \.health.rampUp, .zero ... .hours(1),
                "In how long the weight rises from nothing to all."),
            bounded(
                "health.ejection_time", \.health.ejectionTime, .seconds(1) ... .hours(24),
                "After so long a fail without failing requests is probation; times the number of fails in a row, and never before the window is over."
            ),
            bounded(
                "health.max_ejection_time", \.health.maxEjectionTime, .seconds(1) ... .hours(24),
                "The longest ejection; a service that was well for so long begins anew."),
            bounded(
                "health.max_fail_duration", \.health.maxFailDuration, .seconds(1) ... .days(365),
                "A fail that lasts longer is a warning: the fault may be one that all share."),
            plain(
                "health.probation_weight", \.health.probationWeight,
                "The share of the full weight on probation, and while a fail is held back."),
            bounded(
                "health.fail_weight", \.health.failWeight, Ratio(value: 0.01)...Ratio(value: 1),
                "The share of the full weight that a failing service comes down to."),
            .list(
                "health.peers", \.health.peers, absence: "none", valueName: "URLS", noun: "the address of an agent",
                example: ["http://10.0.0.2:9180"], most: 100,
                environment: variable(for: "health.peers"),
                help: "The other agents of the same fleet; where too many of them fail, this one only warns.",
                check: isAgentAddress),
            .optional(
                "health.peers_ca", \.health.peersCA, absence: "whom the system trusts",
                example: "/etc/plumbline/ca.pem", valueName: "FILE", noun: "a file",
                environment: variable(for: "health.peers_ca"),
                help: "Who must have signed the certificates of https peers; this agent shows them its own."),
            plain(
                "health.peers_share", \.health.peersShare,
                "A larger share than this of the peers that answer must fail for a fail to be held back."),
            bounded(
                "health.peers_interval", \.health.peersInterval, .seconds(1) ... .hours(1),
                "How often the peers are asked; a fail waits for the next answer."),
            bounded(
                "health.peers_timeout", \.health.peersTimeout, .milliseconds(10) ... .minutes(1),
                "A peer that takes longer to answer tells nothing."),
        ]

    /// The rules that a group may have of its own.
    static let groupRules: [Setting<Settings.HealthGroup>] =
        rules.map { $0.within("", \.rules, environment: nil) }

    /// The settings of one of `health.groups`.
    package static let healthGroup = SettingTable<Settings.HealthGroup>(
        [
            .list(
                "routes", \.routes, absence: "any", valueName: "PATTERNS", noun: "a pattern of paths",
                example: ["/admin/**"], most: 1_000,
                help: "The route must fit one of these, which are written as those of an input.",
                check: { $0.hasPrefix("/") }),
            words("methods", \.methods, Settings.HealthGroup.methodWords, "The method must be one of these."),
            words("segments", \.segments, Settings.HealthGroup.segmentWords, "Whose requests."),
            words("caches", \.caches, Settings.HealthGroup.cacheWords, "What the cache did must be one of these."),
        ] + groupRules)

    /// `http://HOST:PORT` or `https://HOST:PORT`, and a path where somebody wants one.
    @Sendable private static func isAgentAddress(_ text: String) -> Bool {
        let scheme = text.hasPrefix("https://") ? "https://" : "http://"
        guard text.hasPrefix(scheme), text.utf8.count <= 2_000, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }),
            !text.contains("#")
        else { return false }
        let authority = String(text.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" })
        return (HostPort(text: authority) ?? HostPort(text: "\(authority):80")).map { $0.port > 0 } ?? false
    }

    private static func words(
        _ key: String, _ path: Setting<Settings.HealthGroup>.Path<[String]>, _ words: [String], _ help: String
    ) -> Setting<Settings.HealthGroup> {
        .list(
            key, path, absence: "any", valueName: "WORDS", noun: "one of \(words.joined(separator: ", "))",
            example: [words[0]], most: words.count, help: "\(help.dropLast()): \(words.joined(separator: ", ")).",
            check: { words.contains($0) })
    }
}
