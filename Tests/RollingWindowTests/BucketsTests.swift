import RollingWindow
import TestSupport
import Testing

@Suite("Buckets")
struct BucketsTests {
    /// Counts that so many bits hold together, that they hold one by one only, and that they do not.
    @Test(
        "adding and subtracting agree with a dictionary", arguments: [1, 2, 3],
        [3, 0xff / 3, 0xff, 0xffff / 3, 0xffff, 0xffff_ffff / 3, 0xffff_ffff, 1 << 48] as [UInt64])
    func model(seed: UInt64, most: UInt64) {
        var random = SeededRandom(seed: seed)
        var buckets = Buckets()
        var model: [Int32: UInt64] = [:]
        var added: [Buckets] = []
        for _ in 0..<300 {
            if random.oneIn(3), !added.isEmpty {
                let part = added.remove(at: Int.random(in: 0..<added.count, using: &random))
                buckets.subtract(part)
                for (place, count) in part.counts.enumerated() {
                    model[part.lowest + Int32(place), default: 0] -= count
                }
            } else {
                var part = Buckets()
                for _ in 0..<Int.random(in: 0...5, using: &random) {
                    let count = UInt64.random(in: 0...(random.oneIn(2) ? most : 3), using: &random)
                    part.add(count, at: Int32.random(in: -957...840, using: &random))
                }
                buckets.add(part)
                added.append(part)
                for (place, count) in part.counts.enumerated() {
                    model[part.lowest + Int32(place), default: 0] += count
                }
            }
            model = model.filter { $0.value > 0 }
            #expect(buckets.total == model.values.reduce(0, +), "seed \(seed)")
            for _ in 0..<20 {
                let index = Int32.random(in: -960...845, using: &random)
                #expect(buckets[index] == model[index, default: 0], "seed \(seed): bucket \(index)")
            }
            #expect(buckets.isEmpty == model.isEmpty)
            var filled: [Int32: UInt64] = [:]
            buckets.forEachFilled { place, count in filled[buckets.lowest + Int32(place)] = count }
            #expect(filled == model)
            #expect(buckets == Buckets(lowest: buckets.lowest, counts: buckets.counts))
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

    @Test("counts that nothing real has make no trap: their sum is the greatest number")
    func impossible() {
        let buckets = Buckets(lowest: 0, counts: [.max, 7, .max])
        #expect(buckets.total == .max && buckets.counts == [.max, 7, .max])
    }

    @Test("coarser buckets hold the same counts, on the edges of the finer ones", arguments: 1...5)
    func coarser(shift: Int32) {
        var random = SeededRandom(seed: UInt64(shift))
        var buckets = Buckets()
        var model: [Int32: UInt64] = [:]
        for _ in 0..<200 {
            let (index, count) = (
                Int32.random(in: -957...840, using: &random), UInt64.random(in: 1...9, using: &random)
            )
            buckets.add(count, at: index)
            // Floor division, also below zero.
            model[Int32((Double(index) / Double(1 << shift)).rounded(.down)), default: 0] += count
        }
        let coarser = buckets.coarser(by: shift)
        #expect(coarser.total == buckets.total)
        for (index, count) in model { #expect(coarser[index] == count) }
        #expect(DurationScale.middle(0, coarserBy: 5) == 2.squareRoot())
        #expect(Buckets().coarser(by: shift) == Buckets())
    }
}
