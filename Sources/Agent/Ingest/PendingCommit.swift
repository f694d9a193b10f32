import RequestLog
import RollingWindow
import Store

/// What was counted since the last commit was handed over.
struct PendingCommit {
    /// Slices as they go to the snapshots.
    static let sliceWidth = Timestamp.Span.seconds(10)

    private var slices: [Timestamp: TimedSlice] = [:]
    /// Slices that nobody but the store adds up.
    private var loose: [TimedSlice] = []
    /// Series of slices waiting: what bounds the memory while the disk takes nothing.
    private(set) var cells = 0
    var touchedLogs: Set<UInt32> = []
    /// A log that nothing durable speaks of yet: were the agent killed now, a rotation would hide it.
    var hasNewLog = false
    /// Logs that are only in `RetiredLogs` from here on.
    var forgottenLogs: [UInt32] = []
    /// The first one of a data directory also says that the agent was here: what appears later is read from its start.
    var isFirst = false

    var isEmpty: Bool { slices.isEmpty && loose.isEmpty && touchedLogs.isEmpty && forgottenLogs.isEmpty && !isFirst }

    mutating func add(_ slice: TimedSlice) {
        let start = slice.slice.start.floored(to: PendingCommit.sliceWidth)
        guard var wide = slices.removeValue(forKey: start) else {
            cells += slice.slice.series.count
            var slice = slice
            slice.slice.start = start
            slice.slice.width = PendingCommit.sliceWidth
            slices[start] = slice
            return
        }
        cells -= wide.slice.series.count
        wide.add(slice)
        cells += wide.slice.series.count
        slices[start] = wide
    }

    /// Takes a slice of the width of snapshots as it is: where another thread writes the commit, it can add them up.
    mutating func add(loose slice: TimedSlice) {
        cells += slice.slice.series.count
        loose.append(slice)
    }

    /// Routes have become coarser.
    mutating func reroute(_ routes: [NameID: NameID]) {
        cells = 0
        for start in slices.keys {
            slices[start]!.slice.series = slices[start]!.slice.series.rerouted(routes)
            cells += slices[start]!.slice.series.count
        }
        for place in loose.indices {
            loose[place].slice.series = loose[place].slice.series.rerouted(routes)
            cells += loose[place].slice.series.count
        }
    }

    /// Several may be of the same time.
    var timedSlices: [TimedSlice] { slices.values + loose }
}
