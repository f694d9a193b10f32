import RequestLog
import TestSupport
import Testing

@Suite("The key that tells the segment")
struct SegmentTests {
    private static func options(_ key: String, _ format: LineFormat = .auto) -> ReaderOptions {
        var options = ReaderOptions(format: format, timeZone: .utc)
        options.segmentKey = key
        return options
    }

    @Test(
        "a fact or somebody, and nobody where it says so or is absent",
        arguments: [
            (#""sid":"a1b2""#, "authenticated"), (#""sid":17"#, "authenticated"), (#""sid":true"#, "authenticated"),
            (#""sid":"yes""#, "authenticated"), (#""sid":{"id":1}"#, "authenticated"),
            (#""sid":"\u0061""#, "authenticated"), (#""sid":"\u002d""#, "anonymous"),
            (#""sid":"\u0061nonymous""#, "anonymous"), (#""sid":"f\u0061lse""#, "anonymous"),
            (#""sid":null"#, "anonymous"), (#""sid":"""#, "anonymous"), (#""sid":"-""#, "anonymous"),
            (#""sid":"Anonymous""#, "anonymous"), (#""sid":false"#, "anonymous"), (#""sid":"0""#, "anonymous"),
            (#""sid":0"#, "anonymous"), (#""sid":"No""#, "anonymous"), ("\"x\":1", "anonymous"),
            (#""user_id":"ana","logged_in":true"#, "anonymous"), (#""sid":"a","user_id":null"#, "authenticated"),
        ])
    func values(members: String, segment: String) {
        let options = Self.options("SID")
        // By the general scanner, and where a shape has been learnt.
        #expect(record(line(members), options: options)?.segment.name == segment)
        let many = read(String(repeating: line(#""route":"/a","# + members) + "\n", count: 40), options: options)
        #expect(many.counts.accepted == 40 && Set(many.records.map(\.segment.name)) == [segment])
    }

    @Test("who is written with escapes is who is written without")
    func escapedIdentity() {
        #expect(record(line(#""user":"\u002d""#))?.segment == .anonymous)
        #expect(record(line(#""user":"\u0061nonymous""#))?.segment == .anonymous)
        #expect(record(line(#""user":"an\u0061""#))?.segment == .authenticated)
    }

    @Test("lines with the key and without it stand beside each other", arguments: [1, 2, 3])
    func mixed(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var text = ""
        var wanted: [String] = []
        for _ in 0..<500 {
            let isThere = random.below(2) == 0
            let value = random.element(of: ["\"u\(random.below(9))\"", "\"-\"", "null"])
            text += line(#""route":"/a""# + (isThere ? #","sid":"# + value : "")) + "\n"
            wanted.append(isThere && value.hasPrefix("\"u") ? "authenticated" : "anonymous")
        }
        let reading = read(text, options: Self.options("sid"))
        #expect(reading.records.map(\.segment.name) == wanted)
    }

    @Test("a key inside objects, a label, a column and a variable of a text format")
    func places() throws {
        let object = line(#""request":{"headers":{"X-User":"ana"}}"#)
        #expect(record(object, options: Self.options("request.headers.x-user"))?.segment == .authenticated)
        #expect(record(object, options: Self.options("headers.X-User"))?.segment == .authenticated)
        let pairs = "time=2026-11-22T10:14:59Z status=200 session=abc user=-"
        #expect(record(pairs, options: Self.options("session"))?.segment == .authenticated)
        let labels = "time:2026-11-22T10:14:59Z\tstatus:200\tsession:-\tuser:ana"
        #expect(record(labels, options: Self.options("session"))?.segment == .anonymous)
        let text = try TextFormat(
            name: "nginx", nginx: "$remote_user [$time_local] $status $cookie_session", pattern: "x")
        let written = "ana [17/Oct/2023:05:57:49 +0000] 200 -"
        #expect(record(written, options: Self.options("$cookie_session", .text(text)))?.segment == .anonymous)
        #expect(record(written, options: ReaderOptions(format: .text(text)))?.segment == .authenticated)
    }

    @Test("a column of W3C, and its user agent for filters")
    func columns() throws {
        let log = "#Fields: date time cs-username sc-status x-session cs(User-Agent)\n"
        var options = Self.options("x-session", .w3c(W3CColumns(Array(log.utf8.dropLast()))))
        options.filters = [LineFilter(routes: [], statuses: [], userAgents: ["probe/"])]
        var reader = RecordReader(options: options)
        var context = LineContext()
        let block = GuardedBlock(Array((log + "2026-11-22 10:14:59 - 200 s1 curl\n").utf8), padding: 0x22)
        context.begin(block.block, format: options.format)
        let found = reader.explain("2026-11-22 10:14:59 - 200 s1 curl".utf8, context: &context, latest: farFuture)
        #expect(found.fact("segment") == "authenticated")
        let probe = reader.explain("2026-11-22 10:14:59 - 200 s1 probe/1".utf8, context: &context, latest: farFuture)
        #expect(probe.outcome == .filtered)
    }

    @Test("who it is, is not shown")
    func isPrivate() {
        var reader = RecordReader(options: Self.options("sid"))
        let found = reader.explain(line(#""sid":"canary""#).utf8, latest: farFuture)
        #expect(!"\(found)".contains("canary"))
    }
}
