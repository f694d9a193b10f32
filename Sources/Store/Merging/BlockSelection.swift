import RequestLog
import RollingWindow
import Snapshots

/// The blocks of one file of several directories, and which of them a merge keeps.
///
/// Left out are those that another block of the same store contains. A total of an hour or a day contains all slices of
/// it, which are kept beside it: they are compared among themselves.
struct BlockSelection {
    private var frames: [Frame] = []
    private var headers: [BlockHeader] = []
    private var dropped: Set<Int> = []

    /// A slice of this width holds what commits brought; wider ones are made of these.
    private static let commitWidth = Timestamp.Span.seconds(10)

    mutating func add(_ frame: Frame) {
        guard let header = try? BlockHeader(frame) else { return }
        frames.append(frame)
        headers.append(header)
    }

    var count: Int { frames.count - dropped.count }

    /// Leaves out slices that reach beyond a commit: up to it, the journal had the same.
    mutating func drop(commitsOf storeID: StoreID, after sequence: UInt64) {
        for (place, header) in headers.enumerated()
        where header.storeID == storeID && header.commits.through > sequence
            && header.stretch.width <= BlockSelection.commitWidth
        {
            dropped.insert(place)
        }
    }

    /// In the order in which they came. Blocks that contradict each other stay: whoever reads them says so.
    var chosen: [Frame] {
        var chosen: [Int] = []
        let places = headers.indices.filter { !dropped.contains($0) }
        for (_, alike) in Dictionary(grouping: places, by: { layer(headers[$0]) }) {
            var merge = SnapshotMerge()
            for place in alike { merge.add(headers[place]) }
            let decision = merge.decide()
            chosen += (decision.counted + decision.conflicts.map(\.ignored)).map { alike[$0] }
        }
        return chosen.sorted().map { frames[$0] }
    }

    private func layer(_ header: BlockHeader) -> Int {
        let width = header.stretch.width
        return width < DataDirectory.hour ? 0 : width < DataDirectory.day ? 1 : 2
    }
}
