import Health
import RequestLog
import RollingWindow
import Testing

@Suite struct GroupHealthTests {
    private struct Life {
        var group: GroupHealth
        var second: Int64 = 1_795_341_600

        init(_ rules: HealthRules = HealthRules()) {
            group = GroupHealth(rules: rules, timing: HealthTiming(), now: Timestamp(seconds: 1_795_341_600))
        }

        mutating func pass(
            _ seconds: Int, errors: Int, requests: Int = 100, peers: PeerCount = PeerCount()
        ) -> [HealthChange] {
            (0..<seconds).compactMap { _ in
                second += 1
                let now = Timestamp(seconds: second)
                let reading = group.rules.read(
                    HealthInputs(
                        now: now, total: HealthPropertyTests.rollup(requests, errors: errors, 10), lastEvent: now,
                        blind: nil, lagBytes: 0))
                return group.advance(reading, peers: peers, at: HealthMoment(wall: now, uptime: .seconds(second)))
            }
        }
    }

    @Test("every change of state is told once, with its sentence")
    func changes() {
        var life = Life()
        #expect(life.pass(10, errors: 0).map(\.to) == [.pass])
        let fall = life.pass(20, errors: 50)
        #expect(fall.map(\.to) == [.fail] && fall.map(\.from) == [.pass] && fall.map(\.group) == ["service"])
        #expect(fall.first?.reason == "error ratio is 50 % over 1m, limit 5 %, since 10:00Z")
        #expect(life.pass(100, errors: 0, requests: 0).map(\.to) == [.probation])
        #expect(life.group.report.output.hasPrefix("on probation after a fail, since 10:01Z: no request over 1m"))
        #expect(life.pass(31, errors: 0).map(\.to) == [.pass])
        #expect(life.group.changes == 4 && life.group.flaps == 0)
    }

    @Test("the guarded answer is not the local one, and both say why")
    func guarded() {
        var life = Life()
        _ = life.pass(10, errors: 0)
        let changes = life.pass(20, errors: 50, peers: PeerCount(answered: 4, failing: 3))
        #expect(changes.map(\.to) == [.guarded])
        #expect(life.group.report.status == .warn && life.group.local.status == .fail)
        #expect(life.group.report.state == .guarded && life.group.local.state == .fail)
        #expect(
            life.group.report.output
                == "kept in although it fails, as 3 of 4 peers do: error ratio is 50 % over 1m, limit 5 %, since 10:00Z"
        )
        #expect(life.group.local.output == "error ratio is 50 % over 1m, limit 5 %, since 10:00Z")
    }

    @Test("what is not held long enough yet is a note, and what is over is said to be recovering")
    func held() {
        var life = Life()
        _ = life.pass(10, errors: 0)
        _ = life.pass(3, errors: 50)
        #expect(life.group.report.status == .pass)
        #expect(
            life.group.report.output == "error ratio is 50 % over 1m, limit 5 %; that counts once it has lasted 5 s")
        _ = life.pass(10, errors: 50)
        _ = life.pass(3, errors: 0)
        #expect(life.group.report.status == .fail)
        #expect(life.group.report.output.hasPrefix("failed, since 10:00Z: 100 requests over 1m"))
    }
}
