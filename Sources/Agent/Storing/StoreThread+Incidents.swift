import Exposition
import Logging
import Store

// What the disk refuses, and what was found broken on it.

extension StoreThread {
    static let fallbacks: [Fallback<Store>] = [
        Fallback(
            "committed_series_overflow", "Requests that the committed totals count in (other), past their limit.",
            line: "The limit of series in the committed totals is reached: new ones count in (other)"
        ) { $0.state.counters.overflowedRequests },
        Fallback("flush_failures", "Snapshots that could not be written and were tried again.", line: nil) {
            $0.statistics.flushFailures
        },
        Fallback("log_sync_failures", "Logs that could not be synced before a commit.", line: nil) {
            $0.statistics.logSynchronizationFailures
        },
        Fallback("store_damages", "Damaged places found in the data directory.", line: nil) { $0.statistics.damages },
        Fallback(
            "retention_failures", "Hours and days that could not be merged or deleted and were tried again.", line: nil
        ) { $0.statistics.retentionFailures },
        Fallback(
            "unmergeable_blocks", "Merged blocks that the format could not hold.",
            line: "Some snapshots cannot be merged into one block: they stay as they are"
        ) { $0.statistics.blocksTooLarge },
        Fallback("unreadable_holds", "Holds that could not be read and kept every snapshot as it is.", line: nil) {
            $0.statistics.unreadableHolds
        },
        Fallback(
            "cleanup_failures", "Files that could not be cut, deleted or renamed and were tried again.",
            line: "A file of the data directory cannot be cut, deleted or renamed: trying again"
        ) { $0.statistics.cleanupFailures },
    ]

    static func incidents(of store: Store) -> [IncidentCount] {
        let statistics = store.statistics
        return fallbacks.counts(of: store) + [
            IncidentCount(
                "compacted_snapshots", "Hours whose slices became fewer and wider.", statistics.hoursCompacted),
            IncidentCount("reduced_snapshots", "Hours of which only the total was left.", statistics.hoursReduced),
            IncidentCount(
                "merged_blocks", "Blocks of snapshots that became parts of wider ones.", statistics.blocksMerged),
            IncidentCount(
                "compaction_saved_bytes", "What snapshots take less by being merged.", statistics.bytesSaved),
            IncidentCount(
                "pruned_snapshots", "Hour and day files deleted on request or for the space they took.",
                statistics.hourFilesPruned),
            IncidentCount("pruned_requests", "Requests that went with deleted files.", statistics.requestsPruned),
        ]
    }
}

/// Says what the store has met, each thing once.
struct StoreNotices {
    private var notices = FallbackNotices()
    /// Damages that have been said; those of the start are said by who opened the store.
    private var saidDamages: UInt64

    init(_ store: Store) { saidDamages = store.statistics.damages }

    mutating func note(_ store: Store, _ logger: Logger) {
        notices.note(StoreThread.fallbacks, of: store, logger)
        let unsaid = store.statistics.damages &- saidDamages
        guard unsaid > 0 else { return }
        saidDamages = store.statistics.damages
        // The store remembers the newest hundred.
        for damage in store.damages.suffix(Int(min(unsaid, 100))) {
            logger.error("Part of the data directory is damaged", metadata: ["reason": "\(damage)"])
        }
    }
}
