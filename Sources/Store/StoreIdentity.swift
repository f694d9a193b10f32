import Files
import RollingWindow
import Snapshots
import SystemPackage

/// The file `store`: the identity, in a checksummed record.
enum StoreIdentity {
    /// Nil when there is none; damage when it cannot be read.
    static func read(
        _ fileSystem: any FileSystem, _ directory: DataDirectory
    ) throws(StoreError) -> Result<StoreID, StoreDamage>? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try fileSystem.open(directory.identity, .read).bytes(at: 0, count: 4096)
        } catch {
            if error.errno == .noSuchFileOrDirectory { return nil }
            throw .file(error)
        }
        do throws(SnapshotError) {
            let frame = try Frame(bytes, of: [.identity])
            var reader = ByteReader(frame.body)
            do throws(DecodingFailure) {
                return .success(StoreID(high: try reader.fixed64(), low: try reader.fixed64()))
            } catch {
                throw SnapshotError(frame.kind.name, error)
            }
        } catch {
            if error.kind == .newerVersion { throw .newerVersion(directory.identity, error) }
            return .failure(StoreDamage(path: directory.identity, error: error, wholeBefore: 0))
        }
    }

    /// Appears under its name whole or not at all.
    static func write(_ storeID: StoreID, _ fileSystem: any FileSystem, _ directory: DataDirectory) throws(StoreError) {
        var writer = ByteWriter()
        writer.fixed(storeID.high)
        writer.fixed(storeID.low)
        let bytes: [UInt8]
        do throws(SnapshotError) { bytes = try Frame(.identity, body: writer.bytes).bytes } catch {
            throw .tooLarge(error)
        }
        try storing { () throws(FileError) in
            let temporary = FilePath(directory.identity.string + ".tmp")
            let file = try fileSystem.open(temporary, .replace)
            try file.append(bytes)
            try file.synchronize()
            try fileSystem.rename(temporary, to: directory.identity)
            try fileSystem.synchronizeDirectory(directory.path)
        }
    }
}
