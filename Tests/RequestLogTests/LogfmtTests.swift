import RequestLog
import TestSupport
import Testing

@Suite("logfmt")
struct LogfmtTests {
    static let structlog =
        "2023-08-07 14:12:08.838167 [info     ] GET /api/character/douglas-mctrickfoot [dnd5esheets.middlewares] "
        + "correlation_id=None request={'method': 'GET', 'path': '/api/character/douglas', 'client': {'status': 1}} "
        + "response={'status': 'successful', 'status_code': 200, 'time_taken': '0.0256s'}"

    private static func explained(_ line: String, _ format: LineFormat = .auto) -> LineExplanation {
        var reader = RecordReader(options: ReaderOptions(format: format, timeZone: .utc))
        return reader.explain(line.utf8, latest: farFuture)
    }

    private static func differences(_ line: String, _ facts: [(String, String)]) -> [String] {
        LineExpectation(facts: facts).differences(from: explained(line))
    }

    @Test("a line of pairs is known by its time and its status")
    func pairs() {
        let line =
            #"level=info time="2026-11-22T10:14:59Z" slow method=GET path="/a \"b\"/1?x=y" status=200 duration=12ms "#
            + #"db_calls=3 db_time_ms=1.5 cache=HIT user_id=7 bytes=512 version=v1"#
        #expect(
            Self.differences(
                line,
                [
                    ("time", "2026-11-22T10:14:59Z"), ("method", "GET"), ("status", "200"), ("duration", "12ms"),
                    ("db_calls", "3"), ("db_time", "1500us"), ("cache", "hit"), ("segment", "authenticated"),
                    ("bytes", "512"), ("version", "v1"),
                ]) == [])
        #expect(Self.explained(line).origin?.format == "logfmt")
        #expect(Self.explained(line).findings.contains { $0.field == .duration && $0.key == "duration" })
    }

    @Test("what Python's loggers write is read: structlog's head, reprs and units in values")
    func structlog() {
        #expect(
            Self.differences(
                Self.structlog,
                [
                    ("time", "2023-08-07T14:12:08.838167Z"), ("method", "GET"), ("route", "/api/character/douglas"),
                    ("status", "200"), ("duration", "25600us"), ("segment", "unknown"),
                ]) == [])
        let head = "2023-08-07 14:12:08 [info     ] GET /a/7            status=204 user=None took='1.5 ms'"
        #expect(
            Self.differences(
                head,
                [
                    ("time", "2023-08-07T14:12:08Z"), ("method", "GET"), ("route", "/a/{id}"), ("duration", "1500us"),
                    ("segment", "anonymous"),
                ]) == [])
    }

    @Test(
        "each way to write a value",
        arguments: [
            ("path=/a", "/a"), ("path=\"/a\"", "/a"), ("path='/a b'", "/a b"), ("path=/a=b", "/a=b"),
            ("path='/it\\'s'", "/it's"), ("path=/a,", "/a"), ("path='tis /x", "'tis"), ("path=\"\\/a\"", "/a"),
            ("request={\"path\": '/a'}", "/a"), ("request={path: /a}", "/a"), ("request={'path': '/a'}, x=[1, 2", "/a"),
            ("http.path=/a", "/a"), ("x={'request': {'path': '/b'}} path=/a", "/a"),
            ("request={'x': (1, [2]), 'path': '/a'}", "/a"), ("x=\"{'\" path=/a", "/a"), ("PATH=/a", "/a"),
            ("path=/a =x \"y z\" \"", "/a"), ("path=\t/b uri=/a", "/a"),
        ])
    func values(text: String, route: String) {
        let line = "time=2026-11-22T10:14:59Z status=200 " + text
        #expect(Self.explained(line).fact("route") == route, "\(Self.explained(line))")
        #expect(Self.explained("status=200 " + text + " time=2026-11-22T10:14:59Z", .logfmt).fact("route") == route)
    }

    @Test(
        "a time may be of two words, or stand in front",
        arguments: [
            "time=2026-11-22 10:14:59,5 status=200", "time=\"2026-11-22 10:14:59.5\" status=200",
            "ts=1795342499.5 status=200", "2026-11-22 10:14:59,5 INFO [x] status=200",
            "2026-11-22T10:14:59.5Z INFO status=200",
        ])
    func times(line: String) {
        #expect(Self.explained(line, .logfmt).fact("time") == "2026-11-22T10:14:59.500Z", "\(line)")
    }

    @Test(
        "a line that does not tell its time and its status as pairs is not taken for one",
        arguments: [
            "hello world", "status=200", "time=2026-11-22T10:14:59Z", "time=2026-11-22T10:14:59Z status=ok",
            "time= status=200", "time=2026-11-22T10:14:59Z status=200 path=\"/a", "a=b c=d", "=", "a=\"", "\"",
            "2026-11-22 10:14:59 GET / status=200", "2026-11-22 10:14:59 [info status=200",
        ])
    func others(line: String) {
        #expect(Self.explained(line).fact("rejected") == "malformed")
    }

    @Test("a line that says how it is written is not malformed for what it lacks")
    func lacking() {
        #expect(Self.explained("status=200", .logfmt).fact("rejected") == "missing_time")
        #expect(Self.explained("hello", .logfmt).fact("rejected") == "missing_status")
        #expect(Self.explained("a=\"x", .logfmt).fact("rejected") == "malformed")
        #expect(Self.explained(line(""), .logfmt).fact("rejected") == "missing_status")
        #expect(Self.explained("", .logfmt).outcome == .blank)
    }

    @Test(
        "a hostile line takes no longer than its length", arguments: ["a=[ ", "\\\" ", "a='\\' ", "\" ", "a={(", "=\""])
    func hostile(text: String) {
        let line = String(repeating: text, count: (1 << 20) / text.utf8.count)
        let duration = ContinuousClock().measure { _ = read(line, options: ReaderOptions(format: .logfmt)) }
        #expect(duration < .seconds(20))
    }

    @Test("a line that ends early, or has other bytes, never takes what stands behind it", arguments: [1, 2, 3])
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let options = ReaderOptions(format: .logfmt, timeZone: .utc)
        var reader = RecordReader(options: options)
        for _ in 0..<2_000 {
            var bytes = Array(Self.structlog.utf8)
            let place = Int.random(in: 1..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 11...255, using: &random)
            case 1: bytes[place] = [0x22, 0x27, 0x5c, 0x7b, 0x7d, 0x3d].randomElement(using: &random)!
            default: bytes.removeSubrange(place...)
            }
            let found = [UInt8(ascii: "'"), UInt8(ascii: "}"), 0x30, 0x20].map {
                read(bytes, options: options, padding: $0).records
            }
            #expect(Set(found.map { $0.map(\.status) }).count == 1, "seed \(seed)")
            #expect(found.allSatisfy { $0.count == found[0].count && $0.map(\.time) == found[0].map(\.time) })
            let explanation = reader.explain(bytes, latest: farFuture)
            #expect(explanation.fact("status") == found[0].first.map { "\($0.status)" }, "seed \(seed)")
        }
    }
}

@Suite("LTSV")
struct LTSVTests {
    private static func explained(_ line: String, _ format: LineFormat = .auto) -> LineExplanation {
        var reader = RecordReader(options: ReaderOptions(format: format))
        return reader.explain(line.utf8, latest: farFuture)
    }

    @Test("the recommended labels are known with their units", arguments: [LineFormat.auto, .ltsv])
    func labels(format: LineFormat) {
        let line =
            "host:127.0.0.1\tident:-\tuser:frank\ttime:[10/Oct/2000:13:55:36 -0700]\treq:GET /apache_pb.gif HTTP/1.0\t"
            + "status:200\tsize:2326\treferer:http://www.example.com/start.html\tua:Mozilla/4.08 [en] (Win98; I ;Nav)\t"
            + "reqtime:0.012\treqtime_microsec:12345\tapptime:0.010, 0.001\tcache:HIT"
        let facts = [
            ("time", "2000-10-10T20:55:36Z"), ("method", "GET"), ("route", "/apache_pb.gif"), ("status", "200"),
            ("duration", "12345us"), ("upstream_time", "11ms"), ("cache", "hit"), ("segment", "authenticated"),
            ("bytes", "2326"),
        ]
        for end in ["", "\r", "\t"] {
            #expect(LineExpectation(facts: facts).differences(from: Self.explained(line + end, format)) == [])
        }
        #expect(Self.explained(line).origin?.format == "ltsv")
    }

    @Test(
        "what is no LTSV is not taken for it",
        arguments: [
            "time:1\tx", "a b:c\tstatus:200", "status:200\tpath:/", ":\t:", "time:2026-11-22T10:14:59Z status:200",
        ])
    func others(line: String) {
        #expect(Self.explained(line).fact("rejected") == "malformed")
    }

    @Test("durations without a unit ask for one")
    func units() {
        let line = "time:2026-11-22T10:14:59Z\tstatus:200\truntime:0.5"
        #expect(Self.explained(line).lacksDurationUnit?.key == "runtime")
    }
}
