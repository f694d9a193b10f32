import Snapshots
import SystemPackage

/// The blocks of the hour files of one day: they are asked for once for the total of the day, and once each by itself.
struct RecentFiles: Sendable {
    typealias Block = (frame: Frame, header: BlockHeader)

    private static let mostBytes = 8 << 20

    private var blocks: [FilePath: [Block]] = [:]
    private var bytes = 0

    subscript(path: FilePath) -> [Block]? { blocks[path] }

    /// Keeps them if there is room.
    mutating func note(_ read: [Block], of path: FilePath) {
        let size = read.reduce(0) { $0 + $1.frame.bytes.count }
        guard bytes + size <= RecentFiles.mostBytes else { return }
        bytes += size
        blocks[path] = read
    }
}
