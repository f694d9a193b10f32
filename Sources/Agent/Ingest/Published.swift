import Exposition
import Health
import RequestLog
import RollingWindow
import Synchronization

/// What ingest says of itself after every look, for whoever asks without waiting.
struct Published: Sendable {
    /// Monotonic clock of the last turn of the loop.
    var beatNanoseconds: Int64
    /// The judgements as of this look, by group.
    var health: [String: HealthWatch.Answer]
    /// The changes of state, oldest first.
    var healthHistory: [HealthChange] = []
    /// Why the agent is not ready; empty when it is.
    var unready: [String] = ["starting"]
    /// The primary source over the last minute.
    var minute = Rollup()
    var newestEvent: Timestamp?
    /// When the last line was read; nil before the first since the start.
    var lastLine: Timestamp?
    var lagBytes: UInt64 = 0
    var lines = LineCounts()
    var inputBytes: UInt64 = 0
    var lostBytes: UInt64 = 0
    var lostDatagrams: UInt64 = 0
    var skippedAtStartBytes: UInt64 = 0
    var openInputs = 0
    var activeSeries = 0
    var uncommittedLines: UInt64 = 0
    var versions = VersionAges()
    var incidents: [IncidentCount] = []
}

extension HealthInputs {
    /// Nothing can be seen.
    static func unseen(because reason: String, now: Timestamp) -> HealthInputs {
        HealthInputs(now: now, total: Rollup(), lastEvent: nil, blind: reason, lagBytes: 0)
    }
}
