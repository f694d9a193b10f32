package import Exposition
package import Files
import RequestLog
import RollingWindow
import Snapshots
import Store

/// The slices in data directories and snapshot files as rows: what `plumbline snapshots export` writes.
///
/// What stands in several inputs counts once, and slices of several stores are added, so every request is in exactly
/// one row. In memory are the packed blocks of one hour and one slice of them unpacked.
package struct ExportRun {
    /// Places that could not be read, one line each; what is whole around them was written.
    package var damages: [String] { reader.damages.map { "\($0)" } + unreadable }

    private let export: SliceExport
    private let span: EventSpan
    private var reader: SnapshotReader
    private var unreadable: [String] = []
    private var hours: [Timestamp] = []
    private var hour = Timestamp(seconds: 0)
    /// What is left of the hour, in the order of time: the blocks of one slice each.
    private var slices: [[CountedBlock]] = []
    private var names = Names()
    private var hasHeader = false

    package init(
        _ inputs: [String], as export: SliceExport, span: EventSpan = EventSpan(), fileSystem: any FileSystem
    ) throws(RunFailure) {
        self.export = export
        self.span = span
        reader = SnapshotReader(fileSystem)
        for input in inputs { try reader.add(input: input, fileSystem) }
        hours = reader.hours.filter { $0 + DataDirectory.hour > span.from && $0 < span.to }.reversed()
    }

    /// The next bytes to write; nil at the end.
    package mutating func next() throws(RunFailure) -> [UInt8]? {
        if !hasHeader {
            hasHeader = true
            return export.header
        }
        while true {
            while slices.isEmpty {
                guard let next = hours.popLast() else { return nil }
                hour = next
                slices = try slices(in: hour).reversed()
                // Hours do not share texts in memory: over months they may have millions.
                names = Names()
            }
            let rows = rows(slices.removeLast())
            if !rows.isEmpty { return rows }
        }
    }

    /// Slices are cut by the span as wholes: those that begin inside count.
    private mutating func slices(in hour: Timestamp) throws(RunFailure) -> [[CountedBlock]] {
        let blocks: [CountedBlock]
        do throws(StoreError) {
            let (from, to) = (span.isLimited ? span.from : nil, span.isLimited ? span.to : nil)
            blocks = try reader.counted(in: hour, from: from, to: to, .finest)
        } catch {
            throw RunFailure(snapshots: error)
        }
        var slices: [Stretch: [CountedBlock]] = [:]
        for block in blocks {
            let stretch = block.header.stretch
            guard stretch.start >= span.from, stretch.start < span.to else { continue }
            slices[stretch, default: []].append(block)
        }
        return slices.sorted { $0.key < $1.key }.map(\.value)
    }

    private mutating func rows(_ blocks: [CountedBlock]) -> [UInt8] {
        var slice: Slice?
        for counted in blocks {
            do throws(SnapshotError) {
                let block = try reader.open(counted).block(names: &names)
                if slice?.add(block.slice) == nil { slice = block.slice }
            } catch {
                unreadable.append("a block of the hour \(hour): \(error)")
            }
        }
        guard let slice else { return [] }
        return export.rows(slice, names: names)
    }
}
