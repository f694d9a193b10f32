internal import RequestLog
internal import RollingWindow

/// A total order of series by the bytes of their texts, whatever the identifiers happen to be: source, route, method,
/// status, cache, segment, version.
struct SeriesOrder {
    /// The place of every used name among the used names, by identifier.
    private var ranks: [UInt32]
    private let methods = alphabeticRanks(of: Method.allCases.map(\.name))
    private let caches = alphabeticRanks(of: CacheStatus.allCases.map(\.name))
    private let segments = alphabeticRanks(of: Segment.allCases.map(\.name))

    init(of keys: some Sequence<SeriesKey>, names: Names) {
        var isUsed = Array(repeating: false, count: names.count)
        for key in keys {
            for name in [key.source, key.route, key.version] { isUsed[Int(name.index)] = true }
        }
        ranks = Array(repeating: 0, count: names.count)
        let used = isUsed.indices.filter { isUsed[$0] }
        let texts = names.texts
        for (rank, identifier) in used.sorted(by: { isBefore(texts[$0], texts[$1]) }).enumerated() {
            ranks[identifier] = UInt32(rank)
        }
    }

    /// The keys by descending weight, equal ones by their texts.
    func sorted(_ keys: some Sequence<SeriesKey>, weight: (SeriesKey) -> UInt64 = { _ in 0 }) -> [SeriesKey] {
        var places = keys.map { Place(weight: weight($0), major: major($0), minor: minor($0), key: $0) }
        places.sort()
        return places.map(\.key)
    }

    private func major(_ key: SeriesKey) -> UInt64 {
        UInt64(ranks[Int(key.source.index)]) << 32 | UInt64(ranks[Int(key.route.index)])
    }

    private func minor(_ key: SeriesKey) -> UInt64 {
        let words =
            UInt64(methods[Int(key.method.rawValue)]) << 24 | UInt64(key.status) << 8
            | UInt64(caches[Int(key.cache.rawValue)]) << 4 | UInt64(segments[Int(key.segment.rawValue)])
        return words << 32 | UInt64(ranks[Int(key.version.index)])
    }

    /// Plain numbers, so that sorting moves no references.
    private struct Place: Comparable {
        var weight: UInt64
        var major: UInt64
        var minor: UInt64
        var key: SeriesKey

        static func < (left: Place, right: Place) -> Bool {
            if left.weight != right.weight { return left.weight > right.weight }
            return left.major != right.major ? left.major < right.major : left.minor < right.minor
        }
    }
}

/// The place of each word in the alphabet; at most sixteen words.
private func alphabeticRanks(of words: [String]) -> [UInt8] {
    words.map { word in UInt8(words.count { isBefore($0, word) }) }
}

private func isBefore(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }
