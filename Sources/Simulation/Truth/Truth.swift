package import RequestLog

/// The exact counts and quantiles of the lines that were written, for everything else to be checked against.
///
/// It remembers every duration (4 bytes a request) and counts every number of database calls.
package struct Truth: Sendable {
    /// One stream of requests that differ in nothing that a series key knows.
    struct Series: Sendable {
        var endpoint: Int
        var version: Int
        var status: UInt16
        var cache: CacheStatus
        var segment: Segment
        var measures = Measures()
    }

    /// The name of the source under which a reader will take the log.
    package var source = "main"
    package private(set) var lines: UInt64 = 0
    /// Line feeds included.
    package private(set) var lineBytes: UInt64 = 0
    /// The instants on the first and the last line.
    package private(set) var first: Timestamp?
    package private(set) var last: Timestamp?

    let routes: [String]
    let methods: [Method]
    let versions: [String]
    private(set) var series: [Series] = []
    private var places: [UInt64: Int] = [:]

    package init(endpoints: [Endpoint], versions: [String]) {
        routes = endpoints.map(\.template)
        methods = endpoints.map(\.method)
        self.versions = versions
    }

    package mutating func add(_ request: Request, lineBytes length: Int) {
        lines += 1
        lineBytes += UInt64(length)
        if first == nil { first = request.time }
        last = request.time
        series[place(of: request)].measures.add(request)
    }

    private mutating func place(of request: Request) -> Int {
        let key =
            UInt64(request.endpoint) << 40 | UInt64(request.version) << 24 | UInt64(request.status) << 8
            | UInt64(request.cache.rawValue) << 4 | UInt64(request.segment.rawValue)
        if let known = places[key] { return known }
        places[key] = series.count
        series.append(
            Series(
                endpoint: request.endpoint, version: request.version, status: request.status, cache: request.cache,
                segment: request.segment))
        return series.count - 1
    }
}
