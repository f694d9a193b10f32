package import Comparison
package import Files
package import RequestLog
package import RollingWindow
import Snapshots
import Store
package import SystemPackage

/// What the snapshots of some time say about a change: the numbers, the evidence for its checklist, the insights.
package struct ChangePeriod: Sendable {
    package private(set) var view: SeriesView
    package private(set) var evidence: ChangeEvidence
    package private(set) var insights: InsightEvidence
    /// Distinct ones.
    package private(set) var slices = 0
    /// How the log was read, where the data directory says so.
    package private(set) var format: String?
    package private(set) var configuration: String?
    /// Places that could not be read, one line each.
    package private(set) var damages: [String] = []

    /// Slices that begin in the time count as wholes.
    package init(
        _ path: FilePath, from: Timestamp, to: Timestamp, source wanted: String? = nil, names: inout Names,
        _ fileSystem: any FileSystem
    ) throws(RunFailure) {
        var reader = SnapshotReader(fileSystem)
        do throws(StoreError) { try reader.add(directory: path) } catch { throw RunFailure(snapshots: error) }
        guard !reader.isEmpty else {
            throw RunFailure(
                .missingInput,
                "\(path): expected a data directory (with journal/ or snapshots/), found a directory without snapshots")
        }
        let primary = reader.extras["primary"].map { String(decoding: $0, as: UTF8.self) }
        let source = names.intern(wanted ?? primary ?? "main")
        format = reader.extras["formats"].map { String(decoding: $0, as: UTF8.self) }
        configuration = reader.extras["configuration"].map { String(decoding: $0, as: UTF8.self) }
        var (series, stretches): ([SeriesKey: Cell], Set<Stretch>) = ([:], [])
        var (evidence, insights) = (ChangeEvidence(source: source), InsightEvidence(source: source))
        var (first, last): (Timestamp?, Timestamp?)
        do throws(StoreError) {
            try reader.forEachBlock(from: from, to: to, .finest, names: &names) { block in
                guard block.header.stretch.start >= from, block.header.stretch.start < to else { return }
                guard block.series.keys.contains(where: { $0.source == source }) else { return }
                evidence.add(block.slice)
                insights.add(block.slice)
                stretches.insert(block.header.stretch)
                first = min(first ?? block.header.firstEvent, block.header.firstEvent)
                last = max(last ?? block.header.lastEvent, block.header.lastEvent)
                for (key, cell) in block.series where key.source == source { series[key, default: Cell()].add(cell) }
            }
        } catch {
            throw RunFailure(snapshots: error)
        }
        damages = reader.damages.map { "\($0)" }
        slices = stretches.count
        let coarser = names.coarsened()
        self.evidence = evidence.rerouted(coarser)
        self.insights = insights.rerouted(coarser)
        view = SeriesView(from: first, to: last, primary: source, names: names, series: series.rerouted(coarser))
    }

    package var requests: UInt64 { evidence.requests }

    /// As a change record keeps it.
    package func baseline(from: Timestamp, to: Timestamp, routes: [String]) -> ChangeBaseline {
        let found = Insights(insights, names: view.names)
        let named = Set(routes.compactMap(view.names.find))
        let isWanted = { (path: RequestPath) in routes.isEmpty || named.contains(path.route) }
        let sentences =
            found.calls.findings.filter { isWanted($0.calls.kind.path) }.map(\.reason)
            + found.predictability.filter { isWanted($0.path) }.map(\.reason)
        return ChangeBaseline(
            from: from, to: to, requests: requests, slices: slices, source: view.names[view.primary], format: format,
            configuration: configuration, numbers: ChangeBaseline.Numbers.table(view, routes: routes),
            insights: Array(sentences.prefix(ChangeBaseline.mostInsights)))
    }
}
