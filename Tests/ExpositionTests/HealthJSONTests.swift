import Exposition
import Health
import RequestLog
import Testing

@Suite struct HealthJSONTests {
    private let time = Timestamp(seconds: 1_795_341_600)

    @Test("a warning says what is wrong and where")
    func warn() {
        var p95 = HealthCheck(
            name: "requests:p95", status: .warn, observedValue: 1.8, observedUnit: "seconds", limit: 1, time: time,
            output: "p95 is 1.8 s over 1m, limit 1 s")
        p95.affectedEndpoints = ["/orders/{id}"]
        var fine = HealthCheck(
            name: "requests:error_ratio", status: .pass, observedValue: nil, observedUnit: "ratio", limit: nil,
            time: time, output: "fine")
        fine.affectedEndpoints = ["/orders/{id}"]
        let report = HealthReport(status: .warn, output: p95.output, checks: [p95, fine], time: time)
        #expect(
            text(HealthJSON.render(report, releaseID: "1.0")) == """
                {
                  "status": "warn",
                  "releaseId": "1.0",
                  "output": "p95 is 1.8 s over 1m, limit 1 s",
                  "time": "2026-11-22T10:00:00Z",
                  "checks": {
                    "requests:p95": [{"status": "warn", "observedValue": 1.8, "observedUnit": "seconds", "limit": 1.0, \
                "time": "2026-11-22T10:00:00Z", "affectedEndpoints": ["/orders/{id}"], \
                "output": "p95 is 1.8 s over 1m, limit 1 s"}],
                    "requests:error_ratio": [{"status": "pass", "observedValue": null, "observedUnit": "ratio", \
                "time": "2026-11-22T10:00:00Z"}]
                  }
                }

                """)
    }

    @Test("a healthy service has a note and no output")
    func pass() {
        let report = HealthReport(status: .pass, output: "all \"well\"", checks: [], time: time)
        #expect(
            text(HealthJSON.render(report)) == """
                {
                  "status": "pass",
                  "notes": ["all \\"well\\""],
                  "time": "2026-11-22T10:00:00Z",
                  "checks": {}
                }

                """)
    }

    @Test("a state that lasts is said with its beginning and its weight")
    func state() {
        var report = HealthReport(status: .warn, output: "on probation", checks: [], time: time)
        report.state = .probation
        report.since = time - .seconds(60)
        report.weight = 0.1
        #expect(
            text(HealthJSON.render(report)) == """
                {
                  "status": "warn",
                  "output": "on probation",
                  "time": "2026-11-22T10:00:00Z",
                  "state": "probation",
                  "since": "2026-11-22T09:59:00Z",
                  "weight": 0.1,
                  "checks": {}
                }

                """)
    }

    @Test("the history is a list, oldest first")
    func history() {
        let change = HealthChange(time: time, group: "admin", from: .pass, to: .guarded, reason: "a \"b\"")
        #expect(
            text(HealthHistoryJSON.render([change])) == """
                {
                  "changes": [
                    {"time": "2026-11-22T10:00:00Z", "group": "admin", "from": "pass", "to": "guarded", \
                "reason": "a \\"b\\""}
                  ]
                }

                """)
    }
}
