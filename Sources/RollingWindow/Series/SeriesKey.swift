package import RequestLog

/// What makes a series: source × route × method × status × cache × segment × version.
///
/// Plain data; the texts behind the identifiers are in the `Names` of the same process.
package struct SeriesKey: Hashable, Sendable {
    package var route: NameID
    package var version: NameID
    package var source: NameID
    package var status: UInt16
    package var method: Method
    package var cache: CacheStatus
    package var segment: Segment

    package init(
        source: NameID, route: NameID, method: Method, status: UInt16, cache: CacheStatus, segment: Segment,
        version: NameID
    ) {
        self.source = source
        self.route = route
        self.method = method
        self.status = status
        self.cache = cache
        self.segment = segment
        self.version = version
    }

    @inline(__always)
    package init(_ record: borrowing Record, source: NameID) {
        self.init(
            source: source, route: record.route, method: record.method, status: record.status, cache: record.cache,
            segment: record.segment, version: record.version)
    }

    /// All of it in two words, so that it is compared and hashed as such.
    @inline(__always)
    var words: (UInt64, UInt64) {
        // In memory these enums are their raw values, for their cases count from 0 without a gap; asking for the raw
        // value is a call into another module.
        let method = UInt64(unsafeBitCast(method, to: UInt8.self))
        let cache = UInt64(unsafeBitCast(cache, to: UInt8.self))
        let segment = UInt64(unsafeBitCast(segment, to: UInt8.self))
        let words = method | cache &<< 4 | segment &<< 8
        return (
            UInt64(route.index) | UInt64(version.index) &<< 32,
            UInt64(source.index) | UInt64(status) &<< 32 | words &<< 48
        )
    }

    package static func == (left: SeriesKey, right: SeriesKey) -> Bool { left.words == right.words }

    package func hash(into hasher: inout Hasher) {
        let words = words
        hasher.combine(words.0)
        hasher.combine(words.1)
    }

    /// 5xx: the service failed.
    package var isError: Bool { status >= 500 && status < 600 }
}

extension SeriesKey {
    /// Where requests past a limit are counted: the source, the status class and the cache's word are kept.
    package var other: SeriesKey {
        SeriesKey(
            source: source, route: .other, method: .other, status: status / 100 * 100, cache: cache, segment: .unknown,
            version: .none)
    }
}
