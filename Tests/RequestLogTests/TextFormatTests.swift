import RequestLog
import Testing

@Suite("Text formats")
struct TextFormatTests {
    static let combined =
        #"$remote_addr - $remote_user [$time_iso8601] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent""#

    private func read(_ line: String, nginx format: String) throws -> BlockReading {
        RequestLogTests.read(
            Array(line.utf8), options: ReaderOptions(format: .text(try TextFormat(name: "test", nginx: format))))
    }

    @Test("a line in nginx's own format becomes the record that it tells")
    func whole() throws {
        let reading = try read(
            #"10.0.0.1 - ada [2026-11-22T10:14:00+02:00] "GET /orders/17?x=1 HTTP/1.1" 200 512 "-" "curl/8 \x22q\x22" rt=0.250 cs=HIT ut="0.100, 0.050""#,
            nginx: Self.combined + #" rt=$request_time cs=$upstream_cache_status ut="$upstream_response_time""#)
        let record = try #require(reading.records.first)
        #expect(record.status == 200 && record.bytes == 512 && record.method == .get)
        #expect(reading.route() == "/orders/{id}" && record.segment == .authenticated)
        #expect(record.durationNanoseconds == 250_000_000 && record.upstreamNanoseconds == 150_000_000)
        #expect(record.cache == .hit)
    }

    @Test(
        "a request that was none counts, without a route",
        arguments: [
            #""\x16\x03\x01\x01 \x02""#, #""""#, #""-""#, #""\xff\xfe""#,
        ])
    func noRequest(request: String) throws {
        let reading = try read(
            #"1.2.3.4 - - [2026-11-22T10:14:00Z] "# + request + #" 400 226 "-" "-""#, nginx: Self.combined)
        #expect(reading.records.count == 1)
        #expect(reading.records.first?.status == 400 && reading.route() == "(unmatched)")
        #expect(reading.records.first?.method == .other)
    }

    @Test("what is not in the format is malformed, and says where it stops being so")
    func malformed() throws {
        let options = ReaderOptions(format: .text(try TextFormat(name: "test", nginx: Self.combined)))
        var reader = RecordReader(options: options)
        let text = #"10.0.0.1 - ada [2026-11-22T10:14:00Z] "GET / HTTP/1.1" 200 512 "-" curl"#
        let explanation = reader.explain(text.utf8, latest: farFuture)
        guard case .rejected(let fault) = explanation.outcome else {
            Issue.record("\(explanation)")
            return
        }
        #expect(fault.reason == .malformed && fault.offset >= 60)
    }

    @Test(
        "two values side by side are no format, nor is one that cannot tell a request",
        arguments: [
            ("$remote_addr$status [$time_local]", "directly behind"), ("$request [$time_local]", "a status"),
        ])
    func badFormats(text: String, said: String) {
        do throws(TextFormatError) {
            _ = try TextFormat(name: "test", nginx: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.text.contains(said))
        }
    }
}
