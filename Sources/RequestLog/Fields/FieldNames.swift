/// The usual names of the fields, best first (FORMATS in the reference has the table).
///
/// Names are compared without regard to case, `_`, `-` and camel case; a dot is a step into a nested object.
enum FieldNames {
    /// Objects whose members count as if they stood at the top level.
    static let containers: Set<String> = [
        "request", "response", "http", "req", "res", "context", "extra", "fields",
        "record", "attributes", "resource", "httprequest", "jsonpayload",
    ]

    /// Lower case, without `_` and `-`.
    static func normalized(_ key: String) -> String {
        String(decoding: key.utf8.lazy.filter { $0 != minus && $0 != UInt8(ascii: "_") }.map(lowercased), as: UTF8.self)
    }

    /// The meaning of a normalised path such as `request.method`, with every container of its front peeled off.
    static func meaning(ofPath path: String) -> FieldMeaning? {
        var rest = path[...]
        while true {
            if var meaning = table[String(rest)], !isOfTheMessage(meaning.field, path, rest) {
                // At the top level is better than inside a container, of the same name.
                if rest.startIndex != path.startIndex { meaning.rank += 1 }
                return meaning
            }
            guard let inside = peeled(rest) else { return nil }
            rest = inside
        }
    }

    /// The path without the container that it begins with; nil where it begins with none.
    static func peeled(_ path: Substring) -> Substring? {
        guard let dot = path.firstIndex(of: "."), containers.contains(String(path[..<dot])) else { return nil }
        return path[path.index(after: dot)...]
    }

    /// Whether this is how a field, or an object around one, is called: a word of the format and not of its values.
    static func isName(_ word: String) -> Bool {
        let name = normalized(word)
        return name.utf8.count > 1 && (table[name] != nil || containers.contains(name))
    }

    /// Whether an object at this normalised path can hold a field.
    static func isWorthEntering(_ path: String) -> Bool {
        if path.split(separator: ".", omittingEmptySubsequences: false).allSatisfy({ containers.contains(String($0)) })
        {
            return true
        }
        var rest = path[...]
        while true {
            let prefix = String(rest) + "."
            if objects.contains(prefix) { return true }
            guard let inside = peeled(rest) else { return false }
            rest = inside
        }
    }

    /// `http.version` is the protocol's, `request.bytes` the request's, `response.time` a duration without a unit.
    private static func isOfTheMessage(_ field: Field, _ path: String, _ rest: Substring) -> Bool {
        guard let parent = path[..<rest.startIndex].split(separator: ".").last else { return false }
        switch field {
        case .version: return ["http", "request", "req", "response", "res"].contains(parent)
        case .bytes: return ["request", "req"].contains(parent)
        case .time: return rest == "time" && ["response", "res"].contains(parent)
        default: return false
        }
    }

    /// The objects in front of the dots of the table, dots included: `http.`, `http.response.` …
    private static let objects: Set<String> = {
        var objects: Set<String> = []
        for name in table.keys {
            for place in name.indices where name[place] == "." { objects.insert(String(name[...place])) }
        }
        return objects
    }()

    static let table: [String: FieldMeaning] = {
        var table: [String: FieldMeaning] = [:]
        var ranks: [Field: UInt8] = [:]
        func add(
            _ field: Field, _ names: [String], unit: DurationUnit? = nil, _ notation: FieldMeaning.Notation = .plain
        ) {
            for name in names {
                let rank = ranks[field, default: 0]
                // Ranks go up in twos: the odd ones are for the same name inside a container.
                if table[normalized(name)] == nil {
                    table[normalized(name)] = FieldMeaning(
                        field: field, rank: rank, unit: unit, notation: notation)
                }
                ranks[field] = rank + 2
            }
        }
        add(
            .time,
            [
                "ts", "time", "timestamp", "@timestamp", "datetime", "date", "start_time", "asctime", "t", "StartUTC",
                "time.timestamp",
            ])
        add(.method, ["method", "request_method", "http_method", "http.request.method", "verb", "request_verb"])
        add(.route, ["route", "route_name", "path_template", "url_rule", "endpoint", "http.route", "handler"])
        add(.path, ["path", "uri", "request_uri", "url", "url.path", "request_path", "http.target", "request_url"])
        add(.requestLine, ["request"])
        add(
            .status,
            [
                "status", "status_code", "response_code", "http_status", "http.response.status_code", "code",
                "DownstreamStatus", "elb_status_code", "response",
            ])
        for word in durationWords {
            for (suffix, unit) in unitSuffixes where table[normalized(word + suffix)] == nil {
                // One rank a word: a line has one of the suffixes.
                table[normalized(word + suffix)] = FieldMeaning(
                    field: .duration, rank: ranks[.duration, default: 0], unit: unit)
            }
            ranks[.duration, default: 0] += 2
        }
        add(.duration, ["request_time"], unit: .seconds)
        add(.duration, ["event.duration"], unit: .nanoseconds)
        add(.duration, ["http.server.request.duration"], unit: .seconds)
        add(.duration, ["httpRequest.latency"] + durationWords)
        // AWS's load balancers, through Firehose or a table.
        for part in ["request", "target", "response"] {
            table[normalized(part + "_processing_time")] = FieldMeaning(
                field: .duration, rank: ranks[.duration, default: 0], unit: .seconds, notation: .part)
        }
        add(
            .cache,
            [
                "cache", "cache_status", "upstream_cache_status", "x_cache", "x_cache_status", "cf_cache_status",
                "cdn_cache_status", "x_edge_result_type",
            ])
        // The headers of an answer, as Caddy has them in its log, and Traefik where it is told to.
        for header in ["Cache-Status", "X-Cache-Status", "CF-Cache-Status", "X-Cache"] {
            for place in ["resp_headers.", "downstream_"] { add(.cache, [place + header], .list) }
        }
        // Google's load balancers (LogEntry.HttpRequest).
        add(.cache, ["cacheValidatedWithOriginServer"], .isValidated)
        add(.cache, ["cacheHit"], .isHit)
        add(.cache, ["cacheLookup"], .isLookup)
        add(
            .dbCalls,
            [
                "db_calls", "db_queries", "db_query_count", "queries_total", "query_count", "sql_queries", "sql_count",
                "num_queries",
            ])
        for word in ["db_time", "db_duration", "db_query_time", "db_time_total", "sql_time"] {
            for (suffix, unit) in unitSuffixes { add(.dbTime, [word + suffix], unit: unit) }
        }
        add(.dbTime, ["server_timing"], unit: .milliseconds)
        add(.upstreamTime, ["upstream_response_time"], unit: .seconds)
        add(.upstreamTime, ["x-envoy-upstream-service-time", "upstream_service_time"], unit: .milliseconds)
        add(.upstreamTime, ["OriginDuration"], unit: .nanoseconds)
        add(.authenticated, ["logged_in", "authenticated", "is_authenticated"])
        add(.identity, ["user", "user_id", "remote_user", "uid", "sub", "ClientUsername"])
        add(.version, ["version", "release", "app_version", "service.version", "commit", "revision", "deploy"])
        add(
            .bytes,
            [
                "bytes", "bytes_sent", "body_bytes_sent", "response_size", "size", "http.response.body.size",
                "DownstreamContentSize", "content_length", "sent_bytes",
            ])
        return table
    }()

    private static let durationWords = [
        "duration", "latency", "elapsed", "response_time", "request_time", "time_taken", "took", "rt", "runtime",
    ]

    private static let unitSuffixes: [(String, DurationUnit)] = [
        ("_ms", .milliseconds), ("_msec", .milliseconds), ("_millis", .milliseconds), ("_us", .microseconds),
        ("_usec", .microseconds), ("_micros", .microseconds), ("_ns", .nanoseconds), ("_nanos", .nanoseconds),
        ("_s", .seconds), ("_sec", .seconds), ("_seconds", .seconds),
    ]
}
