import Files
import SystemPackage

/// The processors that this process may run on.
package enum Processors {
    /// As the kernel says (`taskset` and cgroups' sets of processors count); 1 where it does not.
    package static func allowed() -> Int {
        guard let file = try? RealFileSystem().open("/proc/self/status", .read),
            let bytes = try? file.bytes(at: 0, count: 16 << 10)
        else { return 1 }
        return count(inStatus: String(decoding: bytes, as: UTF8.self)) ?? 1
    }

    /// From a mask in hexadecimal, in groups behind commas: `Cpus_allowed:\t0000,0000000f`.
    package static func count(inStatus text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Cpus_allowed:") }) else { return nil }
        let count = line.dropFirst("Cpus_allowed:".count).reduce(0) { $0 + ($1.hexDigitValue?.nonzeroBitCount ?? 0) }
        return count > 0 ? count : nil
    }
}
