package import Files
package import SystemPackage

/// Which calls of the program under test fail, and how.
package struct FaultPlan: Sendable {
    /// A fault that stays until it is taken away.
    package struct Standing: Sendable {
        /// Nil means every operation.
        package var operation: FileError.Operation?
        /// Nil means every path; otherwise the path itself or what lies below it.
        package var path: FilePath?
        package var errno: Errno

        package init(_ operation: FileError.Operation?, _ path: FilePath?, _ errno: Errno) {
            self.operation = operation
            self.path = path
            self.errno = errno
        }
    }

    /// Calls made so far, failed ones included.
    package private(set) var calls = 0
    /// Call number (counted from 1) → what it fails with.
    package var failures: [Int: Errno] = [:]
    package var standing: [Standing] = []
    /// Writes beyond this many bytes in all files together end with `noSpace`; nil means a disk without end.
    package var capacityBytes: Int?

    package init() {}

    /// Fails the n-th call from now; 1 is the next one.
    package mutating func failCall(_ number: Int, with errno: Errno) { failures[calls + number] = errno }

    mutating func check(_ operation: FileError.Operation, _ path: FilePath) throws(FileError) {
        calls += 1
        if let errno = failures.removeValue(forKey: calls) { throw FileError(operation, path, errno) }
        for fault in standing where fault.operation == nil || fault.operation == operation {
            if let prefix = fault.path, !path.starts(with: prefix) { continue }
            throw FileError(operation, path, fault.errno)
        }
    }
}
