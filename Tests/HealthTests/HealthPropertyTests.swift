import Health
import RequestLog
import RollingWindow
import Testing

/// What holds for any inputs; a failure prints its seed.
@Suite struct HealthPropertyTests {
    private static func evidence(_ random: inout Seeded, unseen: Bool = true) -> HealthEvidence {
        if unseen, Int.random(in: 0..<4, using: &random) == 0 {
            return .unseen(UnseenReason.allCases.randomElement(using: &random)!, .warn)
        }
        let byLimits = HealthStatus.allCases.randomElement(using: &random)!
        let stricter = HealthStatus.allCases.filter { $0 >= byLimits }.randomElement(using: &random)!
        return .judged(byLimits: byLimits, byRecovery: stricter)
    }

    /// Some evidence for some seconds, again and again.
    private static func life(_ random: inout Seeded, unseen: Bool = true) -> [HealthEvidence] {
        (0..<60).flatMap { _ in
            let evidence = evidence(&random, unseen: unseen)
            return Array(repeating: evidence, count: Int.random(in: 1...60, using: &random))
        }
    }

    @Test("no pass, no fail and no way out of one comes faster than its hold time", arguments: UInt64(0)..<200)
    func holdTimes(seed: UInt64) {
        var random = Seeded(state: seed)
        var timing = HealthTiming()
        timing.down = .seconds(Int64.random(in: 1...20, using: &random))
        timing.up = .seconds(Int64.random(in: 1...60, using: &random))
        var machine = HealthMachine(timing: timing)
        var leftPass: Int64?
        var lastChange: Int64 = 0
        for (second, evidence) in Self.life(&random).enumerated() {
            let (now, before) = (Int64(second), machine.status)
            machine.advance(evidence, at: .seconds(now))
            guard machine.status != before else { continue }
            if machine.status == .pass, let leftPass {
                #expect(now - leftPass >= timing.up.nanoseconds / 1_000_000_000, "seed \(seed)")
            }
            if before == .pass { leftPass = now }
            if before == .fail {
                #expect(
                    now - lastChange >= min(timing.up, timing.ejectionTime).nanoseconds / 1_000_000_000, "seed \(seed)")
            }
            lastChange = now
        }
    }

    @Test("a fail is preceded by `down` of nothing but failing requests", arguments: UInt64(0)..<200)
    func noFailWithoutEvidence(seed: UInt64) {
        var random = Seeded(state: seed)
        var machine = HealthMachine()
        var failing = 0
        for (second, evidence) in Self.life(&random).enumerated() {
            let before = machine.status
            machine.advance(evidence, at: .seconds(Int64(second)))
            if case .judged(byLimits: .fail, _) = evidence { failing += 1 } else { failing = 0 }
            // The first second is the beginning of the time, not a part of it.
            if before != .fail, machine.status == .fail { #expect(failing > 5, "seed \(seed), second \(second)") }
        }
    }

    @Test("until the first fail, worse evidence never gives a better state", arguments: UInt64(0)..<200)
    func monotoneMachine(seed: UInt64) {
        var random = Seeded(state: seed)
        var (machine, worse) = (HealthMachine(), HealthMachine())
        for (second, evidence) in Self.life(&random, unseen: false).enumerated() {
            guard case .judged(let byLimits, let byRecovery) = evidence else { continue }
            let worseByLimits = HealthStatus.allCases.filter { $0 >= byLimits }.randomElement(using: &random)!
            let worseByRecovery =
                HealthStatus.allCases.filter { $0 >= max(byRecovery, worseByLimits) }.randomElement(using: &random)!
            machine.advance(evidence, at: .seconds(Int64(second)))
            worse.advance(
                .judged(byLimits: worseByLimits, byRecovery: worseByRecovery), at: .seconds(Int64(second)))
            // Afterwards the worse one may be on probation while the other one fails for the first time.
            if worse.ejections > 0 { return }
            #expect(worse.status >= machine.status, "seed \(seed), second \(second)")
        }
    }

    @Test("more errors, or slower ones, are never judged better", arguments: UInt64(0)..<100)
    func monotoneReading(seed: UInt64) {
        var random = Seeded(state: seed)
        let requests = Int.random(in: 20...400, using: &random)
        let errors = Int.random(in: 0..<requests, using: &random)
        let milliseconds = Int64.random(in: 1...10_000, using: &random)
        let before = Self.judged(requests, errors: errors, milliseconds)
        #expect(before.byRecovery >= before.byLimits, "seed \(seed)")
        for (more, slower) in [(1, 0), (0, 1_000), (5, 500)] {
            let after = Self.judged(requests, errors: min(requests, errors + more), milliseconds + Int64(slower))
            #expect(after.byLimits >= before.byLimits && after.byRecovery >= before.byRecovery, "seed \(seed)")
        }
    }

    @Test("below the minimum of requests nothing fails, however bad they are", arguments: UInt64(1)...30)
    func minimum(requests: UInt64) {
        var rules = HealthRules()
        rules.minRequests = 31
        for measure in HealthMeasure.allCases {
            rules.limits[measure] = HealthLimits(
                warn: .absolute(measure.isBadWhenLow ? 1e9 : 0), fail: .absolute(measure.isBadWhenLow ? 1e9 : 0))
        }
        var group = GroupHealth(rules: rules, timing: HealthTiming(), now: Timestamp(seconds: 0))
        for second in Int64(0)..<600 {
            let now = Timestamp(seconds: second)
            let reading = rules.read(
                HealthInputs(
                    now: now, total: Self.rollup(Int(requests), errors: Int(requests), 60_000), lastEvent: now,
                    blind: nil, lagBytes: 0))
            _ = group.advance(reading, at: HealthMoment(wall: now, uptime: .seconds(second)))
            #expect(group.report.status == .warn && group.local.status == .warn)
        }
    }

    private static func judged(
        _ requests: Int, errors: Int, _ milliseconds: Int64
    ) -> (byLimits: HealthStatus, byRecovery: HealthStatus) {
        let now = Timestamp(seconds: 1_000)
        let reading = HealthRules().read(
            HealthInputs(
                now: now, total: rollup(requests, errors: errors, milliseconds), lastEvent: now, blind: nil, lagBytes: 0
            ))
        guard case .judged(let byLimits, let byRecovery) = reading.evidence else { return (.pass, .pass) }
        return (byLimits, byRecovery)
    }

    static func rollup(_ requests: Int, errors: Int, _ milliseconds: Int64) -> Rollup {
        var total = Rollup()
        for place in 0..<requests {
            var record = Record()
            record.status = place < errors ? 500 : 200
            record.durationNanoseconds = milliseconds * 1_000_000
            record.dbCalls = 9
            record.cache = .miss
            var cell = Cell()
            cell.add(record)
            total.add(cell, of: SeriesKey(record, source: .none))
        }
        return total
    }
}
