import Files
import Store
import SystemPackage
import TestSupport

/// The files of a data directory in one input, each behind a line that says which: `#segment`, `#hour` or `#store`.
struct DataFiles {
    private static let directory: FilePath = "/var/lib/plumbline"
    private static let markers = ["#segment\n", "#hour\n", "#store\n"].map { Array($0.utf8) }

    private var files: [(path: FilePath, bytes: [UInt8])] = []

    init(_ input: [UInt8]) {
        var kind = 0
        var content: [UInt8] = []
        var rest = input[...]
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "#"), let next = Self.markers.firstIndex(where: { rest.starts(with: $0) }) {
                add(kind, content)
                content = []
                kind = next
                rest = rest.dropFirst(Self.markers[next].count)
            } else {
                content.append(rest.removeFirst())
            }
        }
        add(kind, content)
    }

    private mutating func add(_ kind: Int, _ content: [UInt8]) {
        guard !content.isEmpty, files.count < 10 else { return }
        let path: FilePath
        switch kind {
        case 0: path = Self.directory.appending("journal").appending("000000000\(files.count).plj")
        case 1: path = Self.directory.appending("snapshots").appending("2025-11-22T\(10 + files.count).plb")
        default: path = Self.directory.appending("store")
        }
        files.append((path, content))
    }

    func write(to disk: SimulatedFileSystem) {
        for file in files {
            disk.truncate(file.path)
            disk.write(file.bytes, to: file.path)
        }
    }

    /// `snapshots verify` has a word on each of them.
    func checkReports(of disk: SimulatedFileSystem) {
        for file in files where file.path.extension != nil {
            do throws(StoreError) {
                let report = try SnapshotFileReport(disk, file.path)
                precondition(report.bytes == UInt64(file.bytes.count), "a report on another file")
            } catch {
                preconditionFailure("a disk without faults: \(error)")
            }
        }
    }
}
