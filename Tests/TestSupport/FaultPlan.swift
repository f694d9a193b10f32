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
        /// Reading goes on; what would change the disk fails.
        package var onlyChanges: Bool

        package init(
            _ operation: FileError.Operation?, _ path: FilePath?, _ errno: Errno, onlyChanges: Bool = false
        ) {
            self.operation = operation
            self.path = path
            self.errno = errno
            self.onlyChanges = onlyChanges
        }
    }

    /// Calls made so far, failed ones included.
    package private(set) var calls = 0
    /// Calls that the plan made fail.
    package private(set) var failed = 0
    /// Call number (counted from 1) → what it fails with.
    package var failures: [Int: Errno] = [:]
    package var standing: [Standing] = []
    /// What could not be synced is called clean and never written, as Linux does since 4.13.
    package var dropsPagesOnFailedSync = false
    /// Writes beyond this many bytes in all files together end with `noSpace`; nil means a disk without end.
    package var capacityBytes: Int?
    /// From this call on (counted like `calls`) the program is dead: it changes and learns nothing any more.
    package private(set) var deathCall: Int?
    /// At this call the disk is photographed, before the call.
    package private(set) var photographCall: Int?

    package init() {}

    /// Fails the n-th call from now; 1 is the next one.
    package mutating func failCall(_ number: Int, with errno: Errno) { failures[calls + number] = errno }

    /// Kills the program in its n-th call from now: a write happens by half, anything else not at all.
    package mutating func dieAtCall(_ number: Int) { deathCall = calls + number }

    /// Keeps the disk as it is at the n-th call from now.
    package mutating func photographCall(_ number: Int) { photographCall = calls + number }

    /// The next program lives.
    package mutating func revive() { deathCall = nil }

    /// The program died in a call before this one.
    var isDead: Bool { deathCall.map { calls > $0 } ?? false }
    package var hasDied: Bool { deathCall.map { calls >= $0 } ?? false }
    var isPhotographed: Bool { photographCall == calls + 1 }

    mutating func check(
        _ operation: FileError.Operation, _ path: FilePath, isChange: Bool = false
    ) throws(FileError) {
        calls += 1
        if let errno = fault(in: operation, path, isChange) {
            failed += 1
            throw FileError(operation, path, errno)
        }
    }

    private mutating func fault(in operation: FileError.Operation, _ path: FilePath, _ isChange: Bool) -> Errno? {
        if let deathCall, calls >= deathCall { return .ioError }
        if let errno = failures.removeValue(forKey: calls) { return errno }
        for fault in standing where fault.operation == nil || fault.operation == operation {
            if fault.onlyChanges && !isChange { continue }
            if let prefix = fault.path, !path.starts(with: prefix) { continue }
            return fault.errno
        }
        return nil
    }
}
