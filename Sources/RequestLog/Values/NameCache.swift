import CScan

/// From bytes to a small integer, with one probe and one comparison: what stands between a line and a dictionary.
///
/// Open addressing over plain entries; the bytes are kept in one arena. Hash: 64-bit multiply and fold over words.
struct NameCache: ~Copyable {
    private struct Entry {
        var hash: UInt64
        var value: UInt32
        var count: UInt32
        var place: Int
    }

    private var entries: UnsafeMutablePointer<Entry>
    private var mask: Int
    private var filled = 0
    private var arena: UnsafeMutablePointer<UInt8>
    private var arenaCount = 0
    private var arenaCapacity = 4096

    /// Names longer than this all together make the cache start afresh; the values behind them stay what they are.
    static let arenaLimit = 4 << 20

    init() {
        mask = 255
        entries = NameCache.emptyEntries(256)
        arena = .allocate(capacity: arenaCapacity + ByteRun.padding)
    }

    deinit {
        entries.deallocate()
        arena.deallocate()
    }

    private static func emptyEntries(_ count: Int) -> UnsafeMutablePointer<Entry> {
        let entries = UnsafeMutablePointer<Entry>.allocate(capacity: count)
        entries.initialize(repeating: Entry(hash: 0, value: 0, count: .max, place: 0), count: count)
        return entries
    }

    /// The value remembered for these bytes. `ByteRun.padding` bytes behind them must be readable.
    @inline(__always)
    func find(_ run: ByteRun, hash: UInt64) -> UInt32? {
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let entry = entries[place]
            if entry.count == .max { return nil }
            if entry.hash == hash, Int(entry.count) == run.count,
                NameCache.equal(arena + entry.place, run.start, count: run.count)
            {
                return entry.value
            }
            place = (place &+ 1) & mask
        }
    }

    @inline(never)
    mutating func insert(_ run: ByteRun, hash: UInt64, value: UInt32) {
        if arenaCount + run.count > NameCache.arenaLimit { removeAll() }
        if filled * 2 > mask { grow() }
        while arenaCount + run.count > arenaCapacity {
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: arenaCapacity * 2 + ByteRun.padding)
            larger.update(from: arena, count: arenaCount)
            arena.deallocate()
            arena = larger
            arenaCapacity *= 2
        }
        (arena + arenaCount).update(from: run.start, count: run.count)
        place(Entry(hash: hash, value: value, count: UInt32(run.count), place: arenaCount))
        arenaCount += run.count
        filled += 1
    }

    private mutating func place(_ entry: Entry) {
        var place = Int(truncatingIfNeeded: entry.hash) & mask
        while entries[place].count != .max { place = (place &+ 1) & mask }
        entries[place] = entry
    }

    private mutating func grow() {
        let old = entries
        let count = mask + 1
        mask = count * 2 - 1
        entries = NameCache.emptyEntries(count * 2)
        for place in 0..<count where old[place].count != .max { self.place(old[place]) }
        old.deallocate()
    }

    private mutating func removeAll() {
        entries.update(repeating: Entry(hash: 0, value: 0, count: .max, place: 0), count: mask + 1)
        filled = 0
        arenaCount = 0
    }

    @inline(__always)
    private static func equal(_ left: UnsafePointer<UInt8>, _ right: UnsafePointer<UInt8>, count: Int) -> Bool {
        var place = 0
        while place &+ 8 <= count {
            if cscan_word(left + place) != cscan_word(right + place) { return false }
            place &+= 8
        }
        let rest = count &- place
        if rest == 0 { return true }
        return (cscan_word(left + place) ^ cscan_word(right + place)) << UInt64(64 &- 8 &* rest) == 0
    }

    @inline(__always)
    static func hash(_ run: ByteRun) -> UInt64 {
        var state = UInt64(truncatingIfNeeded: run.count) &* 0x9e37_79b9_7f4a_7c15
        var place = 0
        while place &+ 8 <= run.count {
            state = mix(state ^ cscan_word(run.start + place))
            place &+= 8
        }
        let rest = run.count &- place
        if rest > 0 { state = mix(state ^ (cscan_word(run.start + place) << UInt64(64 &- 8 &* rest))) }
        return state
    }

    @inline(__always)
    private static func mix(_ word: UInt64) -> UInt64 {
        let product = word.multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
        return product.high ^ product.low
    }
}
