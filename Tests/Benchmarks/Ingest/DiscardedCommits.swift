import RequestLog
import RollingWindow
import Store

/// What would have been written, added up and thrown away.
///
/// The digest does not depend on how commits cut the log: it is a sum over slices, series and buckets. The reference
/// `slices` (peers/answer.h) computes the same one.
struct DiscardedCommits {
    /// Series of slices, as often as a commit had them.
    private(set) var cells = 0
    private(set) var digest: UInt64 = 0
    private var texts: [NameID: UInt64] = [:]
    private let methods = Dictionary(uniqueKeysWithValues: Method.allCases.map { ($0, Self.hash(of: $0.name)) })
    private let caches = Dictionary(uniqueKeysWithValues: CacheStatus.allCases.map { ($0, Self.hash(of: $0.name)) })

    mutating func discard(_ commit: Commit, names: Names) {
        for slice in commit.slices {
            let start = Self.mixed(UInt64(bitPattern: slice.slice.start.nanoseconds))
            for (key, cell) in slice.slice.series {
                cells += 1
                digest &+= weight(of: key, in: start, names) &* Self.sum(of: cell)
            }
        }
    }

    private mutating func weight(of key: SeriesKey, in slice: UInt64, _ names: Names) -> UInt64 {
        var weight = Self.mixed(slice ^ text(key.route, names))
        weight = Self.mixed(weight ^ methods[key.method]!)
        weight = Self.mixed(weight ^ caches[key.cache]!)
        weight = Self.mixed(weight ^ text(key.version, names))
        return Self.mixed(weight ^ UInt64(key.status) ^ UInt64(key.segment.rawValue) << 32)
    }

    private mutating func text(_ name: NameID, _ names: Names) -> UInt64 {
        if let known = texts[name] { return known }
        let hash = Self.hash(of: names[name])
        texts[name] = hash
        return hash
    }

    private static func sum(of cell: Cell) -> UInt64 {
        var sum = cell.requests
        sum &+= 3 &* UInt64(truncatingIfNeeded: cell.durations.total.sum)
        sum &+= 5 &* UInt64(truncatingIfNeeded: cell.calls.total.sum)
        let buckets = cell.durations.buckets
        buckets.forEachFilled { place, count in
            sum &+= mixed(UInt64(bitPattern: Int64(buckets.lowest) + Int64(place))) &* count
        }
        return sum
    }

    private static func hash(of text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func mixed(_ word: UInt64) -> UInt64 {
        var word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }
}
