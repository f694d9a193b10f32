import RequestLog
import Testing

@Suite("Field names")
struct FieldNameTests {
    @Test(
        "every name of the time",
        arguments: ["ts", "time", "timestamp", "@timestamp", "datetime", "date", "start_time", "asctime", "t"])
    func time(name: String) {
        for key in spellings(of: name) {
            let found = record("{\"\(key)\":\"2026-11-22T10:14:59Z\",\"status\":200}")
            #expect(found?.time.description == "2026-11-22T10:14:59Z", "\(key)")
        }
    }

    @Test(
        "every name of the status",
        arguments: ["status", "status_code", "response_code", "http_status", "http.response.status_code", "code"])
    func status(name: String) {
        for key in spellings(of: name) {
            for value in ["503", "\"503\""] {
                #expect(record("{\"time\":\"2026-11-22T10:14:59Z\",\"\(key)\":\(value)}")?.status == 503, "\(key)")
            }
        }
    }

    @Test(
        "every name of the method",
        arguments: ["method", "request_method", "http_method", "http.request.method", "verb"])
    func method(name: String) {
        for key in spellings(of: name) { #expect(record(line("\"\(key)\":\"post\""))?.method == .post, "\(key)") }
    }

    @Test(
        "every name of the route",
        arguments: ["route", "route_name", "path_template", "url_rule", "endpoint", "http.route", "handler"])
    func route(name: String) {
        for key in spellings(of: name) { #expect(read(line("\"\(key)\":\"/a/7\"")).route() == "/a/7", "\(key)") }
    }

    @Test("every name of the path", arguments: ["path", "uri", "request_uri", "url", "url.path", "request_path"])
    func path(name: String) {
        for key in spellings(of: name) { #expect(read(line("\"\(key)\":\"/a/7?b=c\"")).route() == "/a/{id}", "\(key)") }
    }

    static let durationWords = [
        "duration", "latency", "elapsed", "response_time", "request_time", "time_taken", "took", "rt", "runtime",
    ]
    static let unitSuffixes: [(String, Int64)] = [
        ("_ms", 1_000_000), ("_msec", 1_000_000), ("_millis", 1_000_000), ("_us", 1_000), ("_usec", 1_000),
        ("_micros", 1_000), ("_ns", 1), ("_nanos", 1), ("_s", 1_000_000_000), ("_sec", 1_000_000_000),
        ("_seconds", 1_000_000_000), ("Ms", 1_000_000), ("Us", 1_000), ("Ns", 1),
    ]

    @Test("every name of the duration, with every unit", arguments: durationWords)
    func duration(word: String) {
        for (suffix, unit) in Self.unitSuffixes {
            #expect(record(line("\"\(word + suffix)\":3"))?.durationNanoseconds == 3 * unit, "\(word + suffix)")
            #expect(record(line("\"response\":{\"\(word + suffix)\":3}"))?.durationNanoseconds == 3 * unit)
        }
        #expect(record(line("\"\(word)\":\"3us\""))?.durationNanoseconds == 3_000)
        let bare = line("\"\(word)\":3")
        let told = record(bare, options: ReaderOptions(durationUnit: .milliseconds))?.durationNanoseconds
        if word == "request_time" {
            #expect(record(bare)?.durationNanoseconds == 3_000_000_000 && told == 3_000_000_000)
        } else {
            #expect(fault(bare)?.reason == .badDuration && told == 3_000_000)
        }
    }

    @Test("names that stand nested in their own format")
    func formats() {
        #expect(record(line(#""event":{"duration":357313}"#))?.durationNanoseconds == 357_313)
        #expect(record(line(#""event.duration":357313"#))?.durationNanoseconds == 357_313)
        #expect(record(line(#""httpRequest":{"latency":"0.012s"}"#))?.durationNanoseconds == 12_000_000)
        #expect(record(line(#""http":{"response":{"body":{"size":77}}}"#))?.bytes == 77)
        #expect(read(line(#""http":{"request":{"method":"PUT"},"route":"/x"}"#)).records.first?.method == .put)
        #expect(read(line(#""url":{"full":"http://h/a?b","path":"/a/b"}"#)).route() == "/a/b")
        #expect(read(line(#""url":{"query":"token=1"},"request_path":"/z"}"#.dropLast().description)).route() == "/z")
        let versioned = read(line(#""service":{"version":"1.2.3"}"#))
        #expect(versioned.names[versioned.records[0].version] == "1.2.3")
        let ecs = #"{"@timestamp":"2026-11-22T10:14:59Z","http":{"response":{"status_code":503}}}"#
        #expect(record(ecs)?.status == 503)
    }

    @Test(
        "every container is entered, alone and in another",
        arguments: ["request", "response", "http", "req", "res", "context", "extra", "fields"])
    func containers(name: String) {
        #expect(record("{\"time\":\"2026-11-22T10:14:59Z\",\"\(name)\":{\"status\":502}}")?.status == 502)
        #expect(record("{\"time\":\"2026-11-22T10:14:59Z\",\"extra\":{\"\(name)\":{\"code\":502}}}")?.status == 502)
        #expect(
            fault("{\"time\":\"2026-11-22T10:14:59Z\",\"other\":{\"\(name)\":{\"status\":502}}}")?.reason
                == .missingStatus)
    }

    @Test(
        "every name of the counts",
        arguments: [
            ("db_calls", "db_queries", "db_query_count", "queries_total"),
            ("query_count", "sql_queries", "sql_count", "num_queries"),
        ])
    func dbCalls(names: (String, String, String, String)) {
        for name in [names.0, names.1, names.2, names.3] {
            for key in spellings(of: name) { #expect(record(line("\"\(key)\":12"))?.dbCalls == 12, "\(key)") }
        }
    }

    @Test(
        "every name of the database time",
        arguments: ["db_time", "db_duration", "db_query_time", "db_time_total", "sql_time"])
    func dbTime(name: String) {
        for (suffix, unit) in Self.unitSuffixes {
            #expect(record(line("\"\(name + suffix)\":3"))?.dbNanoseconds == 3 * unit, "\(name + suffix)")
        }
        #expect(record(line("\"\(name)\":3"))?.dbNanoseconds == Record.absent)
    }

    @Test("a Server-Timing header tells the database time")
    func serverTiming() {
        #expect(record(line(#""server_timing":"db;dur=53, app;dur=47.2""#))?.dbNanoseconds == 53_000_000)
        #expect(record(line(#""server-timing":"cache;desc=\"x\", DB ; dur=0.5""#))?.dbNanoseconds == Record.absent)
        #expect(record(line(#""server-timing":"cache, DB ; dur=0.5 , db;dur=1""#))?.dbNanoseconds == 1_500_000)
        #expect(record(line(#""server_timing":"app;dur=47.2""#))?.dbNanoseconds == Record.absent)
        #expect(record(line(#""server_timing":"db;dur=x""#))?.dbNanoseconds == Record.absent)
    }

    @Test("upstream times, lists of them too")
    func upstream() {
        func upstream(_ member: String) -> Int64? { record(line(member))?.upstreamNanoseconds }
        #expect(upstream(#""upstream_response_time":"0.250""#) == 250_000_000)
        #expect(upstream(#""upstream_response_time":0.25"#) == 250_000_000)
        #expect(upstream(#""upstream_response_time":"1.000, -, 2.000 : 0.250""#) == 3_250_000_000)
        #expect(upstream(#""upstream_response_time":"-""#) == Record.absent)
        #expect(upstream(#""upstream_response_time":"1.0, x""#) == Record.absent)
        #expect(upstream(#""x-envoy-upstream-service-time":"16""#) == 16_000_000)
        #expect(upstream(#""x-envoy-upstream-service-time":null"#) == Record.absent)
        #expect(upstream(#""OriginDuration":324669"#) == 324_669)
    }

    @Test("the segment: facts before identities, and what anonymous looks like")
    func segment() {
        func segment(_ members: String) -> Segment? { record(line(members))?.segment }
        for key in ["logged_in", "authenticated", "is_authenticated"] {
            for value in ["true", "1", #""yes""#, #""TRUE""#] {
                #expect(segment("\"\(key)\":\(value)") == .authenticated)
            }
            for value in ["false", "0", #""no""#, #""False""#] { #expect(segment("\"\(key)\":\(value)") == .anonymous) }
        }
        for key in ["user", "user_id", "remote_user", "uid", "sub", "ClientUsername"] {
            for value in [#""""#, #""-""#, "null", #""anonymous""#, #""Anonymous""#] {
                #expect(segment("\"\(key)\":\(value)") == .anonymous, "\(key) \(value)")
            }
            for value in ["7", #""ann""#, #""\u00e9""#, #"{"id":7}"#] {
                #expect(segment("\"\(key)\":\(value)") == .authenticated, "\(key) \(value)")
            }
        }
        #expect(segment(#""logged_in":false,"user":"ann""#) == .anonymous)
        #expect(segment(#""logged_in":"maybe","user":"ann""#) == .authenticated)
        #expect(segment(#""user":null,"user_id":42"#) == .authenticated && segment("") == .unknown)
    }

    @Test(
        "every name of the version and the bytes",
        arguments: [
            ("version", "bytes"), ("release", "bytes_sent"), ("app_version", "body_bytes_sent"),
            ("service.version", "response_size"), ("commit", "size"), ("revision", "http.response.body.size"),
            ("deploy", "DownstreamContentSize"), ("version", "content_length"),
        ])
    func versionAndBytes(version: String, bytes: String) {
        for (versionKey, bytesKey) in zip(spellings(of: version), spellings(of: bytes)) {
            let reading = read(line("\"\(versionKey)\":7.1,\"\(bytesKey)\":12"))
            #expect(reading.names[reading.records[0].version] == "7.1" && reading.records[0].bytes == 12, "\(bytesKey)")
        }
    }

    @Test(
        "odd counts are absent, and the line is a record all the same",
        arguments: [
            "-1", "1.5", "-0.4", "1e300", "4294967297", "true", "null", "{}", #""x""#, #"" 1""#, #""1 ""#, #""""#,
        ])
    func oddCounts(value: String) { #expect(record(line("\"db_calls\":\(value)"))?.dbCalls == Record.absent) }

    @Test(
        "whole counts in every writing",
        arguments: [("0", 0), ("-0", 0), ("3.0", 3), ("1.2e1", 12), (#""7""#, 7), ("4294967296", 1 << 32)])
    func wholeCounts(value: String, wanted: Int64) { #expect(record(line("\"db_calls\":\(value)"))?.dbCalls == wanted) }

    @Test("the better name wins wherever it stands, and the top level before an object of the same name")
    func precedence() {
        func code(_ members: String) -> UInt16? { record(#"{"time":"2026-11-22T10:14:59Z","# + members + "}")?.status }
        #expect(code(#""code":500,"status":201"#) == 201 && code(#""status":201,"code":500"#) == 201)
        #expect(code(#""response":{"status":500},"status":201"#) == 201)
        #expect(code(#""status":201,"response":{"status":500}"#) == 201)
        #expect(code(#""status":null,"code":202"#) == 202 && code(#""code":202,"status":null"#) == 202)
        #expect(code(#""status":{"a":1},"status_code":203"#) == 203 && code(#""status_code":203,"status":[]"#) == 203)
        #expect(record(line(#""duration_ms":5,"elapsed_us":7"#))?.durationNanoseconds == 5_000_000)
        #expect(record(line(#""duration":1,"duration_ms":5"#))?.durationNanoseconds == 5_000_000)
        #expect(read(line(#""path":"/p","route":"/r""#)).route() == "/r")
    }

    @Test("what an HTTP message says of itself is not the service's")
    func messageFields() {
        let reading = read(line(#""http":{"version":"1.1","request":{"bytes":9,"body":{"bytes":5}}},"bytes_sent":3"#))
        #expect(reading.records[0].version == .none && reading.records[0].bytes == 3)
        #expect(record(line(#""response":{"time":0.25}"#))?.time.description == "2026-11-22T10:14:59Z")
    }

    /// As it is, in capitals, in camel case, with dashes.
    private func spellings(of name: String) -> [String] {
        var camel = ""
        for character in name {
            if character == "_" || character == "-" { continue }
            let isAfterGap =
                name[..<(name.index(name.startIndex, offsetBy: camel.count, limitedBy: name.endIndex) ?? name.endIndex)]
                .last == "_"
            camel.append(isAfterGap ? Character(character.uppercased()) : character)
        }
        return [name, name.uppercased(), camel, String(name.map { $0 == "_" ? "-" : $0 }), name + "_"]
    }
}
