import Health
import RequestLog
import RollingWindow

/// The judgements of all groups, evaluated on the agent's clock; ingest owns it.
struct HealthWatch: Sendable {
    /// Of one group, as of the last look.
    struct Answer: Sendable {
        var report: HealthReport
        var local: HealthReport
        var changes: UInt64
        var flaps: UInt64
        var weight: Double
    }

    private(set) var history: HealthHistory
    private var groups: [GroupHealth]
    private var refusedLines: UInt64?
    /// When a line dated further ahead than is counted was last met, and how far that is at least.
    private var refused: (at: Timestamp, ahead: Timestamp.Span)?

    /// For how long a refused line is held against the clocks.
    private static let refusal = Timestamp.Span.seconds(60)

    /// - Parameter rules: of the whole service first.
    init(
        rules: [HealthRules], timing: HealthTiming, history: HealthHistory, word: OperatorWord? = nil, now: Timestamp
    ) {
        self.history = history
        groups = rules.map { GroupHealth(rules: $0, timing: timing, word: word, now: now) }
    }

    var answers: [String: Answer] {
        var answers: [String: Answer] = [:]
        for group in groups {
            answers[group.rules.group] = Answer(
                report: group.report, local: group.local, changes: group.changes, flaps: group.flaps,
                weight: group.weight)
        }
        let others = groups.dropFirst().map(\.report)
        answers[HealthRules.service]?.report.add(others, of: groups.dropFirst().map(\.rules.group))
        return answers
    }

    /// - Parameter count: lines refused since the start for being dated ahead of the clock.
    mutating func note(refusedLines count: UInt64, furtherAheadThan limit: Timestamp.Span, at now: Timestamp) {
        // What an earlier run refused is in the count too.
        if let before = refusedLines, count > before { refused = (now, limit) }
        refusedLines = count
    }

    private func ahead(_ sight: Sight, of now: Timestamp) -> Timestamp.Span {
        var ahead = sight.windows.newestWaiting(of: sight.primary).map { max(.zero, $0 - now) } ?? .zero
        if let refused, now - refused.at < HealthWatch.refusal { ahead = max(ahead, refused.ahead) }
        return ahead
    }

    /// - Returns: what has changed, in the order of the groups.
    mutating func advance(
        _ sight: Sight, peers: PeerCount, word: OperatorWord? = nil, at moment: HealthMoment
    ) -> [HealthChange] {
        var seen: [WindowLength: [SeriesKey: Cell]] = [:]
        let series = { (length: WindowLength) in
            if let known = seen[length] { return known }
            let series = sight.windows[length].series
            seen[length] = series
            return series
        }
        let ahead = ahead(sight, of: moment.wall)
        let changes = groups.indices.compactMap { place in
            let rules = groups[place].rules
            let total = { (length: WindowLength) in
                rules.selection.isEverything
                    ? sight.windows[length].totals[sight.primary] ?? Rollup()
                    : rules.selection.total(of: series(length), source: sight.primary, names: sight.names)
            }
            let usual = sight.windows[.oneHour].totals[sight.primary]?.cell.requests ?? 0
            var reading = rules.read(
                HealthInputs(
                    now: moment.wall, total: total(rules.window),
                    baseline: rules.hasRelativeLimits ? total(rules.baseline) : Rollup(),
                    lastEvent: sight.windows.newestEvents[sight.primary],
                    usualRate: Double(usual) / WindowLength.oneHour.length.seconds, blind: sight.blind,
                    lagBytes: sight.lagBytes, isCatchingUp: sight.isCatchingUp, ahead: ahead))
            if !reading.troubles.isEmpty {
                // Only now is every series of the window worth a look.
                var culprits = Culprits()
                rules.selection.forEach(in: series(rules.window), source: sight.primary, names: sight.names) {
                    culprits.add($1, of: $0, route: sight.names[$0.route])
                }
                reading.attribute(to: culprits)
            }
            // Peers say how the whole service is with them, and nothing of its groups.
            return groups[place].advance(
                reading, peers: rules.group == HealthRules.service ? peers : PeerCount(), word: word, at: moment)
        }
        for change in changes { history.add(change) }
        return changes
    }
}

/// What ingest shows for a judgement.
struct Sight {
    var windows: LiveWindows
    var primary: NameID
    var names: Names
    var blind: String?
    var lagBytes: UInt64
    var isCatchingUp: Bool
}
