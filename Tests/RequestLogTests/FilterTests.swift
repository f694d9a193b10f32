import RequestLog
import TestSupport
import Testing

@Suite("Filters")
struct FilterTests {
    static func options(
        routes: [String] = [], statuses: [String] = [], userAgents: [String] = []
    ) throws -> ReaderOptions {
        var options = ReaderOptions()
        options.filters = [
            LineFilter(
                routes: try routes.map(RoutePattern.init), statuses: statuses.compactMap(StatusRange.init),
                userAgents: userAgents)
        ]
        return options
    }

    private func isFiltered(_ text: String, _ options: ReaderOptions) -> Bool {
        let counts = read(text, options: options).counts
        #expect(counts.lines == 1 && counts.accepted + counts.filtered == 1, "\(text)")
        return counts.filtered == 1
    }

    @Test(
        "the path decides, or the route of the log",
        arguments: [
            (#""path":"/healthz?verbose""#, true), (#""path":"/healthz/x""#, false), (#""path":"/static/a.js""#, true),
            (#""request":"GET /healthz HTTP/1.1""#, true), (#""request":"GET /a HTTP/1.1""#, false),
            (#""route":"/healthz""#, true), (#""route":"/r","path":"/healthz""#, true),
            (#""route":"/healthz","path":"/h""#, true), (#""path":"/hea\u006cthz""#, true), ("", false),
            (#""path":"-""#, false), (#""route":"health""#, false),
        ])
    func routes(members: String, expected: Bool) throws {
        let options = try FilterTests.options(routes: ["/healthz", "/static/**"])
        #expect(isFiltered(line(members), options) == expected)
    }

    @Test(
        "the status decides",
        arguments: [
            (200, false), (204, true), (205, true), (206, false), (301, true), (399, true), (404, false), (599, true),
        ])
    func statuses(status: Int, expected: Bool) throws {
        let options = try FilterTests.options(statuses: ["204-205", "3xx", "599"])
        #expect(isFiltered(#"{"time":"2026-11-22T10:14:59Z","status":\#(status)}"#, options) == expected)
    }

    @Test(
        "what is no status is none",
        arguments: [
            "", "2", "2x", "2xX", "20x", "099", "600", "6xx", "0xx", "300-200",
            "100-", "-200", "1-2-3", "+404", "404 ", "99999999",
        ])
    func noStatus(text: String) { #expect(StatusRange(text) == nil) }

    @Test(
        "the user agent decides, wherever the log has it",
        arguments: [
            (#""user_agent":"kube-probe/1.30""#, true), (#""user_agent":"Kube-Probe/1""#, false),
            (#""user_agent":"a kube-probe/1""#, false), (#""userAgent":"kube-probe/""#, true),
            (#""http_user_agent":"kube-prob""#, false), (#""http_user_agent":"kube-probe\/1""#, true),
            (#""request":{"headers":{"User-Agent":["kube-probe/1"]}}"#, true),
            (#""request":{"headers":{"User-Agent":[]}}"#, false), (#""headers":{"user-agent":"kube-probe/1"}"#, true),
            (#""user_agent":{"original":"kube-probe/1"}"#, true), (#""user_agent":null"#, false), ("", false),
            (#""httpRequest":{"userAgent":"kube-probe/1"}"#, true), (#""request_User-Agent":"kube-probe/1""#, true),
        ])
    func userAgents(members: String, expected: Bool) throws {
        let options = try FilterTests.options(userAgents: ["curl/", "kube-probe/"])
        #expect(isFiltered(line(members), options) == expected)
    }

    @Test("a user agent that is no text loses no request")
    func bytes() throws {
        let options = try FilterTests.options(userAgents: ["kube-probe/"])
        for (agent, expected) in [([0x6b, 0xff], false), (Array("kube-probe/".utf8) + [0xff, 0x01], true)] {
            let text = Array(line(#""user_agent":"@""#).utf8).flatMap { $0 == 0x40 ? agent : [$0] }
            let counts = read(text, options: options).counts
            #expect(counts.filtered == (expected ? 1 : 0) && counts.accepted == (expected ? 0 : 1))
        }
    }

    @Test(
        "text formats, logfmt and LTSV are filtered, too",
        arguments: [
            #"1.2.3.4 - - [22/Nov/2026:10:14:59 +0000] "GET /a HTTP/1.1" 200 5 "-" "kube-probe/1.30""#,
            "time=2026-11-22T10:14:59Z status=200 path=/a user_agent=kube-probe/1.30",
            "time:2026-11-22T10:14:59Z\tstatus:200\tua:kube-probe/1.30",
        ])
    func formats(text: String) throws {
        #expect(isFiltered(text, try FilterTests.options(userAgents: ["kube-probe/"])))
        #expect(!isFiltered(text, try FilterTests.options(userAgents: ["curl/"])))
    }

    @Test("what writers' own formats call a user agent is known")
    func writers() throws {
        for format in [
            try TextFormat(name: "apache", apache: #"%t "%r" %>s "%{User-Agent}i""#),
            try TextFormat(name: "gunicorn", gunicorn: #"%(t)s "%(r)s" %(s)s "%(a)s""#),
        ] {
            var options = try FilterTests.options(userAgents: ["kube-probe/"])
            options.format = .text(format)
            #expect(isFiltered(#"[22/Nov/2026:10:14:59 +0000] "GET /a HTTP/1.1" 200 "kube-probe/1""#, options))
        }
    }

    @Test("all that a filter names must fit, and one filter is enough")
    func together() throws {
        var options = try FilterTests.options(
            routes: ["/health"], statuses: ["200"], userAgents: ["kube-probe/"])
        func line(_ path: String, _ status: Int, _ agent: String) -> String {
            #"{"time":"2026-11-22T10:14:59Z","status":\#(status),"path":"\#(path)","user_agent":"\#(agent)"}"#
        }
        #expect(isFiltered(line("/health", 200, "kube-probe/1"), options))
        #expect(!isFiltered(line("/health", 503, "kube-probe/1"), options))
        #expect(!isFiltered(line("/a", 200, "kube-probe/1"), options))
        #expect(!isFiltered(line("/health", 200, "curl/1"), options))
        options.filters.append(LineFilter(statuses: [try #require(StatusRange("503"))]))
        #expect(isFiltered(line("/health", 503, "kube-probe/1"), options))
    }

    @Test("what is no request is rejected, whatever the filters say")
    func rejected() throws {
        let options = try FilterTests.options(statuses: ["1xx", "2xx", "3xx", "4xx", "5xx"])
        for (text, reason) in [
            (#"{"status":200}"#, RejectReason.missingTime), (#"{"time":"2026-11-22T10:14:59Z"}"#, .missingStatus),
            (line(#""duration":7"#), .badDuration), (line(#""a":01"#), .malformed),
        ] {
            #expect(read(text, options: options).counts[reason] == 1, "\(text)")
        }
        #expect(isFiltered(line(""), options))
    }

    @Test("what is filtered leaves no name and no cache word behind")
    func traces() throws {
        let options = try FilterTests.options(statuses: ["200"])
        let text = line(#""route":"/r","version":"v1","cache":"WARM""#)
        let reading = read(Array(repeating: text, count: 100).joined(separator: "\n"), options: options)
        #expect(reading.counts.filtered == 100 && reading.unknownCacheWords == 0)
        #expect(!reading.names.texts.contains("/r") && !reading.names.texts.contains("v1"))
    }

    @Test("shapes and the general scanner filter the same lines", arguments: 0..<40)
    func shapes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var options = try FilterTests.options(routes: ["/health", "/static/**"], userAgents: ["kube-probe/", "x"])
        options.filters.append(LineFilter(statuses: [try #require(StatusRange("304"))]))
        options.filters.append(LineFilter(routes: [try RoutePattern("/*.ico")]))
        let plainPaths = [#""/health""#, #""/a/7""#, #""/favicon.ico""#, #""/static/a""#, #""/b""#]
        let oddPaths = [#""/static/\/a""#, #""/b\n""#, #""\ud800""#, "null", "7"]
        let plainAgents = [#""kube-probe/1""#, #""curl""#, #""Mozilla""#]
        let oddAgents = [#""k\u0075be-probe/""#, "null", "7", #""x\"y""#]
        let lines = (0..<600).map { number in
            let status = [200, 200, 304, 404, 99][Int.random(in: 0..<(number % 50 == 0 ? 5 : 4), using: &random)]
            let time = number % 97 == 0 ? "never" : "2026-11-22T10:14:\(10 + number % 50)Z"
            let key = seed % 2 == 0 ? "path" : "route"
            let isOdd = Int.random(in: 0..<12, using: &random) == 0
            let path = (isOdd ? oddPaths : plainPaths).randomElement(using: &random)!
            let agent = (isOdd ? oddAgents : plainAgents).randomElement(using: &random)!
            return #"{"time":"\#(time)","status":\#(status),"\#(key)":\#(path),"#
                + #""user_agent":\#(agent),"version":"\#(number % 7)","cache":"HIT"}"#
        }
        let bytes = Array(lines.joined(separator: "\n").utf8)
        var quick = RecordReader(options: options)
        var slow = RecordReader(options: options, learnsShapes: false)
        let (left, right) = (read(bytes, with: &quick), read(bytes, with: &slow))
        #expect(left.counts == right.counts && left.counts.filtered > 100 && left.counts.accepted > 100, "\(seed)")
        #expect(left.records.map(\.time) == right.records.map(\.time), "\(seed)")
        for place in left.records.indices where place < right.records.count {
            #expect(left.route(place) == right.route(place), "\(seed)")
        }
        #expect(quick.shapedLines > 200, "\(seed)")
    }

    @Test("the explanation says that a request is not counted")
    func explained() throws {
        var reader = RecordReader(options: try FilterTests.options(statuses: ["200"]))
        let explanation = reader.explain(line("").utf8, latest: farFuture)
        #expect(explanation.outcome == .filtered && explanation.fact("rejected") == "filtered")
        var recognition = Recognition()
        recognition.observe(explanation)
        #expect(recognition.filtered == 1 && recognition.accepted == 0)
    }
}
