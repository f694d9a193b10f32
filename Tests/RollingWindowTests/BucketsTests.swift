import RollingWindow
import TestSupport
import Testing

@Suite("Buckets")
struct BucketsTests {
    @Test("adding and subtracting agree with a dictionary", arguments: [1, 2, 3])
    func model(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var buckets = Buckets()
        var model: [Int32: UInt64] = [:]
        var added: [Buckets] = []
        for _ in 0..<500 {
            if random.oneIn(3), !added.isEmpty {
                let part = added.remove(at: Int.random(in: 0..<added.count, using: &random))
                buckets.subtract(part)
                for (place, count) in part.counts.enumerated() {
                    model[part.lowest + Int32(place), default: 0] -= count
                }
            } else {
                var part = Buckets()
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    part.add(UInt64.random(in: 0...3, using: &random), at: Int32.random(in: -957...840, using: &random))
                }
                buckets.add(part)
                added.append(part)
                for (place, count) in part.counts.enumerated() {
                    model[part.lowest + Int32(place), default: 0] += count
                }
            }
            model = model.filter { $0.value > 0 }
            #expect(buckets.total == model.values.reduce(0, +), "seed \(seed)")
            for index in Int32(-960)...845 where buckets[index] != model[index, default: 0] {
                Issue.record("seed \(seed): bucket \(index)")
            }
            #expect(buckets.isEmpty == model.isEmpty)
        }
        for part in added { buckets.subtract(part) }
        #expect(buckets == Buckets())
    }

    @Test("zeros at the ends make no difference")
    func trimmed() {
        #expect(Buckets(lowest: -3, counts: [0, 0, 5, 0, 1, 0]) == Buckets(lowest: -1, counts: [5, 0, 1]))
        #expect(Buckets(lowest: 9, counts: [0, 0]) == Buckets())
        #expect(
            Buckets(lowest: 9, counts: [2, 1]).index(ofRank: 3) == 10
                && Buckets(lowest: 9, counts: [2]).index(ofRank: 3) == nil)
    }
}
