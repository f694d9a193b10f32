import Files

/// Which file it is while it exists; another file may have the same key later.
struct FileKey: Hashable {
    var device: UInt64
    var inode: UInt64
}

extension FileMetadata {
    var key: FileKey { FileKey(device: device, inode: inode) }
}
