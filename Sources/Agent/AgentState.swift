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
        guard group == nil else { return nil }
        // A judgement from before the loop got stuck would be a lie.
        guard case .stuck(let reason) = liveness() else { return ingest.state.health }
        return ingest.rules.judge(.unseen(because: reason, now: AgentClock.wall))
    }

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
        agent.seriesOverflow = state.seriesOverflow
        agent.counterSeries = durable.counters.series.count
        agent.counterSeriesOverflow = durable.counters.overflowedRequests
        agent.commits = durable.statistics.commits
        agent.commitFailures = durable.statistics.commitFailures
        agent.uncommittedLines = state.uncommittedLines
        agent.degraded = durable.failure != nil
        agent.lastCommit = durable.lastCommit
        agent.incidents = state.incidents + durable.statistics.incidents
        let health =
            self.health(group: nil).map { [MetricsPage.GroupHealth(group: "service", status: $0.status)] } ?? []
        return MetricsPage(
            names: durable.names, counters: state.versions.folded(durable.counters.series), health: health,
            agent: agent)
    }

    func window(_ length: WindowLength) async -> SeriesView { await ingest.window(length) }

    func ledger() async -> Ledger { await ingest.ledger() }
}

extension StoreStatistics {
    fileprivate var incidents: [IncidentCount] {
        [
            IncidentCount("flush_failures", "Snapshots that could not be written and were tried again.", flushFailures),
            IncidentCount(
                "log_sync_failures", "Logs that could not be synced before a commit.", logSynchronizationFailures),
            IncidentCount("store_damages", "Damaged places found in the data directory.", damages),
            IncidentCount("compacted_snapshots", "Hours whose slices became fewer and wider.", hoursCompacted),
            IncidentCount("reduced_snapshots", "Hours of which only the total was left.", hoursReduced),
            IncidentCount("merged_blocks", "Blocks of snapshots that became parts of wider ones.", blocksMerged),
            IncidentCount("compaction_saved_bytes", "What snapshots take less by being merged.", bytesSaved),
            IncidentCount(
                "pruned_snapshots", "Hour and day files deleted on request or for the space they took.",
                hourFilesPruned),
            IncidentCount("pruned_requests", "Requests that went with deleted files.", requestsPruned),
            IncidentCount(
                "retention_failures", "Hours and days that could not be merged or deleted and were tried again.",
                retentionFailures),
            IncidentCount("unmergeable_blocks", "Merged blocks that the format could not hold.", blocksTooLarge),
            IncidentCount(
                "unreadable_holds", "Holds that could not be read and kept every snapshot as it is.",
                unreadableHolds),
            IncidentCount(
                "cleanup_failures", "Files that could not be cut, deleted or renamed and were tried again.",
                cleanupFailures),
        ]
    }
}
