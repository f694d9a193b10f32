import Files
import Snapshots
import SystemPackage

/// A walk over a file of blocks.
enum WholeBlocks {
    /// Gives the whole blocks, also those behind damage; returns what was not whole. A file that is gone has none: it was
    /// pruned since it was listed.
    ///
    /// - Parameter lacksItsEnd: whether a block that is cut off at the end is damage; in a file that is being written
    ///   the journal has it.
    static func read(
        _ path: FilePath, _ fileSystem: any FileSystem, lacksItsEnd: Bool, _ body: (Frame, BlockHeader) -> Void
    ) throws(StoreError) -> [StoreDamage] {
        let file: any OpenFile
        let length: UInt64
        do throws(FileError) {
            file = try fileSystem.open(path, .read)
            length = try file.metadata().size
        } catch {
            if error.errno == .noSuchFileOrDirectory { return [] }
            throw .file(error)
        }
        let read = { (offset: UInt64, count: Int) throws(FileError) in try file.bytes(at: offset, count: count) }
        var frames = FrameSequence(length: length, of: [.block])
        var damages: [StoreDamage] = []
        while true {
            while let frame = try storing({ () throws(FileError) in try frames.next(read) }) {
                if let header = try? BlockHeader(frame) { body(frame, header) }
            }
            guard let failure = frames.failure, failure.kind != .torn || lacksItsEnd else { return damages }
            if failure.kind == .newerVersion { throw .newerVersion(path, failure) }
            damages.append(StoreDamage(path: path, error: failure, wholeBefore: frames.count))
            guard try storing({ () throws(FileError) in try frames.skipDamage(read) }) else { return damages }
        }
    }
}
