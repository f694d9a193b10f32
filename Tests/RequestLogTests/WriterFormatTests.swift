import RequestLog
import Testing

/// What people wrote into httpd.conf and gunicorn's configuration, and a line that such a program wrote.
@Suite("Formats of Apache and gunicorn")
struct WriterFormatTests {
    private func explain(_ line: String, _ format: TextFormat) -> LineExplanation {
        var reader = RecordReader(options: ReaderOptions(format: .text(format), timeZone: .utc))
        return reader.explain(line.utf8, latest: farFuture)
    }

    @Test(
        "Apache's duration has the unit of its directive",
        arguments: [
            ("%D", "1500", "1500us"), ("%T", "2", "2s"), ("%{ms}T", "15", "15ms"), ("%{us}T", "15", "15us"),
            ("%{s}T", "3", "3s"), ("%T/%D", "0/1500", "1500us"), ("%D %^FB", "1500 900", "1500us"),
        ])
    func durations(directive: String, written: String, duration: String) throws {
        let format = try TextFormat(
            name: "apache", apache: #"%h %l %u %t \"%r\" %>s %b \"%{Referer}i\" "# + directive)
        let explanation = explain(
            #"10.0.0.1 - ada [22/Nov/2026:10:14:00 +0100] "GET /a?b=1 HTTP/1.1" 200 512 "-" "# + written, format)
        let expectation = LineExpectation(facts: [
            ("time", "2026-11-22T09:14:00Z"), ("status", "200"), ("route", "/a"), ("segment", "authenticated"),
            ("bytes", "512"), ("duration", duration),
        ])
        #expect(expectation.differences(from: explanation) == [])
    }

    @Test(
        "Apache's parts may stand in any order, with modifiers, and in JSON",
        arguments: [
            (
                "%{%Y-%m-%dT%H:%M:%S%z}t %m %U%q %H %>s %O %{X-Cache}o %{UNIQUE_ID}e %{sid}C",
                "2026-11-22T10:14:00+0100 GET /a?b=1 HTTP/1.1 200 512 HIT x -"
            ),
            (
                "%{begin:msec}t %400,501{User-agent}i %!200,304{Referer}i %v:%p %X %L %k \"%r\" %<s %>s %B \"%{X-Cache}o\"",
                #"1795338840000 - - shop:443 + - 0 "GET /a HTTP/1.1" 302 200 512 "HIT""#
            ),
            (
                #"{"t":"%{sec}t","r":"%r","s":%>s,"b":%B,"c":"%{X-Cache}o","a":"%{User-Agent}i"}"#,
                #"{"t":"1795338840","r":"GET /a HTTP/1.1","s":200,"b":512,"c":"HIT","a":"a \"b\" \xff"}"#
            ),
        ])
    func parts(text: String, line: String) throws {
        let explanation = explain(line, try TextFormat(name: "apache", apache: text))
        let expectation = LineExpectation(facts: [
            ("time", "2026-11-22T09:14:00Z"), ("method", "GET"), ("route", "/a"), ("status", "200"),
            ("bytes", "512"), ("cache", "hit"),
        ])
        #expect(expectation.differences(from: explanation) == [])
    }

    @Test(
        "a time that Apache writes in several parts is one, with its fraction and its zone",
        arguments: [
            ("%{sec}t.%{msec_frac}t %h", "1795338840.123 10.0.0.1", "123"),
            ("%{sec}t%{usec_frac}t %h", "1795338840123456 10.0.0.1", "123456"),
            ("%{begin:sec}t.%{begin:usec_frac}t %h", "1795338840.123456 10.0.0.1", "123456"),
            (
                "[%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t] %h", "[22/Nov/2026:10:14:00.123 +0100] 10.0.0.1", "123"
            ),
            ("%{%d/%b/%Y %T}t.%{msec_frac}t %{%z}t %h", "22/Nov/2026 10:14:00.123 +0100 10.0.0.1", "123"),
            ("%{%Y-%m-%dT%H:%M:%S}t.%{usec_frac}t%{%z}t %h", "2026-11-22T10:14:00.123456+0100 10.0.0.1", "123456"),
            ("%{%F}tT%{%T}t,%{msec_frac}tZ %h", "2026-11-22T09:14:00,123Z 10.0.0.1", "123"),
            ("%{[%d/%b/%Y:%T %z]}t %h", "[22/Nov/2026:10:14:00 +0100] 10.0.0.1", ""),
            ("%{%F %T %z}t %h", "2026-11-22 10:14:00 +0100 10.0.0.1", ""),
            ("%{%F %T}t %h", "2026-11-22 09:14:00 10.0.0.1", ""),
            ("%{%A}t %{sec}t %h", "Sunday 1795338840 10.0.0.1", ""),
        ])
    func timeInParts(head: String, written: String, fraction: String) throws {
        let format = try TextFormat(name: "apache", apache: head + #" \"%r\" %>s %b"#)
        let explanation = explain(written + #" "GET /a HTTP/1.1" 200 512"#, format)
        let time = "2026-11-22T09:14:00" + (fraction.isEmpty ? "" : "." + fraction) + "Z"
        let expectation = LineExpectation(facts: [("time", time), ("status", "200"), ("bytes", "512")])
        #expect(expectation.differences(from: explanation) == [])
    }

    @Test(
        "what holds blanks by itself needs no quotes around it",
        arguments: [
            ("$time_local $remote_addr $status", "22/Nov/2026:10:14:00 +0100 10.0.0.1 200"),
            (
                "$remote_addr $request $status [$time_local]",
                "10.0.0.1 GET /a HTTP/1.1 200 [22/Nov/2026:10:14:00 +0100]"
            ),
            ("$time_local|$request|$status", "22/Nov/2026:10:14:00 +0100|GET /a HTTP/1.1|200"),
        ])
    func blanksInside(text: String, line: String) throws {
        let explanation = explain(line, try TextFormat(name: "nginx", nginx: text, pattern: text))
        let expectation = LineExpectation(facts: [("time", "2026-11-22T09:14:00Z"), ("status", "200")])
        #expect(expectation.differences(from: explanation) == [])
    }

    @Test(
        "gunicorn's duration has the unit of its name",
        arguments: [
            ("%(D)s", "1500", "1500us"), ("%(M)s", "15", "15ms"), ("%(L)s", "0.001500", "1500us"),
            ("%(T)s", "2", "2s"), ("%(T)s/%(D)s", "0/1500", "1500us"), ("100%% %(M)s", "100% 15", "15ms"),
        ])
    func gunicorn(directive: String, written: String, duration: String) throws {
        let format = try TextFormat(
            name: "gunicorn",
            gunicorn: #"%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" %({x-cache}o)s "# + directive)
        let explanation = explain(
            #"127.0.0.1 - - [22/Nov/2026:10:14:00 +0000] "POST /a HTTP/1.1" 201 - "-" "curl" MISS "# + written, format)
        let expectation = LineExpectation(facts: [
            ("time", "2026-11-22T10:14:00Z"), ("method", "POST"), ("route", "/a"), ("status", "201"),
            ("segment", "anonymous"), ("cache", "miss"), ("duration", duration),
        ])
        #expect(expectation.differences(from: explanation) == [])
    }

    @Test(
        "what is no format is said with what was found",
        arguments: [
            ("%h %t %>s %", "at the end"), ("%{Referer %t %s", "a closing brace"), ("%h %t %s%b", "directly behind"),
            ("%h %t", "a status"),
        ])
    func badApache(text: String, said: String) {
        let error = #expect(throws: TextFormatError.self) { try TextFormat(name: "apache", apache: text) }
        #expect(error?.text.contains(said) == true, "\(error?.text ?? "")")
    }

    @Test(
        "what is no format of gunicorn is said, too",
        arguments: [("%h %t", "%(name)s"), ("%(t)s %(s)d", "an s behind it"), ("%(t)s%(s)s", "")])
    func badGunicorn(text: String, said: String) {
        guard !said.isEmpty else {
            // The bracket of the time stands between.
            #expect(throws: Never.self) { try TextFormat(name: "gunicorn", gunicorn: text) }
            return
        }
        let error = #expect(throws: TextFormatError.self) { try TextFormat(name: "gunicorn", gunicorn: text) }
        #expect(error?.text.contains(said) == true, "\(error?.text ?? "")")
    }
}
