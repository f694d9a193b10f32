package import SystemPackage

/// What the agent asks of a file system, and no more: three implementations answer (the real one, one in memory with
/// crash semantics, one that fails on the n-th call), so the whole agent can be run without a disk.
///
/// Every failure is a `FileError` that names the operation and the path.
package protocol FileSystem: Sendable {
    /// Opens a regular file. A directory, a socket or a device is refused with the errno that says so best.
    func open(_ path: FilePath, _ access: FileAccess) throws(FileError) -> any OpenFile

    /// Follows symbolic links.
    func metadata(of path: FilePath) throws(FileError) -> FileMetadata

    /// The names in a directory, without `.` and `..`, in no particular order.
    func names(in directory: FilePath) throws(FileError) -> [String]

    /// Makes the directory and the ones above it; an existing one is no error.
    func createDirectory(_ path: FilePath) throws(FileError)

    /// Atomic within one directory; an existing target is replaced.
    func rename(_ source: FilePath, to target: FilePath) throws(FileError)

    func remove(_ path: FilePath) throws(FileError)

    /// Makes creations, renames and removals in the directory durable.
    func synchronizeDirectory(_ path: FilePath) throws(FileError)
}

package enum FileAccess: Sendable {
    case read
    /// Created if missing; writes go to the end.
    case append
    /// Created if missing, emptied if not.
    case replace
}

/// An open regular file; closed when released.
package protocol OpenFile: AnyObject, Sendable {
    var path: FilePath { get }

    func metadata() throws(FileError) -> FileMetadata

    /// Reads up to `buffer.count` bytes at `offset`; 0 at or behind the end.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(FileError) -> Int

    /// Appends all bytes or throws; after a throw the end of the file is undefined until `truncate(to:)`.
    func append(_ bytes: UnsafeRawBufferPointer) throws(FileError)

    func truncate(to length: UInt64) throws(FileError)

    /// Returns when the bytes are on the disk (fdatasync).
    func synchronize() throws(FileError)

    /// Takes the exclusive lock of the file without waiting; false when another process has it. Held until release.
    func tryLock() throws(FileError) -> Bool
}

package struct FileMetadata: Equatable, Sendable {
    package enum Kind: Sendable { case regular, directory, other }

    package var kind: Kind
    package var device: UInt64
    package var inode: UInt64
    package var size: UInt64
    /// Nanoseconds since the epoch.
    package var modifiedNanoseconds: Int64

    package init(kind: Kind, device: UInt64, inode: UInt64, size: UInt64, modifiedNanoseconds: Int64) {
        self.kind = kind
        self.device = device
        self.inode = inode
        self.size = size
        self.modifiedNanoseconds = modifiedNanoseconds
    }
}
