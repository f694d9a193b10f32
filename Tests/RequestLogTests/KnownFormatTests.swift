import RequestLog
import TestSupport
import Testing

/// Lines that real systems wrote or document, and the record that each is.
@Suite("Formats that are known without being told")
struct KnownFormatTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        var format: String
        var line: String
        var time: String
        var method = "GET"
        var route: String
        var status = "200"
        var duration: String?
        var upstream: String?
        var cache = "none"
        var segment = "anonymous"
        var bytes: String?

        var testDescription: String { format + ": " + line.prefix(40) }

        var expectation: LineExpectation {
            LineExpectation(facts: [
                ("time", time), ("method", method), ("route", route), ("status", status),
                ("duration", duration ?? "nothing"), ("upstream_time", upstream ?? "nothing"), ("cache", cache),
                ("segment", segment), ("bytes", bytes ?? "nothing"),
            ])
        }
    }

    static let samples = [
        Sample(
            format: "combined",
            line:
                #"83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /presentations/logstash-monitorama-2013/images/kibana-search.png HTTP/1.1" 200 203023 "http://semicomplete.com/presentations/logstash-monitorama-2013/" "Mozilla/5.0 …""#,
            time: "2015-05-17T10:05:03Z", route: "/presentations/logstash-monitorama-2013/images/kibana-search.png",
            bytes: "203023"),
        Sample(
            format: "combined",
            line: #"1.2.3.4 - - [17/Oct/2023:05:57:49 +1100] "\x16\x03\x01\x01 \x02" 400 226 "-" "-""#,
            time: "2023-10-16T18:57:49Z", method: "_OTHER", route: "(unmatched)", status: "400", bytes: "226"),
        Sample(
            format: "combined",
            line: #"::1 - ada lovelace [17/Oct/2023:05:57:49 +0000] "POST /a?b=c HTTP/2.0" 201 - "-" "a \"quoted\" b""#,
            time: "2023-10-17T05:57:49Z", method: "POST", route: "/a", status: "201", segment: "authenticated"),
        Sample(
            format: "common",
            line: #"127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326"#,
            time: "2000-10-10T20:55:36Z", route: "/apache_pb.gif", segment: "authenticated", bytes: "2326"),
        Sample(
            format: "nginx-main",
            line:
                #"10.0.0.9 - - [27/Oct/2021:06:00:14 +0200] "GET /websocket HTTP/1.1" 200 552 "-" "Agent" "1.2.3.4, 5.6.7.8""#,
            time: "2021-10-27T04:00:14Z", route: "/websocket", bytes: "552"),
        Sample(
            format: "vhost-combined",
            line: #"shop.example:443 10.0.0.9 - - [27/Oct/2021:06:00:14 +0200] "GET / HTTP/1.1" 200 552 "-" "Agent""#,
            time: "2021-10-27T04:00:14Z", route: "/", bytes: "552"),
        Sample(
            format: "nginx-amplify",
            line:
                #"10.0.0.9 - - [27/Oct/2021:06:00:14 +0200] "GET /a HTTP/1.1" 200 552 "-" "Agent" "-" "shop" sn="shop" rt=0.250 ua="10.0.0.1:80, 10.0.0.2:80" us="502, 200" ut="1.000, -, 2.000 : 0.250" ul="0, 12" cs=MISS"#,
            time: "2021-10-27T04:00:14Z", route: "/a", duration: "250ms", upstream: "3.25s", cache: "miss", bytes: "552"
        ),
        Sample(
            format: "nginx-cache",
            line:
                #"ip.addr [17/Oct/2017:10:23:53 +0100] "GET /some/path HTTP/2.0" 200 1653 "https://example.com/" "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_6) …" "HIT" "#,
            time: "2017-10-17T09:23:53Z", route: "/some/path", cache: "hit", segment: "unknown", bytes: "1653"),
        Sample(
            format: "ingress-nginx",
            line:
                #"172.18.0.1 - - [28/Jan/2022:16:04:05 +0000] "GET / HTTP/1.1" 200 13 "-" "curl/7.68.0" 80 0.001 [default-helloworld-5678] [] 10.244.0.9:5678 13 0.004 200 c99400a4db42e32187a3cbda00920e41"#,
            time: "2022-01-28T16:04:05Z", route: "/", duration: "1ms", upstream: "4ms", bytes: "13"),
        Sample(
            format: "ingress-nginx",
            line:
                #"172.18.0.1 - - [28/Jan/2022:16:04:05 +0000] "GET / HTTP/1.1" 200 13 "-" "curl" 80 0.900 [x] [] 10.0.0.9:56, 10.0.0.8:56 : 10.0.0.7:56 0, 1 : 13 0.400, 0.100 : 0.300 502, 502 : 200 c99400a4"#,
            time: "2022-01-28T16:04:05Z", route: "/", duration: "900ms", upstream: "800ms", bytes: "13"),
        Sample(
            format: "traefik",
            line:
                #"172.17.0.1 - - [08/Dec/2021:09:16:05 +0000] "GET /scripts/cpshost.dll HTTP/1.1" 200 414 "-" "-" 500 "test@docker" "http://172.17.0.3:80" 7ms"#,
            time: "2021-12-08T09:16:05Z", route: "/scripts/cpshost.dll", duration: "7ms", bytes: "414"),
        Sample(
            format: "traefik",
            line:
                #"172.17.0.1 - - [08/Dec/2021:09:16:05 +0000] "GET /scripts/cpshost.dll HTTP/1.1" 200 414 "-" "-" 500 "test@docker" "http://172.17.0.3:80" 0ms"#,
            time: "2021-12-08T09:16:05Z", route: "/scripts/cpshost.dll", duration: "0s", bytes: "414"),
        Sample(
            format: "envoy",
            line:
                #"[2016-04-15T20:17:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "locations" "tcp://10.0.2.1:80""#,
            time: "2016-04-15T20:17:00.310Z", method: "POST", route: "/api/v1/locations", status: "204",
            duration: "226ms", upstream: "100ms", segment: "unknown", bytes: "0"),
        Sample(
            format: "envoy",
            line:
                #"[2016-04-15T20:17:00.310Z] "GET /slow HTTP/1.1" 0 DC 0 0 3001 - "-" "a" "cc21d9b0" "locations" "-""#,
            time: "2016-04-15T20:17:00.310Z", route: "(unmatched)", status: "499", duration: "3001ms",
            segment: "unknown", bytes: "0"),
        Sample(
            format: "istio",
            line:
                #"[2020-11-25T21:26:18.409Z] "GET /status/418 HTTP/1.1" 418 - via_upstream - "-" 0 135 4 4 "-" "curl/7.73.0-DEV" "84961386-6d84-929d-98bd-c5aee93b5c88" "httpbin:8000" "127.0.0.1:80" inbound|8000|| 127.0.0.1:41854 10.44.1.27:80 10.44.1.23:37652 outbound_.8000_._.httpbin.foo default"#,
            time: "2020-11-25T21:26:18.409Z", route: "(unmatched)", status: "418", duration: "4ms", upstream: "4ms",
            segment: "unknown", bytes: "135"),
        Sample(
            format: "haproxy",
            line:
                #"Feb 25 16:19:49 192.168.4.2 haproxy[7]: 141.35.244.171:53332 [25/Feb/2019:16:19:48.143] prod_http_in~ bk_admin/nginx_sonst 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 {Mozilla/5.0 (Windows NT 6.1; Win64; x64; rv:65.0) …} {} "GET /admin/colt/administration?survey=130&… HTTP/1.1""#,
            time: "2019-02-25T16:19:48.143Z", route: "/admin/colt/administration", duration: "1487ms",
            upstream: "1457ms", segment: "unknown", bytes: "11394"),
        Sample(
            format: "haproxy",
            line:
                #"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in static/srv1 10/0/30/69/+109 200 2750 - - ---- 1/1/1/1/0 0/0 {1wt.eu} "GET /index.html HTTP/1.1""#,
            time: "2009-02-06T12:14:14.655Z", route: "/index.html", duration: "109ms", upstream: "69ms",
            segment: "unknown", bytes: "2750"),
        Sample(
            format: "haproxy",
            line:
                #"10.0.1.2:33317 [06/Feb/2009:12:14:14.655] http-in http-in/<NOSRV> -1/-1/-1/-1/50001 -1 0 - - CR-- 2/2/0/0/0 0/0 "<BADREQ>""#,
            time: "2009-02-06T12:14:14.655Z", method: "_OTHER", route: "(unmatched)", status: "499",
            duration: "50001ms", segment: "unknown", bytes: "0"),
        Sample(
            format: "alb",
            line:
                #"http 2023-04-26T12:22:55.463821Z app/546213e5-apiexamplecom-api-94aa/490d68edf04676fe 192.168.1.10:44740 10.0.0.1:80 0.000 0.001 0.002 200 200 34 366 "GET http://www.example.com:80/cart?x=1 HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#,
            time: "2023-04-26T12:22:55.463821Z", route: "/cart", duration: "3ms", segment: "unknown", bytes: "366"),
        Sample(
            format: "alb",
            line:
                #"http 2023-04-26T12:22:55.463821Z app/546213e5-apiexamplecom-api-94aa/490d68edf04676fe 192.168.1.10:44740 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:… "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-""#,
            time: "2023-04-26T12:22:55.463821Z", route: "/", duration: "1ms", segment: "unknown", bytes: "366"),
        Sample(
            format: "alb",
            line:
                #"https 2018-07-02T22:23:00.186641Z app/my-lb/50dc6c495c0c9188 192.168.131.39:2817 - -1 -1 -1 502 - 34 366 "GET https://www.example.com:443/ HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 - "Root=1-5" "-" "-" 0 2018-07-02T22:22:48.364000Z "waf,forward" "-" "-" "-" "-" "-" "-""#,
            time: "2018-07-02T22:23:00.186641Z", route: "/", status: "502", segment: "unknown", bytes: "366"),
        Sample(
            format: "elb",
            line:
                #"2015-04-10T08:11:09.865823Z us-west-1-production-media 49.150.87.133:55128 - -1 -1 -1 408 - 1294336 0 "PUT https://media.xxxyyyzzz.com:443/videos/F4_M-T4X0MM6Hvy1PFHesw HTTP/1.1""#,
            time: "2015-04-10T08:11:09.865823Z", method: "PUT", route: "(unmatched)", status: "408",
            segment: "unknown", bytes: "0"),
        Sample(
            format: "elb",
            line:
                #"2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -"#,
            time: "2015-05-13T23:39:43.945958Z", route: "/", duration: "1178us", segment: "unknown", bytes: "29"),
        Sample(
            format: "s3",
            line:
                #"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be awsexamplebucket1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 79a59df900b949e5 3E57427F3EXAMPLE REST.GET.VERSIONING - "GET /awsexamplebucket1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader awsexamplebucket1.s3.us-west-1.amazonaws.com TLSV1.2 - -"#,
            time: "2019-02-06T00:00:38Z", route: "/awsexamplebucket1", duration: "7ms", segment: "unknown", bytes: "113"
        ),
        Sample(
            format: "squid",
            line:
                "1525334330.556      3 120.65.1.1 TCP_REFRESH_MISS/200 2014 GET http://www.sample.com/hellow_world.txt public-user DIRECT/www.sample.com text/plain",
            time: "2018-05-03T07:58:50.556Z", route: "/hellow_world.txt", duration: "3ms", cache: "expired",
            segment: "authenticated", bytes: "2014"),
        Sample(
            format: "squid",
            line: "1525334330.556 123456 120.65.1.1 TCP_MISS_ABORTED/000 0 GET http://www.sample.com/ - HIER_NONE/- -",
            time: "2018-05-03T07:58:50.556Z", route: "(unmatched)", status: "499", duration: "123456ms",
            cache: "miss", bytes: "0"),
        Sample(
            format: "uwsgi",
            line:
                "[pid: 88185|app: 0|req: 3/3] 127.0.0.1 () {34 vars in 617 bytes} [Sun Mar 13 22:49:15 2016] POST /endpoint2 => generated 215 bytes in 68 micros (HTTP/1.1 200) 9 headers in 373 bytes (1 switches on core 8)",
            time: "2016-03-13T22:49:15Z", method: "POST", route: "/endpoint2", duration: "68us", bytes: "215"),
        Sample(
            format: "django",
            line: #"[22/Nov/2026 10:14:59] "GET /polls/17/?page=2 HTTP/1.1" 200 6135"#, time: "2026-11-22T10:14:59Z",
            route: "/polls/{id}/", segment: "unknown", bytes: "6135"),
        Sample(
            format: "uwsgi",
            line:
                "[pid: 1|app: 0|req: 3/3] 127.0.0.1 (ada) {34 vars in 617 bytes} [Sun Mar 13 22:49:15 2016] GET /e?x=1 => generated 215 bytes in 18 msecs (HTTP/1.1 200) 9 headers in 373 bytes (1 switches on core 8)",
            time: "2016-03-13T22:49:15Z", route: "/e", duration: "18ms", segment: "authenticated", bytes: "215"),
    ]

    private static var options: ReaderOptions { ReaderOptions(timeZone: .utc) }

    @Test("each line is its format's, and the record that it tells", arguments: samples)
    func goldens(sample: Sample) throws {
        var reader = RecordReader(options: Self.options)
        let explanation = reader.explain(sample.line.utf8, latest: farFuture)
        #expect(explanation.origin?.format == sample.format)
        #expect(sample.expectation.differences(from: explanation) == [])
    }

    @Test("reading lines of all formats in any order gives the same as reading each alone", arguments: [1, 2, 3])
    func mixed(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lines = (0..<400).map { _ in Self.samples.randomElement(using: &random)! }
        let reading = read(Array(lines.map(\.line).joined(separator: "\n").utf8), options: Self.options)
        #expect(reading.records.count == lines.count)
        for (record, sample) in zip(reading.records, lines) {
            #expect(reading.names[record.route] == sample.route && "\(record.status)" == sample.status)
        }
    }

    @Test("no format but its own takes a whole line", arguments: samples)
    func exclusive(sample: Sample) {
        for name in Set(TextFormat.known.map(\.name)) {
            var options = Self.options
            options.format = .known(name)
            var reader = RecordReader(options: options)
            let explanation = reader.explain(sample.line.utf8, latest: farFuture)
            if name == sample.format {
                #expect(sample.expectation.differences(from: explanation) == [])
            } else {
                #expect(["malformed", "not_a_request"].contains(explanation.fact("rejected")), "\(name)")
            }
        }
    }

    @Test(
        "a line with bytes changed or gone is read the same by a block as alone, or rejected", arguments: [1, 2, 3, 4])
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var reader = RecordReader(options: Self.options)
        for _ in 0..<1_500 {
            var bytes = Array(Self.samples.randomElement(using: &random)!.line.utf8)
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 32...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.removeSubrange(place...)
                }
                if bytes.isEmpty { bytes = [0x78] }
            }
            let reading = read(bytes, options: Self.options)
            let explanation = reader.explain(bytes, latest: farFuture)
            #expect(reading.counts.lines == 1, "seed \(seed)")
            if let record = reading.records.first {
                #expect(
                    explanation.fact("status") == "\(record.status)" && explanation.fact("time") == "\(record.time)")
            } else if case .record = explanation.outcome {
                Issue.record("seed \(seed): \(String(decoding: bytes, as: UTF8.self))")
            }
        }
    }
}
