import Comparison
import Exposition
import Health
import RequestLog
import RollingWindow
import Serving
import Store

/// What the server may ask of a running agent: published facts at once, copies from the thread that owns them.
struct AgentState: AgentView {
    let ingest: IngestThread
    let store: StoreThread
    let desk: OperatorDesk
    let insightDesk: InsightDesk
    let changeDesk: ChangeDesk
    let comparisonDesk: ComparisonDesk
    let timelines: Timelines
    let release: String
    let startTime: Timestamp

    /// A loop that has not turned for so long is stuck; it turns once a second when nothing happens.
    private static let stuckNanoseconds: Int64 = 15_000_000_000

    func liveness() -> Liveness {
        let silent = AgentClock.monotonicNanoseconds - ingest.state.beatNanoseconds
        guard silent > AgentState.stuckNanoseconds else { return .alive }
        return .stuck(reason: "the agent's loop has not turned for \(silent / 1_000_000_000) s")
    }

    func readiness() -> Readiness {
        var reasons = ingest.state.unready
        if let failure = store.state.failure { reasons.append("commits fail: \(failure)") }
        return reasons.isEmpty ? .ready : .notReady(reasons: reasons)
    }

    func health(group: String?) -> HealthReport? {
        let group = group ?? HealthRules.service
        guard let answer = ingest.health(of: group) else { return nil }
        guard case .stuck(let reason) = liveness() else { return answer.report.under(desk.word) }
        // A judgement from before the loop got stuck would be a lie.
        var report = ingest.rules.first { $0.group == group }?.judge(.unseen(because: reason, now: AgentClock.wall))
        report?.weight = answer.weight
        return report?.under(desk.word)
    }

    func agentCheckLine() -> String {
        AgentCheckText.line(
            weight: ingest.health(of: HealthRules.service)?.weight ?? 1, word: desk.word, now: AgentClock.wall)
    }

    func say(_ word: OperatorWord.Word) async -> OperatorAnswer {
        let standing = desk.say(word, at: AgentClock.wall) { store.keep($0.text, as: .operatorWord) }
        ingest.heardOperator()
        return OperatorAnswer(standing: standing, isKept: await store.hasKeptNotes())
    }

    func localHealth() -> HealthReport {
        guard case .alive = liveness(), let answer = ingest.health(of: HealthRules.service) else {
            return ingest.rules[0].judge(.unseen(because: "the agent's loop does not turn", now: AgentClock.wall))
        }
        return answer.local
    }

    func healthHistory() -> [HealthChange] { ingest.state.healthHistory }

    func metricsPage() async -> MetricsPage {
        let (state, durable) = (ingest.state, store.state)
        var agent = AgentMetrics()
        agent.version = release
        agent.startTime = startTime
        agent.inputs = state.openInputs
        agent.inputBytes = state.inputBytes
        agent.lines = state.lines
        agent.lostBytes = state.lostBytes
        agent.lostDatagrams = state.lostDatagrams
        agent.skippedAtStartBytes = state.skippedAtStartBytes
        agent.lagBytes = state.lagBytes
        agent.lag = state.lagBytes == 0 ? .zero : state.newestEvent.map { max(.zero, AgentClock.wall - $0) }
        agent.activeSeries = state.activeSeries
        agent.counterSeries = durable.counters.series.count
        agent.commits = durable.statistics.commits
        agent.commitFailures = durable.statistics.commitFailures
        agent.uncommittedLines = state.uncommittedLines
        agent.degraded = durable.failure != nil
        agent.lastCommit = durable.lastCommit
        agent.incidents = state.incidents + durable.incidents + timelines.incidents
        let health = ingest.rules.compactMap { rules -> MetricsPage.GroupHealth? in
            guard let answer = state.health[rules.group], let report = self.health(group: rules.group) else {
                return nil
            }
            return MetricsPage.GroupHealth(
                group: rules.group, status: report.status, changes: answer.changes, flaps: answer.flaps,
                weight: answer.weight)
        }
        return MetricsPage(
            names: durable.names, counters: state.versions.folded(durable.counters.series), health: health,
            agent: agent)
    }

    func window(_ length: WindowLength) async -> SeriesView { await ingest.window(length) }

    func timeline(_ query: TimelineQuery) async throws -> TimelineAnswer { try await timelines.answer(query) }

    func beat() -> Beat {
        let state = ingest.state
        var unready = state.unready
        if let failure = store.state.failure { unready.append("commits fail: \(failure)") }
        return Beat(
            time: AgentClock.wall, release: release, startTime: startTime,
            health: health(group: nil) ?? localHealth(), unready: unready, lastLine: state.lastLine,
            newestEvent: state.newestEvent, lagBytes: state.lagBytes, lines: state.lines, lostBytes: state.lostBytes,
            activeSeries: state.activeSeries, minute: state.minute)
    }

    func inputs() async -> [InputReport] { await ingest.inputs() }

    func ledger() async -> Ledger { await ingest.ledger() }

    func insights() async throws -> Insights { try insightDesk.insights(now: AgentClock.wall) }

    func compare(_ inquiry: ComparisonInquiry) async throws(ComparisonRefusal) -> ComparisonReport {
        try await comparisonDesk.report(inquiry)
    }

    func changes() async -> ChangeListing {
        do throws(RunFailure) { return try changeDesk.listing() } catch {
            return ChangeListing(unreadable: [error.message])
        }
    }
}
