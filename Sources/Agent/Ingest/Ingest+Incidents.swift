package import Exposition
import RequestLog
import RollingWindow
import Tailing

// What limits refuse and what goes another way than it should.

extension Ingest {
    func notice() {
        notices.note(Ingest.fallbacks, of: self, logger)
        notices.note(
            isPaused, "Reading is paused: too much waits for the disk; the logs keep the rest",
            over: "Reading goes on", logger)
    }

    package var incidents: [IncidentCount] { Ingest.fallbacks.counts(of: self) }

    static let fallbacks: [Fallback<Ingest>] = [
        Fallback("reading_pauses", "Looks without reading while too much waited for the disk.", line: nil) {
            $0.pauses
        },
        Fallback("crowded_logs", "Logs that waited because too many were open.", line: nil) { $0.crowdedLogs },
        Fallback("vanished_logs", "Logs begun in an earlier run and gone since.", line: nil) { $0.vanishedLogs },
        Fallback(
            "names_overflow", "New routes, versions and sources past their limit.",
            line: "The limit of names is reached: new routes, versions and sources count in (other)"
        ) { $0.names.overflows },
        Fallback(
            "series_overflow", "Requests that the windows count in (other), past their limit.",
            line: "The limit of series in the windows is reached: new ones count in (other)"
        ) { $0.drainedWindows.overflowedRequests },
        Fallback(
            "unlearned_paths", "Paths past the limit of those that routes are learned from.",
            line: "The limit of paths that routes are learned from is reached: what is not learned yet stays apart"
        ) { $0.names.learned.refused },
        Fallback("unknown_cache_words", "Lines whose cache word no vocabulary knows.", line: nil) {
            $0.unknownCacheWords
        },
        Fallback(
            "truncations", "Logs found overwritten or cut.",
            line: "A log was overwritten or cut: what it has now is read as new, and the ledger has what is lost"
        ) { $0.tailer.counters.truncations },
        Fallback(
            "relocations", "Logs found again under another name.",
            line: "A log was found again under another name: it goes on there"
        ) { $0.tailer.counters.relocations },
        Fallback(
            "watch_overflows", "Times that reports of changes were lost.",
            line: "Reports of changes were lost: everything was looked at instead"
        ) { $0.tailer.counters.overflows },
        Fallback(
            "unwatched_paths", "Paths looked at every 250 ms, unwatched.",
            line: "Some paths cannot be watched: looking at all inputs every 250 ms"
        ) { $0.tailer.counters.unwatched },
    ]

    var unknownCacheWords: UInt64 {
        intakes.values.reduce(secondUnknownCacheWords) { $0 &+ $1.unknownCacheWords }
    }
}
