import Files
import Snapshots
import SystemPackage

/// Empty files in the place of deleted ones, where the marks could not be written: a full disk takes a name when it takes
/// no byte.
///
/// The name has what the marks are to say: `2026-11-22T10.plb.removed-SETTLED-PRUNED`. It goes when they say it.
struct Tombstones: Sendable {
    private(set) var paths: [FilePath] = []
    private var settled: UInt64 = 0
    private var pruned: UInt64 = 0

    var isEmpty: Bool { paths.isEmpty }

    init() {}

    /// Those that are there.
    init(_ fileSystem: any FileSystem, _ directory: DataDirectory) throws(StoreError) {
        for name in try fileSystem.namesIfThere(in: directory.snapshots) {
            guard let (settled, pruned) = Self.numbers(in: name) else { continue }
            paths.append(directory.snapshots.appending(name))
            self.settled = max(self.settled, settled)
            self.pruned = max(self.pruned, pruned)
        }
    }

    /// What the marks would say if they could be written.
    func raise(_ marks: inout Marks) {
        marks.settled = max(marks.settled, settled)
        marks.flushed = max(marks.flushed, settled)
        marks.pruned = max(marks.pruned, pruned)
    }

    /// Renames a file, which deletes it for every reader. Its bytes are still there.
    mutating func add(_ file: FilePath, _ marks: Marks, _ fileSystem: any FileSystem) throws(FileError) {
        let path = FilePath("\(file)\(Self.infix)\(marks.settled)-\(marks.pruned)")
        try fileSystem.rename(file, to: path)
        paths.append(path)
    }

    /// Gives back the room of the last one, whose name must be on the disk.
    func emptyLast(_ fileSystem: any FileSystem) throws(FileError) {
        if let path = paths.last { try fileSystem.open(path, .append).truncate(to: 0) }
    }

    /// Takes them away, when the marks say what they say.
    mutating func remove(_ fileSystem: any FileSystem) throws(FileError) {
        while let path = paths.last {
            try fileSystem.removeIfThere(path)
            paths.removeLast()
        }
    }

    private static let infix = ".removed-"

    private static func numbers(in name: String) -> (settled: UInt64, pruned: UInt64)? {
        let parts = name.split(separator: "-").suffix(2)
        guard parts.count == 2, let settled = UInt64(parts[parts.startIndex]), let pruned = UInt64(parts.last!),
            settled <= SnapshotLimits.lastCommit
        else { return nil }
        let suffix = "\(infix)\(settled)-\(pruned)"
        guard name.hasSuffix(suffix), DataDirectory.isBlockFile(String(name.dropLast(suffix.count))) else { return nil }
        return (settled, pruned)
    }
}
