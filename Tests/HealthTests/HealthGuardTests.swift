import Health
import RequestLog
import Testing

/// What is shared must not take everybody out.
@Suite struct HealthGuardTests {
    private static let good = HealthEvidence.judged(byLimits: .pass, byRecovery: .pass)
    private static let bad = HealthEvidence.judged(byLimits: .fail, byRecovery: .fail)

    /// A machine that fails from the sixth second on, and its guard.
    private struct Pair {
        var machine = HealthMachine()
        var fleetGuard = HealthGuard()
        var second: Int64 = 0

        mutating func pass(_ seconds: Int64, _ evidence: HealthEvidence, peers: PeerCount = PeerCount()) -> HealthStatus
        {
            var status = HealthStatus.warn
            for _ in 0..<seconds {
                machine.advance(evidence, at: .seconds(second))
                status = fleetGuard.advance(machine, peers: peers, at: .seconds(second))
                second += 1
            }
            return status
        }
    }

    @Test(
        "a fail is held back where more than half of the peers that answer fail",
        arguments: [
            (PeerCount(), HealthStatus.fail), (PeerCount(answered: 2, failing: 0), .fail),
            (PeerCount(answered: 2, failing: 1), .fail), (PeerCount(answered: 2, failing: 2), .warn),
            (PeerCount(answered: 3, failing: 2), .warn), (PeerCount(answered: 1, failing: 1), .warn),
        ])
    func peers(count: PeerCount, status: HealthStatus) {
        var pair = Pair()
        #expect(pair.pass(10, Self.bad, peers: count) == status)
        #expect(pair.machine.status == .fail, "the peers must see what it is without them")
    }

    @Test("the guard is let go as slowly as everything that gets better")
    func release() {
        var pair = Pair()
        let (all, one) = (PeerCount(answered: 2, failing: 2), PeerCount(answered: 2, failing: 1))
        #expect(pair.pass(10, Self.bad, peers: all) == .warn)
        #expect(pair.pass(29, Self.bad, peers: one) == .warn)
        #expect(pair.pass(1, Self.bad, peers: one) == .fail)
        #expect(pair.pass(1, Self.bad, peers: all) == .warn)
    }

    @Test("a fail without end becomes a warning after its longest time")
    func longFail() {
        var pair = Pair()
        #expect(pair.pass(605, Self.bad) == .fail)
        #expect(pair.pass(1, Self.bad) == .warn)
        #expect(pair.pass(3_600, Self.bad) == .warn)
        #expect(pair.fleetGuard.reason == .longFail)
        #expect(pair.pass(31, Self.good) == .pass)
        #expect(pair.pass(10, Self.bad) == .fail)
    }

    @Test("the weight falls and rises step by step, and never to nothing")
    func weight() {
        var pair = Pair()
        var before = pair.fleetGuard.weight
        #expect(before == 1)
        for _ in 0..<40 {
            _ = pair.pass(1, Self.bad)
            #expect(before - pair.fleetGuard.weight < 0.1 + 1e-9)
            before = pair.fleetGuard.weight
        }
        #expect(before == 0.01)
        for _ in 0..<200 {
            _ = pair.pass(1, Self.good)
            #expect(pair.fleetGuard.weight - before < 1 / 60 + 1e-9)
            before = pair.fleetGuard.weight
        }
        #expect(before == 1)
    }

    @Test("on probation, and where a fail is held back, little is asked for")
    func littleWeight() {
        var pair = Pair()
        _ = pair.pass(10, Self.bad)
        _ = pair.pass(100, .unseen(.noTraffic, .warn))
        #expect(pair.machine.standing == .probation && pair.fleetGuard.weight == 0.1)
        _ = pair.pass(60, Self.bad, peers: PeerCount(answered: 2, failing: 2))
        #expect(pair.machine.status == .fail && pair.fleetGuard.weight == 0.1)
    }
}
