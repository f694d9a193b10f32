import RequestLog
import TestSupport
import Testing

@Suite("Wrappers around lines")
struct WrapperTests {
    private static let combined =
        #"192.168.61.205 - - [24/Aug/2021:09:52:13 +0000] "GET /a?x=1 HTTP/1.1" 200 13 "-" "Mozilla/5.0""#

    private static func explained(_ line: String, _ format: LineFormat = .auto) -> LineExplanation {
        var options = ReaderOptions(format: format, timeZone: .utc)
        options.reference = Timestamp(rfc3339: "2026-11-22T12:00:00Z")!
        var reader = RecordReader(options: options)
        return reader.explain(line.utf8, latest: farFuture)
    }

    @Test("lines that real systems wrote are read inside their wrappers")
    func realLines() {
        let ingress =
            #"172.18.0.1 - - [28/Jan/2022:16:04:05 +0000] "GET / HTTP/1.1" 200 13 "-" "curl/7.68.0" 80 0.000 "#
            + "[default-helloworld-5678] [] 10.244.0.9:5678 13 0.000 200 c99400a4db42e32187a3cbda00920e41"
        let cri = Self.explained("2022-01-28T16:04:05.413656027Z stdout F " + ingress)
        #expect(cri.origin == LineOrigin(format: "ingress-nginx", wrappers: [.cri]))
        #expect(cri.fact("time") == "2022-01-28T16:04:05Z" && cri.fact("duration") == "0ns")
        let docker = Self.explained(
            #"{"log":"192.168.61.205 - - [24/Aug/2021:09:52:13 +0000] \"GET /a?x=1 HTTP/1.1\" 200 13 \"-\" \"#
                + #""Mozilla/5.0 …\" 502 0.001 [default-helloworld-helloworld-chart-5678] [] 192.168.46.137:5678 13 "#
                + #"0.000 200 04f1619cfb5e02b6455c19b860427758\n","stream":"stdout","time":"2021-08-24T09:52:13.2Z"}"#)
        #expect(docker.origin?.description == "ingress-nginx in Docker's json-file")
        #expect(docker.fact("route") == "/a" && docker.fact("duration") == "1000000ns")
        let haproxy = Self.explained(
            "Feb 25 16:19:49 192.168.4.2 haproxy[7]: 141.35.244.171:53332 [25/Feb/2019:16:19:48.143] prod_http_in~ "
                + "bk_admin/nginx_sonst 0/0/7/1457/1487 200 11394 - - ---- 2/1/0/0/0 0/0 {Mozilla/5.0 (X11)} {} "
                + #""GET /admin/colt?survey=130 HTTP/1.1""#)
        #expect(haproxy.origin == LineOrigin(format: "haproxy", wrappers: [.syslog]))
        #expect(haproxy.fact("time") == "2019-02-25T16:19:48.143Z" && haproxy.fact("duration") == "1487000000ns")
    }

    @Test(
        "every head is peeled off",
        arguments: [
            ("<190>Nov 22 10:14:59 web nginx: ", Wrapper.syslog), ("<190>Nov  2 10:14:59 nginx: ", .syslog),
            ("Nov 22 10:14:59 web nginx[12]: ", .syslog),
            ("2026-11-22T10:14:59.123456+01:00 web nginx[12]: ", .syslog),
            ("<165>1 2026-11-22T10:14:59.003Z web nginx 12 ID47 - ", .syslog),
            (#"<165>1 2026-11-22T10:14:59.003Z web nginx - - [a@1 b="]\"x" c="d"][e@2] "#, .syslog),
            ("<165>1 - - nginx - - - \u{feff}", .syslog), ("web-1  | ", .compose), ("my.shop_db-1 | ", .compose),
            ("2026-11-22T10:14:59.123456789Z stderr F ", .cri), ("2026-11-22T10:14:59.1+02:00 stdout F:x:y ", .cri),
            ("\u{1b}[32m", .colours), ("\u{feff}", nil), ("\u{feff}  ", nil),
        ] as [(String, Wrapper?)])
    func heads(head: String, wrapper: Wrapper?) {
        let request = line(#""method":"GET","path":"/a""#)
        for content in [request, Self.combined] {
            let found = Self.explained(head + content)
            #expect(found.fact("route") == "/a" && found.fact("status") == "200", "\(found)")
            #expect(found.origin?.wrappers == (wrapper.map { [$0] } ?? []))
            #expect(found.fact("time") == Self.explained(content).fact("time"))
        }
    }

    @Test(
        "a line that tells no time has the time of its wrapper",
        arguments: [
            ("2026-11-22T10:14:59.5Z stdout F ", "2026-11-22T10:14:59.5Z"),
            ("web-1  | 2026-11-22T10:14:59.5Z ", "2026-11-22T10:14:59.5Z"),
            ("2026-11-22T10:14:59.5Z ", "2026-11-22T10:14:59.5Z"),
            ("2026-11-22T10:14:59.5+01:00 web app[7]: ", "2026-11-22T09:14:59.5Z"),
            ("<14>1 2026-11-22T10:14:59.5Z web app 7 - - ", "2026-11-22T10:14:59.5Z"),
            ("Nov 21 10:14:59 web app: ", "2026-11-21T10:14:59Z"),
            ("Dec 24 10:14:59 web app: ", "2025-12-24T10:14:59Z"),
            // The outer one is nearer to the clock.
            ("2026-11-22T10:14:59.5Z stdout F Nov 21 10:14:00 web app: ", "2026-11-22T10:14:59.5Z"),
        ])
    func wrappersTime(head: String, time: String) {
        for content in [
            #"INFO:     127.0.0.1:60084 - "GET /docs?q=1 HTTP/1.1" 200 OK"#, #"{"status":200,"path":"/docs"}"#,
        ] {
            let found = Self.explained(head + content)
            #expect(found.fact("route") == "/docs")
            #expect(LineExpectation(facts: [("time", time)]).differences(from: found) == [])
        }
        let own = Self.explained(head + #"{"status":200,"time":"2020-01-01T00:00:00Z"}"#)
        #expect(own.fact("time") == "2020-01-01T00:00:00Z")
    }

    @Test("colours are taken out wherever they stand")
    func colours() {
        let uvicorn =
            "\u{1b}[32mINFO\u{1b}[0m:     127.0.0.1:60084 - \"\u{1b}[1mGET /docs HTTP/1.1\u{1b}[0m\" \u{1b}[32m200 OK\u{1b}[0m"
        for head in ["2026-11-22T10:14:59Z stdout F ", "web-1  | 2026-11-22T10:14:59Z "] {
            let found = Self.explained(head + uvicorn)
            #expect(found.fact("route") == "/docs" && found.fact("status") == "200", "\(found)")
            #expect(found.origin?.wrappers.contains(.colours) == true)
        }
        let object = Self.explained("{\u{1b}[34;1m\"status\"\u{1b}[0m:200,\"time\":\"2020-01-01T00:00:00Z\"}")
        #expect(object.fact("status") == "200")
        // What `tput sgr0` writes.
        let reset = Self.explained("{\"status\":200,\"time\":\"2020-01-01T00:00:00Z\"}\u{1b}(B\u{1b}[m")
        #expect(reset.fact("status") == "200")
        #expect(Self.explained("\u{1b}[0m").outcome == .blank)
    }

    @Test("escape bytes that begin no sequence are no colours", arguments: ["\u{1b}", "\u{1b}\u{1b}[0m", "\u{1b}[0"])
    func noColours(line: String) {
        guard case .rejected(let fault) = Self.explained(line).outcome else {
            Issue.record("taken for \(Self.explained(line).outcome)")
            return
        }
        #expect(fault.reason == .malformed)
    }

    @Test(
        "what only looks like a wrapper is none",
        arguments: [
            "2026-11-22T10:14:59Z stdout X a", "2026-11-22T10:14:59Z stdin F a", "Nov 22 10:14:59 web nginx",
            "<1999>Nov 22 10:14:59 web nginx: a", "<13>1 2026-11-22T10:14:59Z web nginx - - [a a", "web-1  |a",
            #"{"log":"a\n","stream":"stdout","time":"t","status":200}"#, #"{"log":"a\n","stream":1}"#, "| a",
        ])
    func lookAlikes(line: String) {
        #expect(Self.explained(line).fact("rejected") != nil)
    }

    @Test("an object that has more than Docker writes is an object")
    func noDocker() {
        let found = Self.explained(#"{"log":"a\n","time":"2026-11-22T10:14:59Z","status":200,"path":"/b"}"#)
        #expect(found.origin == LineOrigin(format: "json") && found.fact("route") == "/b")
    }

    @Test("what a program says beside its requests is told apart from what nobody understands")
    func news() {
        for line in [
            "INFO:     Application startup complete.", "ERROR:    Exception in ASGI application",
            "Feb 25 16:19:49 lb haproxy[7]: Proxy public started.",
            "10.0.0.9:5432 [25/Feb/2019:16:19:48.143] public/1: SSL handshake failure",
        ] {
            #expect(Self.explained(line).fact("rejected") == "not_a_request", "\(line)")
            #expect(Self.explained(line, .known("combined")).fact("rejected") == "malformed", "\(line)")
        }
        #expect(Self.explained("Feb 25 16:19:49 lb sshd[7]: Connection closed").fact("rejected") == "malformed")
    }

    @Test("any line is the same record in any wrappers", arguments: [1, 2, 3, 4])
    func differential(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lines = KnownFormatTests.samples.map(\.line) + [line(#""path":"/a\n\"b\u00e9","duration_ms":1.5"#)]
        for _ in 0..<400 {
            let content = random.element(of: lines)
            var wrapped = content
            for _ in 0...random.below(3) { wrapped = Self.wrap(wrapped, &random) }
            let (bare, inside) = (Self.explained(content), Self.explained(wrapped))
            // What has no time of its own has the wrapper's.
            for fact in LineExpectation.facts where fact != "time" && bare.fact("time") != nil {
                #expect(inside.fact(fact) == bare.fact(fact), "seed \(seed), \(fact): \(wrapped)")
            }
            #expect(bare.fact("time") == nil || inside.fact("time") == bare.fact("time"), "seed \(seed): \(wrapped)")
        }
    }

    /// Random bytes put in, taken out and changed never lead outside the line, nor to another reading in a block.
    @Test("wrappers with bytes changed are read in a block as alone", arguments: [1, 2, 3, 4])
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_000 {
            var bytes = Array(Self.wrap(Self.wrap(Self.combined, &random), &random).utf8)
            for _ in 0...random.below(3) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(random.element(of: Array("{}[]\"\\|<> \u{1b}:_".utf8)), at: place)
                }
            }
            bytes = bytes.map { $0 == 0x0a ? 0x20 : $0 }
            var options = ReaderOptions(timeZone: .utc)
            options.reference = Timestamp(seconds: 1_800_000_000)
            var reader = RecordReader(options: options)
            let reading = read(bytes, options: options)
            switch reader.explain(bytes, latest: farFuture).outcome {
            case .record(let record): #expect(reading.records.map(\.status) == [record.status], "seed \(seed)")
            case .rejected(let fault):
                #expect(reading.counts[fault.reason] == 1 && fault.offset <= bytes.count, "seed \(seed)")
            case .blank, .header, .continuation, .filtered: #expect(reading.counts.rejected == 0, "seed \(seed)")
            }
        }
    }

    static func wrap(_ line: String, _ random: inout SeededRandom) -> String {
        switch random.below(5) {
        case 0: return "2026-11-22T10:14:59.123456789Z stdout F " + line
        case 1: return "<190>Nov 22 10:14:59 web nginx: " + line
        case 2: return "<14>1 2026-11-22T10:14:59Z web app 7 - [x@1 a=\"b\"] " + line
        case 3: return "web-1  | " + line
        default: return docker(line + "\n")
        }
    }

    static func docker(_ log: String, stream: String = "stdout") -> String {
        var text = ""
        for scalar in log.unicodeScalars {
            switch scalar {
            case "\"": text += #"\""#
            case "\\": text += #"\\"#
            case "\n": text += #"\n"#
            case "\u{1b}": text += #"\u001b"#
            default: text.unicodeScalars.append(scalar)
            }
        }
        return #"{"log":""# + text + #"","stream":""# + stream + #"","time":"2026-11-22T10:14:59.5Z"}"#
    }
}

@Suite("nginx's own escaping of JSON")
struct NginxJSONTests {
    private static let line =
        #"{"time":"2026-11-22T10:14:59Z","status":"200","request":"GET /caf\xC3\xA9?q=\x22 HTTP/1.1","agent":"a \x22b\x22 \\x22 \x5C \x09"}"#

    @Test("it is no JSON, and the mend is said")
    func refused() {
        let found = fault(Self.line)
        #expect(found?.reason == .malformed && found?.expected.contains("escape=json") == true)
        #expect(found?.offset == Array(Self.line.utf8).firstRange(of: Array(#"\xC3"#.utf8)).map { $0.lowerBound + 1 })
    }

    @Test("it is read where the format says so, alone and wrapped, and what else is wrong stays wrong")
    func read() {
        for head in ["", "<190>Nov 22 10:14:59 web nginx: ", "2026-11-22T10:14:59.5Z stdout F "] {
            var reader = RecordReader(options: ReaderOptions(format: .nginxJSON))
            let found = reader.explain((head + Self.line).utf8, latest: farFuture)
            #expect(found.fact("route") == "/café" && found.fact("status") == "200", "\(found)")
        }
        let options = ReaderOptions(format: .nginxJSON)
        #expect(fault(Self.line.replacing("\"status\"", with: "status"), options: options)?.reason == .malformed)
        #expect(fault(Self.line.replacing(#"\x5C"#, with: #"\x5"#), options: options)?.reason == .malformed)
        #expect(
            RequestLogTests.read(Self.line + "\n" + Self.line.replacing("\\x", with: "\\u00"), options: options).counts
                .accepted == 2)
    }
}
