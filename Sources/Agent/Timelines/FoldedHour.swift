import Exposition
import RequestLog
import RollingWindow
import Snapshots
import Store

/// One hour of one source in the steps of a timeline: the sums of each series, packed, whatever they were made of.
///
/// Blocks are only ever added. It says which ones it holds, so that what comes late costs no more than itself, and what
/// is not there any more as it was makes it invalid.
struct FoldedHour: Sendable {
    struct Step: Sendable {
        let start: Timestamp
        /// Of the widest block in it.
        fileprivate(set) var width: Timestamp.Span
        fileprivate(set) var series = PackedSeries()
    }

    /// What it was read from, once it is all of it and nothing of that is in the journal.
    var sources: SnapshotReader.HourSources?
    private(set) var blocks: Set<BlockIdentity> = []
    private(set) var routes: Set<NameID> = []
    private var byStart: [Timestamp: Step] = [:]

    var steps: [Step] { byStart.values.sorted { $0.start < $1.start } }

    /// About what it takes in memory.
    var byteCount: Int {
        let tables = blocks.count * 2 * MemoryLayout<BlockIdentity>.stride + routes.count * 16 + 256
        return byStart.values.reduce(tables) { $0 + $1.series.byteCount + 2 * MemoryLayout<Step>.stride }
    }

    /// Takes in the blocks that it does not have.
    ///
    /// - Parameters:
    ///   - reader: counted them.
    ///   - step: divides an hour.
    ///   - names: what its identifiers are of.
    ///   - isWanted: asked before every block; false ends it early.
    mutating func add(
        _ counted: [CountedBlock], of reader: inout SnapshotReader, step: Timestamp.Span, source: String,
        names: inout Names, while isWanted: () -> Bool
    ) {
        let new = counted.filter { !blocks.contains($0.identity) }
        // One step after the other: only what is added up at the time is in memory as it is.
        let byStep = Dictionary(grouping: new) { $0.header.stretch.start.floored(to: step) }
        var tables = BlockReader()
        for (start, counted) in byStep.sorted(by: { $0.key < $1.key }) {
            var series: [SeriesKey: Cell] = [:]
            var width = byStart[start]?.width ?? step
            for block in counted {
                guard isWanted() else { break }
                blocks.insert(block.identity)
                width = max(width, block.header.stretch.width)
                guard (try? tables.read(reader.open(block), names: &names)) != nil else { continue }
                add(tables.columns, of: names.find(source), to: &series)
            }
            routes.formUnion(series.keys.lazy.map(\.route))
            byStart[start, default: Step(start: start, width: width)].width = width
            if !series.isEmpty { byStart[start]!.series.append(series) }
        }
    }

    /// What is left of it for questions that look at nothing but a group: a few rows instead of every series.
    func sums(by grouping: TimelineGrouping?) -> FoldedHour {
        var sums = FoldedHour()
        sums.sources = sources
        for (start, step) in byStart {
            var series: [SeriesKey: Cell] = [:]
            step.series.forEachCell { key, cell in
                series[TimelineGrouping.essence(of: key, by: grouping), default: Cell()].add(cell)
            }
            sums.routes.formUnion(series.keys.lazy.map(\.route))
            var sum = Step(start: start, width: step.width)
            sum.series.append(series)
            sums.byStart[start] = sum
        }
        return sums
    }

    private func add(_ columns: SeriesColumns, of source: NameID?, to series: inout [SeriesKey: Cell]) {
        for row in 0..<columns.count where columns.keys[row].source == source {
            var key = columns.keys[row]
            // A timeline does not tell them apart.
            (key.source, key.version) = (.none, .none)
            series[key, default: Cell()].add(columns.cell(row))
        }
    }
}
