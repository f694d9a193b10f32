import Glibc
import SystemPackage

/// Repeats a system call while a signal interrupts it.
func retrying<Value: FixedWidthInteger>(_ call: () -> Value) -> Result<Value, Errno> {
    while true {
        let value = call()
        guard value == -1 else { return .success(value) }
        let errno = Errno.current
        guard errno == .interrupted else { return .failure(errno) }
    }
}

extension Result where Failure == Errno {
    /// Why the call failed; nil when it did not.
    var errno: Errno? {
        guard case .failure(let errno) = self else { return nil }
        return errno
    }
}

extension Errno {
    /// The calling thread's last error.
    static var current: Errno { Errno(rawValue: Glibc.errno) }
}

extension FileError {
    /// For calls whose reason is known to be there.
    init(_ operation: Operation, _ path: FilePath, _ errno: Errno?) {
        self.init(operation, path, errno ?? .ioError)
    }
}

extension FileMetadata {
    init(_ status: stat) {
        let kind: Kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        self.init(
            kind: kind, device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: UInt64(status.st_size),
            modifiedNanoseconds: Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec))
    }
}
