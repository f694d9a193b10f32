import RequestLog
import Testing

/// Durations side by side as AWS's balancers write them, and lists as nginx does.
@Suite("Durations in lines of text")
struct TextDurationTests {
    private func explain(_ times: String) -> LineExplanation {
        var reader = RecordReader(options: ReaderOptions(timeZone: .utc))
        let line =
            "2015-05-13T23:39:43.945958Z my-lb 192.168.131.39:2817 10.0.0.1:80 \(times) 200 200 0 29 "
            + #""GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -"#
        return reader.explain(line.utf8, latest: farFuture)
    }

    @Test(
        "three times are their sum however they are written, and none where one of them was not dispatched",
        arguments: [
            ("0.000073 0.001048 0.000057", "1178us"), ("0 0 0", "0ns"), ("1 2. 3", nil), ("0.1 0.20 0.003", "303ms"),
            (".5 0 0", "500ms"), ("1e-3 0 0", "1ms"), ("0.0000000014 0 0", "1ns"), ("0.0000000016 0 0", "2ns"),
            ("1ms 2us 0", "1002us"), ("0 1ms 0.5", "501ms"), ("31536000 0 0", "31536000s"), ("-1 -1 -1", "nothing"),
            ("0.5 -1 0.1", "nothing"), ("0.000 0.001 -1", "nothing"), ("1234567890123 0 0", "rejected"),
            ("99999999999 0 0", "rejected"), ("0 x 0", "rejected"), ("0.1.2 0 0", "rejected"),
            ("0 0 9999999999", "rejected"),
        ])
    func sums(times: String, duration: String?) {
        let found = explain(times)
        if duration == "rejected" {
            #expect(found.fact("rejected") == "bad_duration")
        } else {
            let expectation = LineExpectation(facts: [("duration", duration ?? "6s"), ("status", "200")])
            #expect(expectation.differences(from: found) == [])
        }
    }

    @Test(
        "a list of upstreams is its sum, and one member is itself",
        arguments: [
            ("0.250", 250_000_000), ("0.250, 0.100 : 0.001", 351_000_000), ("-", Record.absent), ("12", 12_000_000_000),
            ("0.0000000016", 2), ("1.000, -, 2.000", 3_000_000_000), ("x", Record.absent),
        ] as [(String, Int64)])
    func lists(text: String, nanoseconds: Int64) {
        #expect(record(line("\"upstream_response_time\":\"\(text)\""))?.upstreamNanoseconds == nanoseconds)
    }
}
