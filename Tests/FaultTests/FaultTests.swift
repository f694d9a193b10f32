import FaultSimulation
import Testing

/// A few of the lives that `make simulate-faults` lives by the thousand, and proof that a broken agent is found.
@Suite("The whole agent, on a disk that fails")
struct FaultTests {
    @Test("every line that still exists is counted exactly once, through whatever happens", arguments: 0..<12)
    func life(seed: UInt64) {
        let verdict = World(seed: seed).run()
        #expect(verdict == nil, "seed \(seed); fault-simulation --seed \(seed) --shrink tells the story")
    }

    @Test("an agent that is broken on purpose is found within few lives", arguments: Sabotage.allCases)
    func sabotage(_ sabotage: Sabotage) {
        let found = (UInt64(0)..<8).first { seed in
            World(seed: seed, trial: Trial(sabotage: sabotage)).run() != nil
        }
        #expect(found != nil, "\(sabotage) went unnoticed")
    }

    @Test("a seed lives the same life every time")
    func repeatable() {
        let lives = (0..<2).map { _ in
            let world = World(seed: 5, isTold: true)
            _ = world.run()
            return world.script.map(\.event)
        }
        #expect(lives[0] == lives[1])
    }
}
