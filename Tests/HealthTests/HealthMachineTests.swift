import Health
import RequestLog
import Testing

/// Inputs over time → states.
@Suite struct HealthMachineTests {
    /// So many seconds of one kind of evidence, looked at once a second, and what is answered at their end.
    struct Stretch: Sendable {
        var seconds: Int64
        var evidence: HealthEvidence
        var status: HealthStatus
        var standing: HealthMachine.Standing

        init(_ seconds: Int64, _ evidence: HealthEvidence, _ status: HealthStatus, _ standing: HealthMachine.Standing) {
            self.seconds = seconds
            self.evidence = evidence
            self.status = status
            self.standing = standing
        }
    }

    struct Scenario: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var stretches: [Stretch]
        var flaps: UInt64 = 0
    }

    private static let good = HealthEvidence.judged(byLimits: .pass, byRecovery: .pass)
    private static let poor = HealthEvidence.judged(byLimits: .warn, byRecovery: .warn)
    private static let bad = HealthEvidence.judged(byLimits: .fail, byRecovery: .fail)
    /// Below the limits, and not yet far enough below.
    private static let band = HealthEvidence.judged(byLimits: .pass, byRecovery: .fail)
    private static let silent = HealthEvidence.unseen(.noTraffic, .warn)
    private static let silentFails = HealthEvidence.unseen(.noTraffic, .fail)

    // down 5 s, up 30 s, ejection 60 s, 120 s, … at most 300 s.
    static let scenarios = [
        Scenario(testDescription: "the first judgement is told at once", stretches: [Stretch(1, good, .pass, .judged)]),
        Scenario(
            testDescription: "a fail needs its time, from the start too",
            stretches: [Stretch(5, bad, .warn, .judged), Stretch(1, bad, .fail, .judged)]),
        Scenario(
            testDescription: "a short storm is no fail",
            stretches: [
                Stretch(10, good, .pass, .judged), Stretch(4, bad, .pass, .judged), Stretch(10, good, .pass, .judged),
                Stretch(4, bad, .pass, .judged), Stretch(10, good, .pass, .judged),
            ]),
        Scenario(
            testDescription: "what has warned so long as a fail needs warns; the fail's own time begins with it",
            stretches: [
                Stretch(10, good, .pass, .judged), Stretch(4, poor, .pass, .judged), Stretch(3, bad, .warn, .judged),
                Stretch(3, bad, .fail, .judged),
            ]),
        Scenario(
            testDescription: "silence is told at once, and a pass comes back slowly",
            stretches: [
                Stretch(10, good, .pass, .judged), Stretch(1, silent, .warn, .unseen(.noTraffic)),
                Stretch(300, silent, .warn, .unseen(.noTraffic)), Stretch(30, good, .warn, .judged),
                Stretch(1, good, .pass, .judged),
            ]),
        Scenario(
            testDescription: "a failed service without traffic is not well: it goes on probation, and requests decide",
            stretches: [
                Stretch(10, good, .pass, .judged), Stretch(10, bad, .fail, .judged),
                Stretch(50, silent, .fail, .judged),
                Stretch(10, silent, .warn, .probation), Stretch(3_600, silent, .warn, .probation),
                Stretch(30, good, .warn, .probation), Stretch(1, good, .pass, .judged),
            ]),
        Scenario(
            testDescription: "a second ejection in a row lasts twice as long",
            stretches: [
                Stretch(6, bad, .fail, .judged), Stretch(59, silent, .fail, .judged),
                Stretch(1, silent, .warn, .probation), Stretch(6, bad, .fail, .judged),
                Stretch(119, silent, .fail, .judged), Stretch(1, silent, .warn, .probation),
            ], flaps: 1),
        Scenario(
            testDescription: "what the window remembers does not end an ejection, nor begin another",
            stretches: [
                Stretch(6, bad, .fail, .judged), Stretch(70, bad, .fail, .judged),
                Stretch(1, silent, .warn, .probation), Stretch(10, silent, .warn, .probation),
            ]),
        Scenario(
            testDescription: "between the levels nothing changes",
            stretches: [Stretch(6, bad, .fail, .judged), Stretch(50, band, .fail, .judged)]),
        Scenario(
            testDescription: "a fail whose traffic goes on recovers by its requests",
            stretches: [
                Stretch(6, bad, .fail, .judged), Stretch(30, good, .fail, .judged), Stretch(1, good, .pass, .judged),
            ]),
        Scenario(
            testDescription: "from fail to warn, and from there to pass",
            stretches: [
                Stretch(6, bad, .fail, .judged), Stretch(31, poor, .warn, .judged), Stretch(30, good, .warn, .judged),
                Stretch(1, good, .pass, .judged),
            ]),
        Scenario(
            testDescription: "after a long time of being well, ejections are counted anew",
            stretches: [
                Stretch(6, bad, .fail, .judged), Stretch(31, good, .pass, .judged), Stretch(301, good, .pass, .judged),
                Stretch(6, bad, .fail, .judged), Stretch(60, silent, .warn, .probation),
            ]),
        Scenario(
            testDescription: "silence that is to fail fails after its time, and ends on probation",
            stretches: [
                Stretch(10, good, .pass, .judged), Stretch(5, silentFails, .warn, .unseen(.noTraffic)),
                Stretch(1, silentFails, .fail, .unseen(.noTraffic)), Stretch(60, silentFails, .warn, .probation),
                Stretch(600, silentFails, .warn, .probation),
            ]),
    ]

    @Test(
        "an ejection lasts its time for each fail in a row, up to its longest, and never less than the window remembers"
    )
    func ejections() {
        for (memory, wanted) in [(Int64(10), [60, 120, 180, 240, 300, 300, 300]), (90, [90, 120, 180, 240, 300])] {
            var timing = HealthTiming()
            timing.memory = .seconds(memory)
            var machine = HealthMachine(timing: timing)
            var second: Int64 = 0
            func advance(_ evidence: HealthEvidence) {
                machine.advance(evidence, at: .seconds(second))
                second += 1
            }
            var lasted: [Int64] = []
            for _ in wanted {
                while machine.status != .fail { advance(Self.bad) }
                let began = second
                while machine.standing != .probation { advance(Self.silent) }
                lasted.append(second - began)
            }
            #expect(lasted.map(Int.init) == wanted)
        }
    }

    @Test("inputs over time give these states", arguments: scenarios)
    func states(scenario: Scenario) {
        var machine = HealthMachine()
        var second: Int64 = 0
        for (place, stretch) in scenario.stretches.enumerated() {
            for _ in 0..<stretch.seconds {
                machine.advance(stretch.evidence, at: .seconds(second))
                second += 1
            }
            #expect(machine.status == stretch.status, "stretch \(place)")
            #expect(machine.standing == stretch.standing, "stretch \(place)")
        }
        #expect(machine.flaps == scenario.flaps)
    }
}
