import RequestLog
import RollingWindow
import Store

/// What was counted since the last commit was handed over.
struct PendingCommit {
    /// Slices as they go to the snapshots.
    static let sliceWidth = Timestamp.Span.seconds(10)

    private var slices: [Timestamp: TimedSlice] = [:]
    /// Series of slices waiting: what bounds the memory while the disk takes nothing.
    private(set) var cells = 0
    var touchedLogs: Set<UInt32> = []
    /// A log that nothing durable speaks of yet: were the agent killed now, a rotation would hide it.
    var hasNewLog = false
    /// Logs that are only in `RetiredLogs` from here on.
    var forgottenLogs: [UInt32] = []
    /// The first one of a data directory also says that the agent was here: what appears later is read from its start.
    var isFirst = false

    var isEmpty: Bool { slices.isEmpty && touchedLogs.isEmpty && forgottenLogs.isEmpty && !isFirst }

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

    var timedSlices: [TimedSlice] { Array(slices.values) }
}
