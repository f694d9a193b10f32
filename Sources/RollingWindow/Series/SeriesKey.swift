package import RequestLog

/// What makes a series: source × route × method × status × cache × segment × version.
///
/// Sixteen bytes of plain data; the texts behind the identifiers are in the `Names` of the same process.
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

    package init(_ record: Record, source: NameID) {
        self.init(
            source: source, route: record.route, method: record.method, status: record.status, cache: record.cache,
            segment: record.segment, version: record.version)
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
