import Simulation
import Testing

@Suite("chance")
struct ChanceTests {
    @Test("seeds and streams differ, equal ones agree")
    func streams() {
        func draw(_ seed: UInt64, _ stream: UInt64) -> [UInt64] {
            var chance = Chance(seed: seed, stream: stream)
            return (0..<8).map { _ in chance.next() }
        }
        #expect(draw(1, 0) == draw(1, 0))
        #expect(Set([draw(0, 0), draw(1, 0), draw(1, 1), draw(1, 2), draw(2, 1)]).count == 5)
    }

    @Test("the first moments are right", arguments: 1...5)
    func moments(seed: UInt64) {
        var chance = Chance(seed: seed)
        let count = 40_000
        let uniform = (0..<count).map { _ in chance.uniform() }
        let normal = (0..<count).map { _ in chance.normal() }
        let exponential = (0..<count).map { _ in chance.exponential() }
        let below = (0..<count).map { _ in Double(chance.below(10)) }
        #expect(uniform.allSatisfy { $0 > 0 && $0 < 1 }, "seed \(seed)")
        #expect(below.allSatisfy { (0...9).contains($0) }, "seed \(seed)")
        for (values, expectedMean, expectedVariance) in [
            (uniform, 0.5, 1.0 / 12), (normal, 0, 1), (exponential, 1, 1), (below, 4.5, 8.25),
        ] {
            let deviation = (expectedVariance / Double(count)).squareRoot()
            #expect(abs(mean(values) - expectedMean) < 4.5 * deviation, "seed \(seed)")
            #expect(abs(variance(values) / expectedVariance - 1) < 0.06, "seed \(seed)")
        }
        #expect(abs(autocorrelation(normal, lag: 1)) < 0.025, "seed \(seed)")
    }
}
