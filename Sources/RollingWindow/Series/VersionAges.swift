package import RequestLog

/// When each release of the service was first seen: windows and pages keep the newest apart, snapshots keep all.
///
/// A service that is deployed twice a day would otherwise show a series for every version it ever had.
package struct VersionAges: Equatable, Sendable {
    /// Versions that are shown apart; older ones are `(older)`.
    package static let kept = 3
    /// Versions whose age is remembered; a log can invent them without end.
    static let remembered = 1_024

    /// Event time of a version's first request.
    package private(set) var firstEvents: [NameID: Timestamp] = [:]

    package init() {}

    package mutating func note(_ version: NameID, at instant: Timestamp) {
        guard version != .none, version != .older else { return }
        if let known = firstEvents[version] {
            if instant < known { firstEvents[version] = instant }
            return
        }
        firstEvents[version] = instant
        guard firstEvents.count > VersionAges.remembered else { return }
        let oldest = firstEvents.min { ($0.value, $0.key) < ($1.value, $1.key) }
        if let oldest { firstEvents[oldest.key] = nil }
    }

    package mutating func note(_ slice: TimedSlice) {
        for key in slice.slice.series.keys { note(key.version, at: slice.firstEvent) }
    }

    /// The series as windows and pages show them: those of older versions together. A version whose age is not known
    /// is older than any that is.
    package func folded(_ series: [SeriesKey: Cell]) -> [SeriesKey: Cell] {
        let present = Set(series.keys.lazy.map(\.version)).subtracting([.none, .older])
        guard present.union(firstEvents.keys).count > VersionAges.kept else { return series }
        let newest = Set(byAge.prefix(VersionAges.kept))
        var folded: [SeriesKey: Cell] = [:]
        folded.reserveCapacity(series.count)
        for (key, cell) in series {
            var key = key
            if key.version != .none, !newest.contains(key.version) { key.version = .older }
            folded[key, default: Cell()].add(cell)
        }
        return folded
    }

    package func encoded(names: Names) -> [UInt8] {
        var writer = ByteWriter()
        writer.varint(UInt64(firstEvents.count))
        for (version, instant) in firstEvents.sorted(by: { $0.key < $1.key }) {
            writer.text(names[version])
            writer.fixed(instant.nanoseconds)
        }
        return writer.bytes
    }

    package init(decoding bytes: [UInt8], names: inout Names) throws(DecodingFailure) {
        var reader = ByteReader(bytes)
        for _ in 0..<(try reader.count(leastBytes: 9)) {
            let version = names.intern(try reader.text())
            note(version, at: Timestamp(nanoseconds: try reader.fixedSigned64()))
        }
    }

    /// Newest first; of two that came together the one that was met later.
    private var byAge: [NameID] {
        firstEvents.sorted { ($0.value, $0.key) > ($1.value, $1.key) }.map(\.key)
    }
}
