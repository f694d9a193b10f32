package import Files
import SystemPackage

/// The change records of a data directory: `changes/ID.json`, one file each.
///
/// A record is replaced by one rename, so whoever reads finds the old one or the new one, beside a running agent and after
/// a kill. Whoever reads a record in order to replace it holds `changes/lock` meanwhile. What stands in a record is not
/// the store's business.
package struct ChangeFiles: Sendable {
    package struct Content: Sendable {
        /// By identifier.
        package var records: [String: [UInt8]] = [:]
        /// Files that cannot be read, one line each.
        package var unreadable: [String] = []
    }

    package let directory: DataDirectory
    private let fileSystem: any FileSystem

    /// A longer file is no record.
    package static let longestRecord = 1 << 20
    /// Further ones are not read, and counted as unreadable.
    package static let mostRecords = 10_000
    private static let suffix = ".json"

    package init(_ directory: DataDirectory, _ fileSystem: any FileSystem) {
        self.directory = directory
        self.fileSystem = fileSystem
    }

    /// Letters, digits, `-`, `_` and `.`, beginning with a letter or digit.
    package static func isName(_ id: String) -> Bool { Holds.isName(id) && id != "lock" }

    package func path(_ id: String) -> String { directory.change(id).string }

    /// Every record that can be read.
    package func all() throws(StoreError) -> Content {
        var content = Content()
        let names = try fileSystem.namesIfThere(in: directory.changes)
        for name in names.sorted() where name.hasSuffix(ChangeFiles.suffix) {
            let id = String(name.dropLast(ChangeFiles.suffix.count))
            guard ChangeFiles.isName(id) else { continue }
            guard content.records.count < ChangeFiles.mostRecords else {
                content.unreadable.append("\(path(id)): more than \(ChangeFiles.mostRecords) records; not read")
                continue
            }
            do throws(StoreError) {
                if let bytes = try read(id) { content.records[id] = bytes }
            } catch {
                content.unreadable.append("\(error)")
            }
        }
        return content
    }

    /// Nil when there is no such record.
    package func read(_ id: String) throws(StoreError) -> [UInt8]? {
        precondition(ChangeFiles.isName(id), "a record whose name is no name: \(id)")
        return try storing { () throws(FileError) in
            do throws(FileError) {
                // One byte more than any record has is enough to refuse it.
                return try fileSystem.open(directory.change(id), .read)
                    .bytes(at: 0, count: ChangeFiles.longestRecord + 1)
            } catch {
                if error.errno == .noSuchFileOrDirectory { return nil }
                throw error
            }
        }
    }

    /// Durable when it returns.
    package func write(_ id: String, _ bytes: [UInt8]) throws(StoreError) {
        precondition(ChangeFiles.isName(id), "a record whose name is no name: \(id)")
        precondition(bytes.count <= ChangeFiles.longestRecord, "a record that nobody would read")
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.changes)
            try fileSystem.replace(directory.change(id), with: bytes, isDurable: true)
            try fileSystem.synchronizeDirectory(directory.path)
        }
    }

    /// Held until it is released; nil while somebody else has it.
    package func lock() throws(StoreError) -> (any OpenFile)? {
        try storing { () throws(FileError) in
            try fileSystem.createDirectory(directory.changes)
            let file = try fileSystem.open(directory.changesLock, .append)
            return try file.tryLock() ? file : nil
        }
    }
}
