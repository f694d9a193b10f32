import Files
import RequestLog
package import Snapshots
import SystemPackage

/// What one store has committed about its logs, as of one of its commits.
package struct StoreState: Sendable {
    package var storeID: StoreID
    /// Of the last commit.
    package var sequence: UInt64
    package var inputs: [InputState]
    package var extras: [String: [UInt8]]

    init(_ storeID: StoreID, _ state: CommittedState) {
        self.storeID = storeID
        sequence = state.sequence
        inputs = state.inputs.values.sorted { $0.position.log < $1.position.log }
        extras = state.extras
    }
}

/// The states of the stores that a directory was merged from: `origins/0000000001.plj` and so on, a checkpoint each, in
/// the order in which they were met.
///
/// The directory's own journal knows the same logs, so that they are not counted again, with empty ledgers; theirs are
/// here, unchanged, so that the newest state of a store can be told wherever else it turns up.
enum Origins {
    static func read(
        _ fileSystem: any FileSystem, _ directory: DataDirectory, names: inout Names,
        _ body: (StoreID, CommittedState) -> Void
    ) throws(StoreError) -> [StoreDamage] {
        var damages: [StoreDamage] = []
        let files = try fileSystem.namesIfThere(in: directory.origins)
        for name in files.sorted() where DataDirectory.number(ofSegment: name) != nil {
            let path = directory.origins.appending(name)
            let file = try storing { () throws(FileError) in try fileSystem.open(path, .read) }
            let length = try storing { () throws(FileError) in try file.metadata().size }
            var frames = FrameSequence(length: length, of: [.checkpoint])
            let frame = try storing { () throws(FileError) in
                try frames.next { offset, count throws(FileError) in try file.bytes(at: offset, count: count) }
            }
            if let failure = frames.failure {
                if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
                damages.append(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
            }
            guard let frame else { continue }
            do throws(SnapshotError) {
                let storeID = try CheckpointRecord.head(frame).storeID
                body(storeID, try CheckpointRecord.decode(frame, limit: .max, names: &names))
            } catch {
                damages.append(StoreDamage(path: path, error: error, wholeBefore: 0))
            }
        }
        return damages
    }
}
