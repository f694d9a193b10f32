import Comparison
package import Files
package import Store
package import SystemPackage

/// Several data directories into a new one: what `plumbline snapshots merge` does.
///
/// Everything is written into `OUT.merging`, which becomes OUT by one rename when it is complete and on the disk. After
/// a failure its files are deleted; after a kill they lie there, and the next merge into OUT begins anew.
package struct MergeRun {
    package struct Result: Sendable {
        package var report: DirectoryMerge.Report
        /// Places that could not be read, one line each; what is whole around them is in the result.
        package var damages: [String]
    }

    package typealias Progress = (_ done: UInt64, _ all: UInt64) -> Void

    private let fileSystem: any FileSystem
    private let output: FilePath
    private let staging: DataDirectory

    package init(into output: FilePath, _ fileSystem: any FileSystem) {
        self.fileSystem = fileSystem
        self.output = output
        staging = DataDirectory(FilePath(output.string + ".merging"))
    }

    package func run(_ inputs: [FilePath], progress: Progress) throws(RunFailure) -> Result {
        try expectNothing()
        var merge = DirectoryMerge(fileSystem)
        for input in inputs { try add(input, to: &merge) }
        // Held until the rename: nobody else writes here.
        let lock = try writing { () throws(FileError) in try lockedStaging() }
        guard let lock else {
            throw RunFailure(
                .cannotWrite, "\(staging.path): another merge writes here; wait for its end or choose another --data")
        }
        defer { withExtendedLifetime(lock) {} }
        do throws(RunFailure) {
            try write(&merge, changesOf: inputs, progress)
        } catch {
            try? clearStaging()
            throw error
        }
        return Result(report: merge.report, damages: merge.damages.map { "\($0)" })
    }

    /// OUT must not be there yet, or be an empty directory.
    private func expectNothing() throws(RunFailure) {
        do throws(FileError) {
            if try fileSystem.metadata(of: output).kind == .directory {
                let names = try fileSystem.names(in: output)
                if names.isEmpty { return }
            }
        } catch {
            if error.errno == .noSuchFileOrDirectory { return }
            throw RunFailure(.cannotWrite, "\(error); nothing was written")
        }
        throw RunFailure(
            .cannotWrite,
            "\(output): expected a directory that is empty or not there yet, found something; a merge never adds to "
                + "what is there: choose another --data, and give this one as an input if it belongs to the sum")
    }

    private func add(_ input: FilePath, to merge: inout DirectoryMerge) throws(RunFailure) {
        do throws(FileError) {
            guard try fileSystem.metadata(of: input).kind == .directory else {
                throw FileError(.open, input, .notDirectory)
            }
        } catch {
            if error.errno == .notDirectory {
                throw RunFailure(.missingInput, "\(input): expected a data directory, found something else")
            }
            throw RunFailure(input: error)
        }
        let hasContent: Bool
        do throws(StoreError) { hasContent = try merge.add(input) } catch { throw RunFailure(snapshots: error) }
        guard hasContent else {
            throw RunFailure(
                .missingInput,
                "\(input): expected a data directory (with journal/ or snapshots/), found a directory without snapshots"
            )
        }
    }

    private func write(
        _ merge: inout DirectoryMerge, changesOf inputs: [FilePath], _ progress: Progress
    ) throws(RunFailure) {
        let all = merge.bytesToRead
        var generator = SystemRandomNumberGenerator()
        do throws(StoreError) {
            try merge.write(to: staging.path, generator: &generator) { progress($0, all) }
        } catch {
            if case .newerVersion = error { throw RunFailure(.damagedData, "\(error)") }
            throw RunFailure(.cannotWrite, "cannot write \(output): \(error)")
        }
        try carryChanges(of: inputs)
        try writing { () throws(FileError) in
            try fileSystem.rename(staging.path, to: output)
            try fileSystem.synchronizeDirectory(output.removingLastComponent())
        }
    }

    /// The change records of all inputs: of copies the one that knows more, of different ones with one name all.
    private func carryChanges(of inputs: [FilePath]) throws(RunFailure) {
        let target = ChangeDesk(staging.path, fileSystem)
        for input in inputs {
            for record in try ChangeDesk(input, fileSystem).listing().records { try target.adopt(record) }
        }
    }

    /// Nil when somebody else has it.
    private func lockedStaging() throws(FileError) -> (any OpenFile)? {
        try fileSystem.createDirectory(staging.path)
        let lock = try fileSystem.open(staging.lock, .append)
        guard try lock.tryLock() else { return nil }
        try clearStaging()
        return lock
    }

    /// What a merge that was killed, or has failed, has left behind.
    private func clearStaging() throws(FileError) {
        for folder in [staging.snapshots, staging.journal, staging.origins, staging.changes, staging.holds] {
            do throws(FileError) {
                for name in try fileSystem.names(in: folder) { try fileSystem.remove(folder.appending(name)) }
            } catch {
                if error.errno != .noSuchFileOrDirectory { throw error }
            }
        }
    }

    private func writing<Value>(_ body: () throws(FileError) -> Value) throws(RunFailure) -> Value {
        do throws(FileError) {
            return try body()
        } catch {
            throw RunFailure(
                .cannotWrite, "cannot write \(output): \(error); nothing else was changed, safe to try again")
        }
    }
}
