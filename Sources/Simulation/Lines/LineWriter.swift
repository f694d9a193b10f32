import RequestLog

/// Turns requests into JSON lines of about 300 bytes.
///
/// What only decorates a line (identifiers, addresses, user agents, the order of keys) has a random stream of its own, so
/// the requests do not depend on the shape of their lines.
struct LineWriter: Sendable {
    /// No line is longer, line feed included.
    static let longestLine = 1_024

    let shape: LineShape
    let endpoints: [EndpointText]
    let versions: [[UInt8]]
    var chance: Chance
    /// `2026-11-22T10:00:00.`, for the second it stands for.
    var second: [UInt8] = []
    var secondNumber = Int64.min

    init(shape: LineShape, seed: UInt64, endpoints: [Endpoint], versions: [String]) {
        precondition(
            versions.allSatisfy { $0.utf8.count <= 64 && isPlain($0) },
            "a version is at most 64 characters of plain ASCII")
        self.shape = shape
        self.endpoints = endpoints.map(EndpointText.init)
        self.versions = versions.map { Array($0.utf8) }
        chance = Chance(seed: seed, stream: 2)
    }

    /// Writes one line and says how many bytes it has; the memory must hold `longestLine` more bytes.
    mutating func write(_ request: Request, to cursor: inout ByteCursor) -> Int {
        let start = cursor.next
        enter(second: request.time)
        switch shape == .constant ? 0 : 1 + chance.below(3) {
        case 0: putPlain(request, &cursor)
        case 1: putReferred(request, &cursor)
        case 2: putNested(request, &cursor)
        default: putSpaced(request, &cursor)
        }
        cursor.put(0x0a)
        return cursor.next - start
    }

    private mutating func putPlain(_ request: Request, _ cursor: inout ByteCursor) {
        putCounted(request, &cursor)
        cursor.put("\",\"request_id\":\"")
        cursor.put(hexadecimal: chance.next())
        cursor.put("\",\"client\":\"")
        putClient(&cursor)
        cursor.put("\",\"user_agent\":\"")
        putUserAgent(&cursor)
        cursor.put("\"}")
    }

    /// Everything that counts, in the usual order, up to the open string of the version.
    @inline(__always)
    mutating func putCounted(_ request: Request, _ cursor: inout ByteCursor) {
        cursor.put("{\"ts\":\"")
        put(time: request, &cursor)
        cursor.put("\",\"method\":\"")
        cursor.put(endpoints[request.endpoint].method)
        cursor.put("\",\"route\":\"")
        put(route: request, &cursor)
        cursor.put("\",\"path\":\"")
        put(path: request, &cursor)
        cursor.put("\",\"status\":")
        cursor.put(decimal: Int64(request.status), digits: 3)
        cursor.put(",\"duration_ms\":")
        cursor.put(milliseconds: request.durationMicroseconds)
        cursor.put(",\"cache\":\"")
        put(cache: request.cache, &cursor)
        cursor.put("\",\"db_calls\":")
        cursor.put(decimal: request.dbCalls)
        cursor.put(",\"db_time_ms\":")
        cursor.put(milliseconds: request.dbMicroseconds)
        cursor.put(",\"user_id\":")
        put(user: request.segment, &cursor)
        cursor.put(",\"bytes\":")
        cursor.put(decimal: request.bytes)
        cursor.put(",\"version\":\"")
        cursor.put(versions[request.version])
    }
}
