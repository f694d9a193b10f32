import Glibc
import SystemPackage

/// Which file systems are changed by others than this kernel, who change files without a report (proc(5), mountinfo).
struct Mounts {
    private static let remoteTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "virtiofs", "ceph", "afs", "coda", "lustre", "gpfs", "ocfs2",
        "gfs2", "vboxsf", "prl_fs",
    ]
    /// By device number; a device that is not in the table is taken for local.
    private var types: [String: String] = [:]
    private var isRead = false

    /// False when a watch on this path would stay silent about some changes.
    mutating func reportsChanges(_ path: FilePath) -> Bool {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else { return true }
        // glibc's encoding (makedev(3)).
        let number = UInt64(status.st_dev)
        let major = (number >> 8) & 0xfff | (number >> 32) & ~0xfff
        let minor = number & 0xff | (number >> 12) & ~0xff
        let device = "\(major):\(minor)"
        if !isRead || types[device] == nil { read() }
        guard let type = types[device] else { return true }
        return !Self.remoteTypes.contains(type) && !type.hasPrefix("fuse")
    }

    /// A line is `36 35 98:0 /root /mount options optional… - type source super`.
    private mutating func read() {
        isRead = true
        guard let file = fopen("/proc/self/mountinfo", "re") else { return }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var room = 0
        defer { free(line) }
        while getline(&line, &room, file) > 0 {
            guard let line else { return }
            let fields = String(cString: line).split(separator: " ")
            guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            types[String(fields[2])] = String(fields[dash + 1])
        }
    }
}
