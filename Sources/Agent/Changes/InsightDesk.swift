import Comparison
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import Synchronization
import SystemPackage

/// What the last hour of a running agent says about where to begin, held against the day before it.
///
/// It is read from the data directory, beside the agent, and kept for a moment: a page that asks every second costs one
/// reading a minute.
final class InsightDesk: Sendable {
    private let directory: FilePath
    private let fileSystem: any FileSystem
    private let last = Mutex<(time: Int64, insights: Insights)?>(nil)

    static let window = Timestamp.Span.minutes(60)
    static let earlier = Timestamp.Span.minutes(24 * 60)
    private static let keptNanoseconds: Int64 = 60_000_000_000

    init(_ directory: FilePath, _ fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    func insights(now: Timestamp) throws -> Insights {
        let time = AgentClock.monotonicNanoseconds
        if let last = last.withLock({ $0 }), time - last.time < InsightDesk.keptNanoseconds { return last.insights }
        let insights = try read(now: now)
        last.withLock { $0 = (time, insights) }
        return insights
    }

    private func read(now: Timestamp) throws(StoreError) -> Insights {
        var reader = SnapshotReader(fileSystem)
        try reader.add(directory: directory)
        let primary = reader.extras["primary"].map { String(decoding: $0, as: UTF8.self) } ?? "main"
        var names = Names()
        let source = names.intern(primary)
        let from = now - InsightDesk.window
        var (hour, day) = (InsightEvidence(source: source), InsightEvidence(source: source))
        try reader.forEachBlock(from: from, to: now, .finest, names: &names) { block in
            if block.header.stretch.start >= from { hour.add(block.slice) }
        }
        try reader.forEachBlock(from: from - InsightDesk.earlier, to: from, .coarsest, names: &names) { block in
            if block.header.stretch.end <= from { day.add(block.slice) }
        }
        let coarser = names.coarsened()
        return Insights(hour.rerouted(coarser), earlier: day.rerouted(coarser), names: names)
    }
}
