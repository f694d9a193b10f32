import CScan
import Glibc

/// A small `NameCache` for the texts that stand in nearly every line: up to 64 bytes, compared without a branch on what
/// is in them. It stands in front of the large one and is never emptied; what it has no room for is found there.
struct WideNames: ~Copyable {
    /// Half of the places stay empty, so a search is short.
    private static let limit = Int(CSCAN_NAME_PLACES) / 2

    /// For `cscan_names`.
    let entries: UnsafeMutablePointer<cscan_known_name>
    private var filled = 0

    init() {
        // Zeroed by the kernel, a page at a time as names come: an entry of no bytes is empty.
        entries = calloc(Int(CSCAN_NAME_PLACES), MemoryLayout<cscan_known_name>.stride)!
            .assumingMemoryBound(to: cscan_known_name.self)
    }

    deinit { free(entries) }

    /// `ByteRun.padding` bytes behind the run are readable.
    mutating func insert(_ run: ByteRun, value: UInt32) {
        guard (1...Int(CSCAN_NAME_BYTES)).contains(run.count), filled < WideNames.limit else { return }
        filled += Int(cscan_remember_name(entries, run.start, run.count, value))
    }
}
