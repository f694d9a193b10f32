import RequestLog

extension LineWriter {
    mutating func enter(second time: Timestamp) {
        let number = time.floored(to: .seconds(1))
        guard number.nanoseconds != secondNumber else { return }
        secondNumber = number.nanoseconds
        second = Array(number.description.utf8.dropLast()) + [UInt8(ascii: ".")]
    }

    @inline(__always)
    func put(time request: Request, _ cursor: inout ByteCursor) {
        cursor.put(second)
        cursor.put(decimal: (request.time.nanoseconds &- secondNumber) / 1_000, digits: 6)
        cursor.put(0x5a)
    }

    @inline(__always)
    mutating func put(path request: Request, _ cursor: inout ByteCursor) {
        let parts = endpoints[request.endpoint].pathParts
        cursor.put(parts[0])
        for part in 1..<max(1, parts.count) {
            cursor.put(decimal: Int64(1 + chance.below(99_999)))
            cursor.put(parts[part])
        }
        if request.pageRows > 0 {
            cursor.put("?page=")
            cursor.put(decimal: Int64(1 + chance.below(9)))
            cursor.put("&limit=")
            cursor.put(decimal: request.pageRows)
        }
    }

    @inline(__always)
    func put(cache: CacheStatus, _ cursor: inout ByteCursor) {
        switch cache {
        case .none: cursor.put("-")
        case .hit: cursor.put("HIT")
        case .stale: cursor.put("STALE")
        case .revalidated: cursor.put("REVALIDATED")
        case .expired: cursor.put("EXPIRED")
        case .miss: cursor.put("MISS")
        case .bypass: cursor.put("BYPASS")
        case .synthetic: cursor.put("SYNTHETIC")
        case .unknown: cursor.put("UNKNOWN")
        }
    }

    @inline(__always)
    mutating func put(user segment: Segment, _ cursor: inout ByteCursor) {
        guard segment == .authenticated else { return cursor.put("null") }
        cursor.put("\"u")
        cursor.put(decimal: Int64(chance.below(200_000)), digits: 6)
        cursor.put(0x22)
    }

    /// An address out of the three blocks for documentation (RFC 5737).
    @inline(__always)
    mutating func putClient(_ cursor: inout ByteCursor) {
        switch chance.below(3) {
        case 0: cursor.put("192.0.2.")
        case 1: cursor.put("198.51.100.")
        default: cursor.put("203.0.113.")
        }
        cursor.put(decimal: Int64(1 + chance.below(254)))
    }

    @inline(__always)
    mutating func put(route request: Request, _ cursor: inout ByteCursor) {
        let endpoint = endpoints[request.endpoint]
        let isEscaped = shape != .constant && chance.below(40) == 0
        cursor.put(isEscaped ? endpoint.escapedRoute : endpoint.route)
    }

    @inline(__always)
    mutating func putUserAgent(_ cursor: inout ByteCursor) {
        switch chance.below(8) {
        case 0, 1: cursor.put("Mozilla/5.0 (X11; Linux x86_64)")
        case 2, 3: cursor.put("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)")
        case 4: cursor.put("okhttp/4.12.0")
        case 5: cursor.put("python-requests/2.31.0")
        case 6: cursor.put("Go-http-client/2.0")
        default: cursor.put("curl/8.5.0")
        }
    }

    mutating func putOddUserAgent(_ cursor: inout ByteCursor) {
        switch chance.below(4) {
        case 0: cursor.put("Mozilla/5.0 (X11; \\\"quoted\\\" Linux) caf\\u00e9")
        case 1: cursor.put("C:\\\\agent\\\\")
        case 2: cursor.put("\\\"status\\\":500,\\\"route\\\":\\\"\\/x\\\" \\ud83d\\ude00\\t\\n")
        default: cursor.put("\u{e9}t\u{e9} \u{65e5}\u{672c} \u{1f600}")
        }
    }
}
