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
/// reading of an hour a minute, and one of a day every five.
final class InsightDesk: Sendable {
    private struct Kept {
        var last: (time: Int64, insights: Insights)?
        var earlier: Earlier?
        var isReading = false
    }

    /// The day before the hour. What ends while it is kept is in neither.
    private struct Earlier {
        var time: Int64
        var evidence: InsightEvidence
        var names: Names
    }

    private let directory: FilePath
    private let fileSystem: any FileSystem
    private let kept = Mutex(Kept())

    static let window = Timestamp.Span.minutes(60)
    static let day = Timestamp.Span.minutes(24 * 60)
    private static let keptNanoseconds: Int64 = 60_000_000_000
    private static let dayKeptNanoseconds = 5 * keptNanoseconds

    init(_ directory: FilePath, _ fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    func insights(now: Timestamp) throws -> Insights {
        let time = AgentClock.monotonicNanoseconds
        let known = kept.withLock { kept -> Insights? in
            // Who comes while it is read takes what there is.
            if let last = kept.last, kept.isReading || time - last.time < InsightDesk.keptNanoseconds {
                return last.insights
            }
            kept.isReading = true
            return nil
        }
        if let known { return known }
        defer { kept.withLock { $0.isReading = false } }
        let insights = try read(now: now, time)
        kept.withLock { $0.last = (time, insights) }
        return insights
    }

    private func read(now: Timestamp, _ time: Int64) throws(StoreError) -> Insights {
        var reader = SnapshotReader(fileSystem)
        try reader.add(directory: directory)
        let primary = reader.extras["primary"].map { String(decoding: $0, as: UTF8.self) } ?? "main"
        let from = now - InsightDesk.window
        let day = try earlier(&reader, before: from, primary, time)
        var names = day.names
        var hour = InsightEvidence(source: names.intern(primary))
        try reader.forEachBlock(from: from, to: now, .finest, names: &names) { block in
            if block.header.stretch.start >= from { hour.add(block.slice) }
        }
        let coarser = names.coarsened()
        return Insights(hour.rerouted(coarser), earlier: day.evidence.rerouted(coarser), names: names)
    }

    private func earlier(
        _ reader: inout SnapshotReader, before end: Timestamp, _ primary: String, _ time: Int64
    ) throws(StoreError) -> Earlier {
        if let day = kept.withLock({ $0.earlier }), time - day.time < InsightDesk.dayKeptNanoseconds,
            day.names.find(primary) == day.evidence.source
        {
            return day
        }
        var names = Names()
        var evidence = InsightEvidence(source: names.intern(primary))
        try reader.forEachBlock(from: end - InsightDesk.day, to: end, .coarsest, names: &names) { block in
            if block.header.stretch.end <= end { evidence.add(block.slice) }
        }
        let day = Earlier(time: time, evidence: evidence, names: names)
        // Of old logs that are being read there may be more in a moment.
        if evidence.slices > 0 { kept.withLock { $0.earlier = day } }
        return day
    }
}
