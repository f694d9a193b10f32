import Exposition
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage

/// What a timeline of older days is made of: snapshots and the journal, as they are on the disk.
struct SnapshotSource {
    let fileSystem: any FileSystem
    let directory: FilePath
    /// Those of the agent, so that old routes read as they do now.
    var names: Names

    /// Takes in what is kept of the timeline's stretch, block by block; widens the timeline where only wide slices are left.
    ///
    /// - Parameter isWanted: asked before every block; false ends it early.
    mutating func read(
        into timeline: inout Timeline, source: String, route: String?, while isWanted: () -> Bool
    ) throws(StoreError) -> Timestamp? {
        var reader = SnapshotReader(fileSystem)
        try reader.add(directory: directory)
        let (from, to) = (timeline.from, timeline.to)
        // Totals of hours and days serve where nothing finer is asked for.
        let detail: SnapshotReader.Detail = timeline.step >= DataDirectory.hour ? .coarsest : .finest
        var coarser = names.coarsened()
        var known = names.count
        var tables = BlockReader()
        let hours = reader.hours
        for hour in hours where hour < to && hour + DataDirectory.day > from {
            for counted in try reader.counted(in: hour, from: from, to: to, detail) {
                guard isWanted() else { return hours.first }
                let header = counted.header
                guard header.stretch.start >= from, header.stretch.start < to,
                    (try? tables.read(reader.open(counted), names: &names)) != nil
                else { continue }
                if names.count != known {
                    coarser = names.coarsened()
                    known = names.count
                }
                timeline.widen(to: header.stretch.end - header.stretch.start)
                let source = names.find(source)
                let route = route.map { names.find($0) }
                let columns = tables.columns
                for row in 0..<columns.count where columns.keys[row].source == source {
                    var key = columns.keys[row]
                    key.route = coarser[key.route] ?? key.route
                    if let route, key.route != route { continue }
                    timeline.add(columns.cell(row), of: key, at: header.stretch.start)
                }
            }
        }
        return hours.first
    }
}
