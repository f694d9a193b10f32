import Health
import RequestLog
import Testing

/// Several agents that ask each other, on one clock in steps of 50 ms.
@Suite struct FleetTests {
    private struct Member {
        var machine: HealthMachine
        var fleetGuard: HealthGuard
        var failsFrom: Int64
        var answer = HealthStatus.warn
        /// What its peers are told.
        var local = HealthStatus.warn
        var nextRound: Int64
        /// A round that is under way: when it began, when it ends, and what was answered until then.
        var round: (began: Int64, ends: Int64, count: PeerCount)?
        var heard = PeerCount()

        init(_ timing: HealthTiming, failsFrom: Int64, nextRound: Int64) {
            machine = HealthMachine(timing: timing)
            fleetGuard = HealthGuard(timing: timing)
            self.failsFrom = failsFrom
            self.nextRound = nextRound
        }
    }

    private static let step: Int64 = 50
    private static let interval: Int64 = 5_000

    private static func timing() -> HealthTiming {
        var timing = HealthTiming()
        timing.peersWait = .milliseconds(interval + 2_000)
        timing.maxFailDuration = .minutes(60)
        return timing
    }

    /// - Returns: how many of the fleet answered something else than fail, at the worst moment.
    private static func fewestLeft(seed: UInt64, timing: HealthTiming) -> Int {
        var random = Seeded(state: seed)
        let spread = [0, 200, 3_000, 30_000].randomElement(using: &random)!
        var fleet = (0..<Int.random(in: 2...6, using: &random)).map { _ in
            Member(
                timing, failsFrom: 10_000 + Int64.random(in: 0...Int64(spread), using: &random),
                nextRound: Int64.random(in: 0..<interval, using: &random))
        }
        var fewest = fleet.count
        for now in stride(from: Int64(0), to: 90_000, by: Int(step)) {
            for place in fleet.indices.shuffled(using: &random) {
                advance(&fleet, place, at: now, &random)
            }
            fewest = min(fewest, fleet.count { $0.answer != .fail })
        }
        #expect(fleet.allSatisfy { $0.local == .fail }, "seed \(seed)")
        return fewest
    }

    private static func advance(_ fleet: inout [Member], _ place: Int, at now: Int64, _ random: inout Seeded) {
        if let round = fleet[place].round, now >= round.ends {
            fleet[place].heard = round.count
            fleet[place].round = nil
            fleet[place].nextRound = now + interval
        }
        if fleet[place].round == nil, now >= fleet[place].nextRound {
            let peers = fleet.indices.filter { $0 != place }.map { fleet[$0].local }
            let count = PeerCount(
                answered: peers.count, failing: peers.count { $0 == .fail }, askedAt: .milliseconds(now))
            fleet[place].round = (now, now + Int64.random(in: 0...1_000, using: &random), count)
        }
        let isBad = now >= fleet[place].failsFrom
        let evidence = HealthEvidence.judged(byLimits: isBad ? .fail : .pass, byRecovery: isBad ? .fail : .pass)
        fleet[place].machine.advance(evidence, at: .milliseconds(now))
        fleet[place].local = fleet[place].machine.status
        fleet[place].answer = fleet[place].fleetGuard.advance(
            fleet[place].machine, peers: fleet[place].heard, at: .milliseconds(now))
    }

    @Test("where all fail, however close together, one of them is always left", arguments: UInt64(0)..<300)
    func sharedFailure(seed: UInt64) {
        #expect(Self.fewestLeft(seed: seed, timing: Self.timing()) >= 1, "seed \(seed)")
    }

    @Test("without the wait for the peers all of them would be out at once")
    func withoutWait() {
        var timing = Self.timing()
        timing.peersWait = .zero
        #expect((UInt64(0)..<50).contains { Self.fewestLeft(seed: $0, timing: timing) == 0 })
    }

    @Test("one that fails alone is out as soon as its peers have said that they do not")
    func alone() {
        var machine = HealthMachine(timing: Self.timing())
        var fleetGuard = HealthGuard(timing: Self.timing())
        func answer(_ second: Int64, asked: Int64?) -> HealthStatus {
            let count = PeerCount(answered: asked == nil ? 0 : 2, failing: 0, askedAt: asked.map { .seconds($0) })
            machine.advance(.judged(byLimits: .fail, byRecovery: .fail), at: .seconds(second))
            return fleetGuard.advance(machine, peers: count, at: .seconds(second))
        }
        for second in Int64(0)...4 { _ = answer(second, asked: second) }
        #expect(answer(5, asked: 4) == .warn && fleetGuard.reason == .asking)
        #expect(answer(6, asked: 4) == .warn && machine.status == .fail)
        #expect(answer(7, asked: 6) == .fail && fleetGuard.reason == nil)
        // Peers that never answer are not waited for for ever.
        machine = HealthMachine(timing: Self.timing())
        fleetGuard = HealthGuard(timing: Self.timing())
        for second in Int64(0)...11 { #expect(answer(second, asked: nil) == .warn) }
        #expect(answer(12, asked: nil) == .fail)
    }
}
