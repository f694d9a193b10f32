package import Exposition
import RequestLog
import RollingWindow
import Tailing

// What limits refuse and what goes another way than it should: each has a counter and a line of the log.

extension Ingest {
    /// Each fallback has a counter too (`incidents`).
    func notice() {
        notices.note(
            isPaused, "Reading is paused: too much waits for the disk; the logs keep the rest",
            over: "Reading goes on", logger)
        notices.note(
            "Some paths cannot be watched: looking at all inputs every 250 ms", count: tailer.counters.unwatched, logger
        )
        notices.note(
            "Reports of changes were lost; everything was looked at instead", count: tailer.counters.overflows, logger)
        notices.note(
            "The limit of series in the windows is reached: new ones count in (other)",
            count: drainedWindows.overflowedRequests, logger)
        notices.note(
            "The limit of names is reached: new routes, versions and sources count in (other)",
            count: names.overflows, logger)
        notices.note(
            "The limit of paths that routes are learned from is reached: what is not learned yet stays apart",
            count: names.learned.refused, logger)
    }

    /// What limits refused and what went another way than it should, since the start.
    package var incidents: [IncidentCount] {
        [
            IncidentCount("reading_pauses", "Looks without reading while too much waited for the disk.", pauses),
            IncidentCount("crowded_logs", "Logs that waited because too many were open.", crowdedLogs),
            IncidentCount("vanished_logs", "Logs begun in an earlier run and gone since.", vanishedLogs),
            IncidentCount("names_overflow", "New routes, versions and sources past their limit.", names.overflows),
            IncidentCount(
                "unlearned_paths", "Paths past the limit of those that routes are learned from.", names.learned.refused),
            IncidentCount(
                "unknown_cache_words", "Lines whose cache word no vocabulary knows.", unknownCacheWords),
            IncidentCount("truncations", "Logs found overwritten or cut.", tailer.counters.truncations),
            IncidentCount("relocations", "Logs found again under another name.", tailer.counters.relocations),
            IncidentCount("watch_overflows", "Times that reports of changes were lost.", tailer.counters.overflows),
            IncidentCount("unwatched_paths", "Paths looked at every 250 ms, unwatched.", tailer.counters.unwatched),
        ]
    }

    var unknownCacheWords: UInt64 { intakes.values.reduce(secondUnknownCacheWords) { $0 &+ $1.unknownCacheWords } }
}
