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

    @Test("Traefik's JSON: nanoseconds, whatever its neighbours call them")
    func traefik() {
        let line =
            #"{"ClientAddr":"172.17.0.1:39496","ClientUsername":"-","DownstreamContentSize":357,"DownstreamStatus":200,"#
            + #""Duration":357313,"OriginDuration":324669,"OriginStatus":200,"Overhead":32644,"RequestMethod":"GET","#
            + #""RequestPath":"/594VAEoi.save","RouterName":"test@docker","StartUTC":"2021-12-08T14:02:43.587782192Z"}"#
        #expect(
            Self.differences(
                line,
                [
                    ("time", "2021-12-08T14:02:43.587782192Z"), ("method", "GET"), ("route", "/594VAEoi.save"),
                    ("status", "200"), ("duration", "357313ns"), ("upstream_time", "324669ns"), ("bytes", "357"),
                    ("segment", "anonymous"),
                ]) == [])
    }

    @Test("Envoy's JSON in the CRI of Kubernetes: its route is one, and null is absent")
    func envoy() {
        let line =
            #"2025-12-31T16:37:41.123456789Z stdout F {":authority":"www.example.com","bytes_received":0,"#
            + #""bytes_sent":121258,"duration":11,"method":"GET","protocol":"HTTP/2","response_code":200,"#
            + #""response_flags":"-","route_name":"httproute/app/…","start_time":"2025-12-31T16:37:40.479Z","#
            + #""x-envoy-origin-path":"/assets/image.webp","x-envoy-upstream-service-time":null}"#
        #expect(
            Self.differences(
                line,
                [
                    ("time", "2025-12-31T16:37:40.479Z"), ("method", "GET"), ("route", "httproute/app/…"),
                    ("status", "200"), ("duration", "11ms"), ("upstream_time", "nothing"), ("bytes", "121258"),
                ]) == [])
    }

    @Test("structlog's own example is no request, and is told so by what it lacks")
    func structlog() {
        let line = #"{"event":"hello","level":"info","timestamp":"2023-11-02T08:03:38.298565Z"}"#
        #expect(Self.differences(line, [("rejected", "missing_status")]) == [])
    }

    @Test(
        "what Django writes of its requests: runserver, coloured or not, and what stands beside it",
        arguments: [
            (#"[22/Nov/2026 10:14:59] "GET /polls/17/?page=2 HTTP/1.1" 200 6135"#, "200", "/polls/{id}/"),
            (#"[22/Nov/2026 10:14:59] "POST /polls/ HTTP/1.1" 302 0"#, "302", "/polls/"),
            ("\u{1b}[33m[22/Nov/2026 10:14:59] \"GET /no HTTP/1.1\" 404 179\u{1b}[0m", "404", "(unmatched)"),
            (
                #"{"asctime": "2026-11-22 10:14:59,000", "levelname": "ERROR", "name": "django.request", "#
                    + #""message": "Internal Server Error: /polls/17/", "status_code": 500, "#
                    + #""request": "<WSGIRequest: GET '/polls/17/?t=1'>"}"#,
                "500", "/polls/{id}/"
            ),
            (
                #"{"time": "2026-11-22T10:14:59Z", "status_code": 500, "request": "<ASGIRequest: GET>"}"#,
                "500", "(unmatched)"
            ),
        ])
    func django(line: String, status: String, route: String) {
        let facts = [("time", "2026-11-22T10:14:59Z"), ("status", status), ("route", route)]
        #expect(Self.differences(line, facts) == [])
        #expect(Self.differences("Not Found: /no", [("rejected", "malformed")]) == [])
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
