package import Files
import RequestLog
import RollingWindow
import Snapshots
package import SystemPackage

/// Several data directories as the content of one new one; it needs no lock of theirs and changes nothing in them.
///
/// Blocks are copied as they are, with those that are only in a journal yet; the ones that another one contains are
/// left out. Of a store that turns up several times, as a copy, the newest state counts. What a running agent commits
/// after its directory was added is not in the result.
package struct DirectoryMerge {
    package struct Report: Equatable, Sendable {
        package var directories = 0
        /// Different ones, those of merged directories included.
        package var stores = 0
        package var files = 0
        package var blocks = 0
        /// Blocks that others contain.
        package var duplicates = 0
        /// Of the blocks that were written.
        package var bytes: UInt64 = 0
    }

    package internal(set) var report = Report()
    package internal(set) var damages: [StoreDamage] = []

    struct Origin {
        var storeID: StoreID
        var state: CommittedState
        /// All commits up to the state's are there: later ones came while the directory was read.
        var isWhole: Bool
        /// Its counters contain those of other stores.
        var isMerged = false
    }

    let fileSystem: any FileSystem
    var names = Names()
    var origins: [Origin] = []
    var extras: [String: [UInt8]] = [:]
    /// Files of blocks by name, and the blocks of journals by the name of the file where they belong.
    var files: [String: [(path: FilePath, bytes: UInt64)]] = [:]
    var journaled: [String: [Frame]] = [:]

    package init(_ fileSystem: any FileSystem) { self.fileSystem = fileSystem }

    /// - Returns: whether there is anything in the directory.
    package mutating func add(_ path: FilePath) throws(StoreError) -> Bool {
        let directory = DataDirectory(path)
        let hasOrigins = try addOrigins(directory)
        let hasState = try addJournal(directory, isMerged: hasOrigins)
        let hasFiles = try addFiles(directory)
        guard hasOrigins || hasState || hasFiles else { return false }
        report.directories += 1
        report.stores = origins.count
        return true
    }

    /// Bytes of the files that `write` reads.
    package var bytesToRead: UInt64 { files.values.joined().reduce(0) { $0 + $1.bytes } }

    /// Writes everything into a directory that nobody else uses; the store's identity comes last.
    ///
    /// - Parameter progress: gets the bytes that have been read so far.
    package mutating func write(
        to path: FilePath, generator: inout some RandomNumberGenerator, progress: (UInt64) -> Void
    ) throws(StoreError) {
        let directory = DataDirectory(path)
        try storing { () throws(FileError) in
            for folder in [directory.snapshots, directory.journal, directory.origins] {
                try fileSystem.createDirectory(folder)
            }
        }
        var done: UInt64 = 0
        for name in Set(files.keys).union(journaled.keys).sorted() {
            try writeBlocks(of: name, to: directory.snapshots.appending(name))
            done += files[name, default: []].reduce(0) { $0 + $1.bytes }
            progress(done)
        }
        let storeID = StoreID.random(using: &generator)
        try writeOrigins(directory)
        try writeJournal(directory, storeID)
        try storing { () throws(FileError) in
            for folder in [directory.snapshots, directory.origins] { try fileSystem.synchronizeDirectory(folder) }
        }
        try StoreIdentity.write(storeID, fileSystem, directory)
    }
}
