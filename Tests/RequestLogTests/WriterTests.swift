import RequestLog
import TestSupport
import Testing

@Suite("Known writers of JSON")
struct WriterTests {
    struct Line: CustomTestStringConvertible, Sendable {
        var name: String
        var text: String
        var route: String
        var status: UInt16 = 200
        var duration: Int64?
        var upstream: Int64?
        var bytes: Int64?
        var segment = Segment.unknown
        var method = Method.get

        var testDescription: String { name }
    }

    static let lines = [
        Line(
            name: "Caddy: seconds",
            text:
                #"{"level":"info","ts":1716723772.6014807,"logger":"http.log.access.log17","msg":"handled request","request":{"remote_ip":"10.5.1.1","client_ip":"10.10.10.117","proto":"HTTP/2.0","method":"GET","host":"a.example:400","uri":"/gentoo/releases?x=1","headers":{"User-Agent":["curl"]}},"bytes_read":0,"user_id":"","duration":0.017557019,"size":3768,"status":200,"resp_headers":{"Server":["Caddy"]}}"#,
            route: "/gentoo/releases", duration: 17_557_019, bytes: 3768, segment: .anonymous),
        Line(
            name: "Traefik: nanoseconds",
            text:
                #"{"ClientAddr":"172.17.0.1:39496","ClientUsername":"-","DownstreamContentSize":357,"DownstreamStatus":200,"Duration":357313,"OriginDuration":324669,"OriginStatus":200,"Overhead":32644,"RequestMethod":"GET","RequestPath":"/shop/17","RouterName":"test@docker","StartUTC":"2021-12-08T14:02:43.587782192Z"}"#,
            route: "/shop/{id}", duration: 357_313, upstream: 324_669, bytes: 357, segment: .anonymous),
        Line(
            name: "Envoy: milliseconds",
            text:
                #"{":authority":"www.example.com","bytes_received":0,"bytes_sent":121258,"duration":11,"method":"GET","protocol":"HTTP/2","response_code":200,"response_flags":"-","route_name":"httproute/app/x","start_time":"2025-12-31T16:37:40.479Z","x-envoy-origin-path":"/assets/image.webp","x-envoy-upstream-service-time":null}"#,
            route: "httproute/app/x", duration: 11_000_000, bytes: 121_258),
        Line(
            name: "Istio: strings, and one route name for all",
            text:
                #"{"authority":"a","bytes_received":"0","bytes_sent":"12","duration":"7","method":"GET","path":"/a?b","protocol":"HTTP/1.1","response_code":"200","response_flags":"-","route_name":"default","start_time":"2019-10-11T22:43:40.000Z","upstream_service_time":"5","user_agent":"-"}"#,
            route: "/a", duration: 7_000_000, upstream: 5_000_000, bytes: 12),
        Line(
            name: "Envoy: 0 is a client that left",
            text:
                #"{"bytes_sent":0,"duration":11,"method":"GET","path":"/a","response_code":0,"response_flags":"DC","start_time":"2025-12-31T16:37:40.479Z"}"#,
            route: "(unmatched)", status: 499, duration: 11_000_000, bytes: 0),
        Line(
            name: "pino-http",
            text:
                #"{"level":30,"time":1531171074631,"pid":657,"hostname":"x","req":{"id":1,"method":"GET","url":"/a?b","headers":{},"remoteAddress":"::1"},"res":{"statusCode":200,"headers":{}},"responseTime":5,"msg":"request completed"}"#,
            route: "/a", duration: 5_000_000),
        Line(
            name: "loguru",
            text:
                #"{"text":"x\n","record":{"elapsed":{"repr":"0:00:01","seconds":1.0},"extra":{"method":"GET","path":"/x","status":200,"duration_ms":3.2},"level":{"name":"INFO","no":20},"message":"req","time":{"repr":"2024-05-01 10:00:00.123456+00:00","timestamp":1714557600.123456}}}"#,
            route: "/x", duration: 3_200_000),
        Line(
            name: "ECS",
            text:
                #"{"@timestamp":"2023-01-01T00:00:00.000Z","http":{"request":{"method":"get"},"response":{"status_code":200,"body":{"bytes":12}}},"url":{"path":"/a"},"event":{"duration":12000000},"service":{"version":"1.2"}}"#,
            route: "/a", duration: 12_000_000),
        Line(
            name: "OpenTelemetry",
            text:
                #"{"timestamp":"2023-01-01T00:00:00.000Z","attributes":{"http.request.method":"GET","http.route":"/a/{id}","http.response.status_code":200,"http.server.request.duration":0.012}}"#,
            route: "/a/{id}", duration: 12_000_000),
        Line(
            name: "OpenTelemetry, older names",
            text:
                #"{"Timestamp":"1586960586000000000","Attributes":{"http.method":"GET","http.target":"/a?b","http.status_code":200},"duration_ms":3}"#,
            route: "/a", duration: 3_000_000),
        Line(
            name: "GCP",
            text:
                #"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://a.example/c?d","status":200,"responseSize":"123","latency":"0.012s"},"timestamp":"2023-01-01T00:00:00.123456789Z"}"#,
            route: "/c", duration: 12_000_000, bytes: 123),
        Line(
            name: "nginx with a string for the status under an odd name",
            text:
                #"{ "time": "2015-05-17T10:05:03+00:00", "remote_ip": "1.2.3.4", "remote_user": "-", "request": "GET /downloads/product_1 HTTP/1.1", "response": "200", "bytes": 490, "agent": "x" }"#,
            route: "/downloads/product_1", bytes: 490, segment: .anonymous),
    ]

    @Test("each is read with its own units and names, by shapes and by the general reader", arguments: lines)
    func read(line: Line) throws {
        let block = Array((Array(repeating: line.text, count: 40).joined(separator: "\n") + "\n").utf8)
        for learns in [true, false] {
            var reader = RecordReader(learnsShapes: learns)
            let reading = RequestLogTests.read(block, with: &reader)
            #expect(reading.records.count == 40, "\(line.name): \(reading.counts)")
            for (place, record) in reading.records.enumerated() {
                #expect(record.status == line.status && record.method == line.method)
                #expect(reading.route(place) == line.route)
                #expect(record.durationNanoseconds == line.duration ?? Record.absent)
                #expect(record.upstreamNanoseconds == line.upstream ?? Record.absent)
                #expect(record.bytes == line.bytes ?? Record.absent)
                #expect(record.segment == line.segment)
            }
        }
    }

    @Test("what the user says about the unit stands above what a writer usually does")
    func userUnit() {
        let text = WriterTests.lines[0].text
        let reading = RequestLogTests.read(Array(text.utf8), options: ReaderOptions(durationUnit: .milliseconds))
        #expect(reading.records.first?.durationNanoseconds == 17_557)
    }

    @Test(
        "Google's facts about the cache are one word",
        arguments: [
            ("", "none"), (#","cacheLookup":true"#, "miss"), (#","cacheLookup":false"#, "none"),
            (#","cacheHit":true,"cacheLookup":true"#, "hit"), (#","cacheLookup":true,"cacheHit":false"#, "miss"),
            (#","cacheHit":true,"cacheLookup":true,"cacheValidatedWithOriginServer":true"#, "revalidated"),
            (#","cacheValidatedWithOriginServer":false,"cacheHit":true"#, "hit"),
        ])
    func googleCache(facts: String, cache: String) {
        let text =
            #"{"httpRequest":{"requestUrl":"https://a.example/c?d","status":200,"latency":"0.012s""#
            + facts + #"},"timestamp":"2023-01-01T00:00:00Z"}"#
        var reader = RecordReader()
        #expect(reader.explain(text.utf8, latest: farFuture).fact("cache") == cache)
        // Also where a shape could have been learnt from a line like it.
        let many = RequestLogTests.read(String(repeating: text + "\n", count: 40))
        #expect(many.counts.accepted == 40 && Set(many.records.map(\.cache.name)) == [cache])
    }

    @Test(
        "what Caddy and Traefik log of an answer's headers tells what the cache did",
        arguments: [
            (#""resp_headers":{"Server":["Caddy"],"Cache-Status":["Souin; hit; ttl=3; key=GET-http-x-/"]}"#, "hit"),
            (#""resp_headers":{"Cache-Status":["Souin; fwd=uri-miss; stored"],"Vary":["a","b"]}"#, "miss"),
            (#""resp_headers":{"Cache-Status":["Origin; hit","Edge; fwd=miss"]}"#, "hit"),
            (#""resp_headers":{"Cache-Status":[ "A; fwd=bypass" , "B; fwd=stale; fwd-status=304" ]}"#, "revalidated"),
            (#""resp_headers":{"X-Cache":["MISS"],"Cache-Status":["A; hit"]}"#, "hit"),
            (#""resp_headers":{"X-Cache":["Miss from cloudfront"]}"#, "unknown"),
            (#""resp_headers":{"X-Cache-Status":["HIT"]}"#, "hit"),
            (#""resp_headers":{"X-Cache":["HI\u0054"]}"#, "hit"),
            (#""resp_headers":{"Cache-Status":[]}"#, "none"), (#""resp_headers":{"Cache-Status":null}"#, "none"),
            (#""resp_headers":{"Cache-Status":[7]}"#, "unknown"), (#""resp_headers":{"Cache-Status":"A; hit"}"#, "hit"),
            (#""resp_headers":{"Content-Type":["text/html"]}"#, "none"), (#""resp_headers":"""#, "none"),
            (#""downstream_Cache-Status":"A; hit""#, "hit"), (#""downstream_X-Cache":"-""#, "none"),
        ])
    func headers(member: String, cache: String) {
        let text =
            #"{"level":"info","ts":1716723772.6,"logger":"http.log.access","request":{"method":"GET","uri":"/a"},"#
            + #""duration_s":0.5,"size":7,"status":200,\#(member)}"#
        var reader = RecordReader()
        #expect(reader.explain(text.utf8, latest: farFuture).fact("cache") == cache)
        // By shapes as by the general reader.
        for learns in [true, false] {
            var reader = RecordReader(learnsShapes: learns)
            let many = RequestLogTests.read(Array(String(repeating: text + "\n", count: 40).utf8), with: &reader)
            #expect(many.counts.accepted == 40 && Set(many.records.map(\.cache.name)) == [cache])
        }
    }

    @Test("lines with one header, several or none are read by shapes as by the general reader", arguments: [1, 2, 3])
    func mixedHeaders(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let values = [
            #"["A; hit"]"#, #"["A; fwd=miss"]"#, #"["A; hit","B; fwd=miss"]"#, "[]", "null", #""HIT""#, "[1]",
            #"["A\u003b hit"]"#,
            #"[["A; hit"]]"#, #"["A; hit" ]"#, #"["-"]"#, #"[""]"#, "true", "7",
        ]
        let lines = (0..<600).map { _ in
            let value = random.oneIn(3) ? random.element(of: values) : values[random.below(2)]
            let other = random.oneIn(5) ? "" : #""Server":["Caddy"],"#
            return #"{"ts":1716723772.6,"logger":"x","request":{"method":"GET","uri":"/a"},"duration":0.5,"#
                + #""status":200,"resp_headers":{\#(other)"Cache-Status":\#(value)}}"#
        }
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var quick = RecordReader()
        var slow = RecordReader(learnsShapes: false)
        let (left, right) = (RequestLogTests.read(bytes, with: &quick), RequestLogTests.read(bytes, with: &slow))
        #expect(left.counts == right.counts && left.unknownCacheWords == right.unknownCacheWords, "seed \(seed)")
        #expect(left.records.map(\.cache) == right.records.map(\.cache), "seed \(seed)")
        #expect(quick.shapedLines > 50, "seed \(seed)")
    }

    @Test(
        "the three times of AWS's load balancers are added, as numbers and as texts",
        arguments: [
            ("0.001", "0.020", "0.300", "321000000ns"), ("\"0.001\"", "\"0.020\"", "\"0.300\"", "321000000ns"),
            ("-1", "-1", "-1", nil), ("0.001", "-1", "-1", nil), ("\"-\"", "0.1", "0.1", nil),
        ])
    func firehose(request: String, target: String, response: String, duration: String?) {
        let text =
            #"{"type":"http","time":"2018-08-26T14:17:23.186641Z","request_processing_time":\#(request),"#
            + #""target_processing_time":\#(target),"response_processing_time":\#(response),"elb_status_code":"200","#
            + #""target_status_code":"200","request_verb":"GET","request_url":"http://a.example:80/b?c","sent_bytes":"7"}"#
        var reader = RecordReader()
        let found = reader.explain(text.utf8, latest: farFuture)
        #expect(found.fact("duration") == duration && found.fact("route") == "/b" && found.fact("method") == "GET")
        let many = RequestLogTests.read(String(repeating: text + "\n", count: 40))
        #expect(many.counts.accepted == 40 && Set(many.records.map(\.durationNanoseconds)).count == 1)
    }

    @Test("a key that is repeated without end costs no more than its line")
    func repeatedParts() {
        let keys = String(repeating: #""target_processing_time":0.25,"#, count: 30_000)
        #expect(record("{" + keys + #""time":"2018-08-26T14:17:23Z","status":200}"#)?.durationNanoseconds ?? 0 > 0)
    }

    @Test(
        "half of a writer's keys tell nothing", arguments: ["resp_headers", "bytes_read", "response_flags", "Overhead"])
    func halfKnown(key: String) {
        let text = #"{"ts":"2025-12-31T16:37:40.479Z","status":200,"path":"/a","duration":11,"\#(key)":1}"#
        var reader = RecordReader()
        #expect(reader.explain(text.utf8, latest: farFuture).lacksDurationUnit != nil)
    }
}
