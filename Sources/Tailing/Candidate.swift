import Files
import SystemPackage

/// A file that has been opened and of which it is not yet known which log it is.
final class Candidate {
    /// Where it was seen last, and what a file is there.
    var path: FilePath
    var role: Identification.Role
    let input: Int
    let file: any OpenFile
    let key: FileKey
    /// When it was first seen with content, on the monotonic clock.
    var sinceNanoseconds: Int64?
    /// The metadata at the last comparison.
    var compared: FileMetadata?
    /// By its first bytes, as they were then.
    var isGzip = false
    /// The tailer's epoch at the last comparison.
    var epoch = -1
    var waitsOn: UInt32?
    /// How far that log had been read at the last comparison.
    var leaderOffset: UInt64 = 0
    /// Still in the sight of the last look at the names.
    var visible = true
    /// Where else than at the ends of the known logs the fingerprint of its content is wanted, if it is a gzip file.
    var wantedLengths: Set<UInt64> = []
    /// Set while the content of a gzip file is examined.
    var scan: GzipScan?
    /// The path under which a problem was reported that has not gone away.
    var failing: FilePath?

    init(path: FilePath, input: Int, role: Identification.Role, file: any OpenFile, key: FileKey) {
        self.path = path
        self.input = input
        self.role = role
        self.file = file
        self.key = key
    }
}
