import RequestLog
import Testing

@Suite("What a line is expected to become")
struct LineExpectationTests {
    private func differences(_ facts: [(String, String)], of line: String) -> [String] {
        var reader = RecordReader()
        let explanation = reader.explain(line.utf8, latest: farFuture)
        return LineExpectation(facts: facts.map { ($0.0, $0.1) }).differences(from: explanation)
    }

    private static let line =
        #"{"ts":"2026-11-22T10:14:00Z","method":"GET","status":200,"path":"/orders/17","duration_ms":12.5,"cache":"HIT","db_calls":3,"db_time_ms":1.5,"user":"ada","version":"v9","bytes":12,"upstream_response_time":"0.004, 0.001"}"#

    @Test(
        "every fact agrees with itself in any writing, and with nothing else",
        arguments: [
            ("time", "2026-11-22T11:14:00+01:00", "2026-11-22T10:14:01Z"), ("method", "GET", "get"),
            ("route", "/orders/{id}", "/orders/17"), ("status", "200", "201"), ("duration", "0.0125s", "12ms"),
            ("cache", "hit", "HIT"), ("segment", "authenticated", "anonymous"), ("version", "v9", "v8"),
            ("db_calls", "3", "4"), ("db_time", "1500us", "1.5"), ("upstream_time", "5ms", "4ms"),
            ("bytes", "12", "13"),
            ("rejected", "nothing", "malformed"),
        ])
    func facts(name: String, right: String, wrong: String) {
        #expect(LineExpectation.facts.contains(name))
        #expect(differences([(name, right)], of: Self.line) == [])
        #expect(differences([(name, wrong)], of: Self.line).count == 1)
        #expect(differences([(name, "nothing")], of: Self.line).count == (right == "nothing" ? 0 : 1))
    }

    @Test("a rejected line has its reason and no facts")
    func rejected() {
        #expect(differences([("rejected", "malformed"), ("status", "nothing")], of: "half a line") == [])
        #expect(differences([("rejected", "blank")], of: "  ") == [])
        #expect(
            differences([("status", "200")], of: "half a line") == ["status: expected 200, found nothing"])
    }
}
