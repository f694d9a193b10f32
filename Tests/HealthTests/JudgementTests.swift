import Health
import RequestLog
import RollingWindow
import Testing

@Suite struct JudgementTests {
    private static let now = Timestamp(seconds: 1_795_341_600)

    /// What happened in the last minute, and what should be said about it.
    struct Scenario: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var requests = 1_000
        var errors = 0
        var slow = 0
        var slowSeconds = 1.8
        var untimed = 0
        var secondsSinceLast: Int64? = 1
        var blind: String?
        var status = HealthStatus.pass
        var output: String

        var inputs: HealthInputs {
            var total = Rollup()
            for place in 0..<requests {
                var record = Record()
                record.status = place < errors ? 503 : 200
                if place >= untimed {
                    record.durationNanoseconds = place - untimed < slow ? Int64(slowSeconds * 1e9) : 100_000_000
                }
                var cell = Cell()
                cell.add(record)
                total.add(cell, of: SeriesKey(record, source: .none))
            }
            return HealthInputs(
                now: now, total: total, lastEvent: secondsSinceLast.map { now - .seconds($0) }, blind: blind,
                lagBytes: 0)
        }
    }

    // Stale and blind: fluent-bit #8554, #9492, #8391. Too few: consul #2890. No response times: uvicorn #1366, #606,
    // gunicorn #2404, #2299.
    static let scenarios = [
        Scenario(
            testDescription: "all is well",
            output: "1,000 requests over 1m: error ratio 0 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
        Scenario(
            testDescription: "errors at the limit", errors: 10,
            output: "1,000 requests over 1m: error ratio 1 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
        Scenario(
            testDescription: "errors over the limit, and not surely so", errors: 11,
            output: "1,000 requests over 1m: error ratio 1.1 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
        Scenario(
            testDescription: "errors over the limit", errors: 20, status: .warn,
            output: "error ratio is 2 % over 1m, limit 1 %"),
        Scenario(
            testDescription: "one 500 at night", requests: 20, errors: 1, status: .warn,
            output: "error ratio is 5 % over 1m, limit 1 %"),
        Scenario(
            testDescription: "many errors", errors: 73, status: .fail, output: "error ratio is 7.3 % over 1m, limit 5 %"
        ),
        Scenario(
            testDescription: "slow", slow: 100, status: .warn, output: "p95 is 1.81 s over 1m, limit 1 s"),
        Scenario(
            testDescription: "slow, but fewer than one in twenty", slow: 50,
            output: "1,000 requests over 1m: error ratio 0 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
        Scenario(
            testDescription: "very slow", slow: 100, slowSeconds: 7, status: .fail,
            output: "p95 is 6.95 s over 1m, limit 5 s"),
        Scenario(
            testDescription: "slow and failing: the worse first", errors: 100, slow: 100, status: .fail,
            output: "error ratio is 10 % over 1m, limit 5 %; p95 is 1.81 s over 1m, limit 1 s"),
        Scenario(
            testDescription: "too few requests, all failed", requests: 19, errors: 19, status: .warn,
            output: "19 requests over 1m, at least 20 are needed to judge"),
        Scenario(
            testDescription: "just enough requests", requests: 20,
            output: "20 requests over 1m: error ratio 0 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
        Scenario(
            testDescription: "one request", requests: 1, status: .warn,
            output: "1 request over 1m, at least 20 are needed to judge"),
        Scenario(
            testDescription: "no requests, not stale yet", requests: 0, secondsSinceLast: 60, status: .warn,
            output: "no request over 1m, at least 20 are needed to judge"),
        Scenario(
            testDescription: "stale", secondsSinceLast: 61, status: .warn,
            output: "the last request was 61 s ago, limit 60 s"),
        Scenario(
            testDescription: "never a request", requests: 0, secondsSinceLast: nil, status: .warn,
            output: "no request has been seen yet"),
        Scenario(
            testDescription: "blind, whatever the numbers say", errors: 1_000, blind: "access.log does not exist",
            status: .warn, output: "cannot see the service: access.log does not exist"),
        Scenario(
            testDescription: "no response times in the log", untimed: 1_000, status: .warn,
            output: "p95 is not known: no response time over 1m, at least 20 are needed to judge"),
        Scenario(
            testDescription: "too few response times", slow: 5, slowSeconds: 9, untimed: 995, status: .warn,
            output: "p95 is not known: 5 response times over 1m, at least 20 are needed to judge"),
        Scenario(
            testDescription: "a clock that was set back", secondsSinceLast: -120,
            output: "1,000 requests over 1m: error ratio 0 % (limit 1 %), p95 99.6 ms (limit 1 s)"),
    ]

    @Test("the judgement and its sentence", arguments: scenarios)
    func judgement(scenario: Scenario) {
        let report = HealthRules().judge(scenario.inputs)
        #expect(report.status == scenario.status)
        #expect(report.output == scenario.output)
        #expect(report.status == report.checks.map(\.status).max())
        #expect(report.time == Self.now)
    }

    @Test("what is not known has no value and does not pass", arguments: scenarios.filter { $0.status == .warn })
    func unknown(scenario: Scenario) {
        for check in HealthRules().judge(scenario.inputs).checks where check.observedValue == nil {
            #expect(check.status == .warn, "\(check.name)")
            #expect(!check.output.isEmpty)
        }
        guard scenario.blind != nil || scenario.secondsSinceLast.map({ $0 > 60 }) ?? true else { return }
        let report = HealthRules().judge(scenario.inputs)
        for name in ["requests:count", "requests:error_ratio", "requests:p95"] {
            #expect(report.checks.first { $0.name == name }?.observedValue == nil, "\(name)")
        }
    }

    @Test("checks carry value, unit and the limit that was passed")
    func checks() throws {
        let scenario = Scenario(testDescription: "", errors: 73, slow: 100, output: "")
        let report = HealthRules().judge(scenario.inputs)
        let errors = try #require(report.checks.first { $0.name == "requests:error_ratio" })
        #expect(errors.observedValue == 0.073)
        #expect(errors.observedUnit == "ratio")
        #expect(errors.limit == 0.05)
        #expect(errors.status == .fail)
        let p95 = try #require(report.checks.first { $0.name == "requests:p95" })
        #expect(abs((p95.observedValue ?? 0) - 1.8) < 1.8 * 0.011)
        #expect(p95.limit == 1)
        #expect(p95.status == .warn)
        #expect(Set(report.checks.map(\.name)).count == report.checks.count)
        #expect(report.checks.allSatisfy { $0.name.split(separator: ":").count == 2 })
    }

    @Test("a fail limit below the warn limit still fails")
    func inverted() {
        var rules = HealthRules()
        rules.limits[.errorRatio] = HealthLimits(warn: .absolute(0.5), fail: .absolute(0.01))
        #expect(rules.judge(Scenario(testDescription: "", errors: 20, output: "").inputs).status == .fail)
    }

    @Test("no minimum does not make nothing into something")
    func noMinimum() {
        var rules = HealthRules()
        rules.minRequests = 0
        let report = rules.judge(Scenario(testDescription: "", requests: 0, output: "").inputs)
        #expect(report.status == .warn)
        #expect(report.output == "no request over 1m, at least 1 is needed to judge")
    }
}
