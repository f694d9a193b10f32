package import SystemPackage

/// How far one log has been read, and how to find that log again under whatever name it has by then.
///
/// A log is its content, not its path: the fingerprint decides; device and inode only say where to look first.
/// All offsets are in uncompressed bytes.
package struct LogPosition: Equatable, Sendable {
    /// The agent's own number for this log; never used twice within one data directory.
    package var log: UInt32
    /// The path as it was last seen (a rotated or compressed sibling's once it has moved).
    package var path: FilePath
    /// The input that the log belongs to, as the user wrote it: a path or a glob.
    package var input: String
    package var device: UInt64
    package var inode: UInt64
    /// Every byte before this one has been handed on; it is the beginning of a line.
    package var offset: UInt64
    package var fingerprint: Fingerprint
    /// Nothing more is expected: the log was rotated away and read to its end.
    package var finished: Bool
    /// It was there before the agent and nothing of it was counted: known so that it is not taken for something new.
    package var passedOver = false
    /// The checksums of the first 2^k bytes from `FingerprintBuilder.leastBeginning` on, as far as they were consumed:
    /// a copy that is shorter than what was consumed is recognised by them.
    package var beginnings: [UInt64] = []

    package init(
        log: UInt32, path: FilePath, input: String, device: UInt64, inode: UInt64, offset: UInt64,
        fingerprint: Fingerprint, finished: Bool
    ) {
        self.log = log
        self.path = path
        self.input = input
        self.device = device
        self.inode = inode
        self.offset = offset
        self.fingerprint = fingerprint
        self.finished = finished
    }
}
