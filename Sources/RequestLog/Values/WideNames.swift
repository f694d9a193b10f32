import CScan
import Glibc

/// A small `NameCache` for the texts that stand in nearly every line: up to 64 bytes, compared without a branch on what
/// is in them. It stands in front of the large one and is never emptied; what it has no room for is found there.
struct WideNames: ~Copyable {
    private struct Entry {
        var text: InlineArray<8, UInt64>
        var ends: UInt64
        var count: UInt32
        var value: UInt32
    }

    private static let placeBits: UInt64 = 10
    /// Half of the places stay empty, so a search is short.
    private static let limit = 1 << (placeBits - 1)
    static let longest = 64

    private let entries: UnsafeMutablePointer<Entry>
    private var filled = 0

    init() {
        // Zeroed by the kernel, a page at a time as names come: an entry of no bytes is empty.
        entries = calloc(1 << Int(WideNames.placeBits), MemoryLayout<Entry>.stride)!.assumingMemoryBound(to: Entry.self)
    }

    deinit { free(entries) }

    /// The first and the last eight bytes tell most names apart; where there are fewer, all of them.
    @inline(__always)
    private static func ends(_ run: ByteRun) -> UInt64 {
        if run.count >= 8 {
            return cscan_word(run.start) ^ (cscan_word(run.end - 8) &* 0x9e37_79b9_7f4a_7c15)
        }
        return cscan_word(run.start) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* run.count)
    }

    @inline(__always)
    private static func place(_ ends: UInt64, _ count: Int) -> Int {
        let product = (ends ^ UInt64(truncatingIfNeeded: count)) &* 0xd6e8_feb8_6659_fd93
        let mixed = (product ^ (product &>> 32)) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: mixed &>> (64 &- placeBits))
    }

    /// The value remembered for these bytes; 64 are readable.
    @inline(__always)
    func find(_ run: ByteRun) -> UInt32? {
        guard UInt(bitPattern: run.count &- 1) < UInt(WideNames.longest) else { return nil }
        let ends = WideNames.ends(run)
        var place = WideNames.place(ends, run.count)
        while true {
            let entry = entries + place
            if entry.pointee.count == 0 { return nil }
            if entry.pointee.ends == ends, Int(entry.pointee.count) == run.count,
                cscan_same64(UnsafeRawPointer(entry).assumingMemoryBound(to: UInt8.self), run.start, run.count) != 0
            {
                return entry.pointee.value
            }
            place = (place &+ 1) & (1 &<< Int(WideNames.placeBits) &- 1)
        }
    }

    mutating func insert(_ run: ByteRun, value: UInt32) {
        guard (1...WideNames.longest).contains(run.count), filled < WideNames.limit, find(run) == nil else { return }
        let ends = WideNames.ends(run)
        var place = WideNames.place(ends, run.count)
        while entries[place].count != 0 { place = (place + 1) & (1 << Int(WideNames.placeBits) - 1) }
        entries[place].ends = ends
        entries[place].count = UInt32(run.count)
        entries[place].value = value
        UnsafeMutableRawPointer(entries + place).copyMemory(from: run.start, byteCount: run.count)
        filled += 1
    }
}
