package import SystemPackage

/// A file system call that failed: what, where, why.
package struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Operation: String, Sendable {
        case open, stat, list, read, write, truncate, sync, lock, rename, remove
        case createDirectory = "create directory"
    }

    package var operation: Operation
    package var path: FilePath
    package var errno: Errno

    package init(_ operation: Operation, _ path: FilePath, _ errno: Errno) {
        self.operation = operation
        self.path = path
        self.errno = errno
    }

    package var description: String { "cannot \(operation.rawValue) \(path): \(errno)" }
}
