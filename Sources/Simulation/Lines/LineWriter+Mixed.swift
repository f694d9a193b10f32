/// The lines of `LineShape.mixed` and `.escaped`.
extension LineWriter {
    /// The usual order, and who sent the client here.
    mutating func putReferred(_ request: Request, _ cursor: inout ByteCursor) {
        putCounted(request, &cursor)
        if hasEscapes() {
            cursor.put("\",\"referer\":\"https:\\/\\/shop.example\\/caf\\u00e9?q=\\\"")
            cursor.put(decimal: Int64(chance.below(10_000)))
            cursor.put("\\\"\",\"user_agent\":\"")
            putOddUserAgent(&cursor)
        } else {
            cursor.put("\",\"referer\":\"https://shop.example/search?q=")
            cursor.put(decimal: Int64(chance.below(10_000)))
            cursor.put("\",\"user_agent\":\"")
            putUserAgent(&cursor)
        }
        cursor.put("\"}")
    }

    private mutating func hasEscapes() -> Bool { shape == .escaped || chance.below(10) == 0 }

    /// Method and path inside of `request`, and a trap: the names of counted keys inside of what is not counted.
    mutating func putNested(_ request: Request, _ cursor: inout ByteCursor) {
        cursor.put("{\"request\":{\"method\":\"")
        cursor.put(endpoints[request.endpoint].method)
        cursor.put("\",\"path\":\"")
        put(path: request, &cursor)
        cursor.put("\"},\"version\":\"")
        cursor.put(versions[request.version])
        cursor.put("\",\"tags\":[\"status\",{\"cache\":[\"HIT\",null,-1.5e3]},true],\"route\":\"")
        put(route: request, &cursor)
        cursor.put("\",\"user_id\":")
        put(user: request.segment, &cursor)
        cursor.put(",\"duration_ms\":")
        cursor.put(milliseconds: request.durationMicroseconds)
        cursor.put(",\"db_time_ms\":")
        cursor.put(milliseconds: request.dbMicroseconds)
        cursor.put(",\"db_calls\":")
        cursor.put(decimal: request.dbCalls)
        cursor.put(",\"cache\":\"")
        put(cache: request.cache, &cursor)
        cursor.put("\",\"status\":")
        cursor.put(decimal: Int64(request.status), digits: 3)
        cursor.put(",\"bytes\":")
        cursor.put(decimal: request.bytes)
        cursor.put(",\"ts\":\"")
        put(time: request, &cursor)
        cursor.put("\",\"client\":\"")
        putClient(&cursor)
        cursor.put("\"}")
    }

    /// Spaces after colons and commas, as some loggers write.
    mutating func putSpaced(_ request: Request, _ cursor: inout ByteCursor) {
        cursor.put("{\"status\": ")
        cursor.put(decimal: Int64(request.status), digits: 3)
        cursor.put(", \"request_id\": \"")
        cursor.put(hexadecimal: chance.next())
        cursor.put("\", \"cache\": \"")
        put(cache: request.cache, &cursor)
        cursor.put("\", \"duration_ms\": ")
        cursor.put(milliseconds: request.durationMicroseconds)
        cursor.put(", \"user_agent\": \"")
        if hasEscapes() { putOddUserAgent(&cursor) } else { putUserAgent(&cursor) }
        cursor.put("\", \"path\": \"")
        put(path: request, &cursor)
        cursor.put("\", \"route\": \"")
        put(route: request, &cursor)
        cursor.put("\", \"method\": \"")
        cursor.put(endpoints[request.endpoint].method)
        cursor.put("\", \"bytes\": ")
        cursor.put(decimal: request.bytes)
        cursor.put(", \"user_id\": ")
        put(user: request.segment, &cursor)
        cursor.put(", \"db_calls\": ")
        cursor.put(decimal: request.dbCalls)
        cursor.put(", \"db_time_ms\": ")
        cursor.put(milliseconds: request.dbMicroseconds)
        cursor.put(", \"version\": \"")
        cursor.put(versions[request.version])
        cursor.put("\", \"ts\": \"")
        put(time: request, &cursor)
        cursor.put("\"}")
    }
}
