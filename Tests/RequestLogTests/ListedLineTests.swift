import RequestLog
import Testing

/// Lines from the list of formats that no other suite holds, as the list has them.
@Suite("Lines of the list of formats")
struct ListedLineTests {
    private static func differences(
        _ line: String, _ facts: [(String, String)], _ format: LineFormat = .auto, unit: DurationUnit? = nil
    ) -> [String] {
        var reader = RecordReader(options: ReaderOptions(format: format, durationUnit: unit, timeZone: .utc))
        return LineExpectation(facts: facts).differences(from: reader.explain(line.utf8, latest: farFuture))
    }

    // martin-helmich/prometheus-nginxlog-exporter, features/issues.feature.
    @Test(
        "nginx's list of upstreams is their sum, without the ones that were not asked",
        arguments: [("1.000, 0.250, 2.000, 0.750", "4s"), ("1.000, -, 2.000", "3s")])
    func upstreamList(list: String, sum: String) throws {
        let line =
            #"www.example.com 10.0.0.1 - - [27/Oct/2021:06:00:14 +0200] "GET /websocket HTTP/1.1" 200 552 "-" "#
            + #""SomeUserAgentString" 0.000 "\#(list)" . TLSv1.3/TLS_AES_256_GCM_SHA384 1234567890 www.example.com"#
        let format =
            #"$host $remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "#
            + #""$http_user_agent" $request_time "$upstream_response_time" $pipe $ssl_protocol/$ssl_cipher "#
            + "$connection $server_name"
        let found = Self.differences(
            line,
            [
                ("time", "2021-10-27T04:00:14Z"), ("method", "GET"), ("route", "/websocket"), ("status", "200"),
                ("duration", "0s"), ("upstream_time", sum), ("bytes", "552"), ("segment", "anonymous"),
            ], .text(try TextFormat(name: "nginx", nginx: format, pattern: format)))
        #expect(found == [])
    }

    @Test("Docker's parts of one line are one line")
    func dockerParts() {
        let text = #"{"log":"2020-03-24 Single "}"# + "\n" + #"{"log":"li"}"# + "\n" + #"{"log":"ne\n"}"# + "\n"
        var reader = RecordReader()
        var context = LineContext()
        let block = GuardedBlock(Array(text.utf8), padding: 0x22)
        context.begin(block.block, format: .auto)
        var (names, counts, offset) = (Names(), LineCounts(), 0)
        var batch = RecordBatch()
        _ = reader.read(
            block.block, from: &offset, context: &context, latest: farFuture, names: &names, counts: &counts,
            into: &batch)
        #expect(counts.lines == 3 && counts.continuation == 2 && counts[.malformed] == 1)
    }

    @Test("a whole line of Docker's json-file")
    func docker() {
        let line =
            #"{"log":"192.168.61.205 - - [24/Aug/2021:09:52:13 +0000] \"GET / HTTP/1.1\" 200 13 \"-\" \"Mozilla/5.0 …\" "#
            + #"502 0.001 [default-helloworld-helloworld-chart-5678] [] 192.168.46.137:5678 13 0.000 200 "#
            + #"04f1619cfb5e02b6455c19b860427758\n","stream":"stdout","time":"2021-08-24T09:52:13.20764059Z"}"#
        #expect(
            Self.differences(
                line,
                [
                    ("time", "2021-08-24T09:52:13Z"), ("route", "/"), ("duration", "1ms"), ("upstream_time", "0s"),
                    ("bytes", "13"),
                ]) == [])
    }

    @Test(
        "Caddy: a whole line, and 0 where nothing was written",
        arguments: [("200", "200", "/gentoo/…"), ("0", "499", "(unmatched)")])
    func caddy(status: String, counted: String, route: String) {
        let line =
            #"{"level":"info","ts":1716723772.6014807,"logger":"http.log.access.log17","msg":"handled request","#
            + #""request":{"remote_ip":"10.5.1.1","client_ip":"10.10.10.117","proto":"HTTP/2.0","method":"GET","#
            + #""host":"mirrors.tnonline.net:400","uri":"/gentoo/…","headers":{}},"bytes_read":0,"user_id":"","#
            + #""duration":0.017557019,"size":3768,"status":\#(status),"resp_headers":{}}"#
        #expect(
            Self.differences(
                line,
                [
                    ("time", "2024-05-26T11:42:52.601480700Z"), ("method", "GET"), ("status", counted),
                    ("route", route), ("duration", "17557019ns"), ("segment", "anonymous"), ("bytes", "3768"),
                ]) == [])
    }

    @Test("nginx's status of a client that left is one")
    func clientLeft() {
        let line = #"10.0.0.1 - - [22/Nov/2026:10:14:00 +0000] "GET /slow HTTP/1.1" 499 0 "-" "curl/8.5.0""#
        #expect(Self.differences(line, [("status", "499"), ("route", "(unmatched)"), ("bytes", "0")]) == [])
    }

    @Test(
        "what middlewares and loggers in the wild write",
        arguments: [
            (
                #"{"ts":1795342499,"status":200,"duration_ms": 1240.5, "queries_total": 52, "db_time_total_ms": 980.2, "uri": "chat/rooms"}"#,
                [("duration", "1240500us"), ("db_calls", "52"), ("db_time", "980200us"), ("route", "chat/rooms")]
            ),
            (
                #"{"asctime": "2023-08-07 14:12:08,838", "levelname": "INFO", "message": "done", "method": "POST", "path": "/a/7", "status_code": "201", "response_time_ms": 12}"#,
                [
                    ("time", "2023-08-07T14:12:08.838Z"), ("method", "POST"), ("route", "/a/{id}"),
                    ("status", "201"), ("duration", "12ms"),
                ]
            ),
            (
                #"{"name":"audit","hostname":"h","pid":1,"level":30,"req":{"method":"GET","url":"/path?q=1#anchor"},"res":{"statusCode":404},"route":"getpath","latency":"12ms","msg":"handled: 404","time":"2013-01-04T18:46:23.851Z","v":0}"#,
                [
                    ("time", "2013-01-04T18:46:23.851Z"), ("method", "GET"), ("route", "getpath"),
                    ("status", "404"), ("duration", "12ms"),
                ]
            ),
            (
                #"{"event":"request_finished","level":"info","timestamp":"2023-11-02T08:03:38.298565Z","code":200,"request":"GET /a/7","user_id":null}"#,
                [
                    ("time", "2023-11-02T08:03:38.298565Z"), ("method", "GET"), ("route", "/a/{id}"),
                    ("segment", "anonymous"),
                ]
            ),
            (
                #"127.0.0.1 - - [07/Aug/2023 14:12:08] "GET /w/7?x=1 HTTP/1.1" 200 -"#,
                [("time", "2023-08-07T14:12:08Z"), ("route", "/w/{id}"), ("status", "200")]
            ),
        ] as [(String, [(String, String)])])
    func middlewares(line: String, facts: [(String, String)]) { #expect(Self.differences(line, facts) == []) }

    @Test("a duration of no unit is not guessed: bunyan's latency, a bare middleware's")
    func noUnit() {
        for key in ["latency", "duration", "elapsed"] {
            let text = line("\"\(key)\":12")
            #expect(fault(text)?.reason == .badDuration)
            #expect(Self.differences(text, [("duration", "12ms")], unit: .milliseconds) == [])
        }
    }
}
