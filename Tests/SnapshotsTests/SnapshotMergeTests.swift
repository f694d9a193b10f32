import RequestLog
import Snapshots
import TestSupport
import Testing

@Suite("Which blocks count")
struct SnapshotMergeTests {
    private func header(
        _ start: Int64, _ width: Int64, _ from: UInt64, _ through: UInt64, store: UInt64 = 1
    ) -> BlockHeader {
        let start = Timestamp(seconds: start)
        return BlockHeader(
            storeID: StoreID(high: 0, low: store), stretch: Stretch(start: start, width: .seconds(width)),
            firstEvent: start, lastEvent: start, resolutionNanoseconds: 1,
            commits: CommitRange(from: from, through: through))
    }

    private func decide(_ headers: [BlockHeader]) -> SnapshotMerge.Decision {
        var merge = SnapshotMerge()
        for header in headers { merge.add(header) }
        return merge.decide()
    }

    @Test("blocks of other times, other commits or other stores all count")
    func apart() {
        let decision = decide([
            header(0, 10, 0, 4), header(10, 10, 0, 4), header(0, 10, 4, 6), header(0, 10, 0, 4, store: 2),
        ])
        #expect(Set(decision.counted) == [0, 1, 2, 3] && decision.conflicts.isEmpty)
    }

    @Test("of nested blocks the widest counts")
    func nested() {
        let compacted = [
            header(0, 60, 0, 20), header(0, 10, 0, 4), header(50, 10, 3, 20), header(0, 10, 4, 6),
            header(0, 300, 0, 30), header(240, 60, 7, 8),
        ]
        #expect(decide(compacted).counted == [4] && decide(compacted).conflicts.isEmpty)
        #expect(decide([header(0, 10, 4, 10), header(0, 10, 4, 12)]).counted == [1])
        #expect(decide([header(0, 10, 5, 6), header(0, 10, 4, 12)]).counted == [1])
    }

    @Test("a directory merged with itself or an older copy of itself changes nothing")
    func copies() {
        let old = [header(0, 10, 0, 4), header(10, 10, 2, 4)]
        let now = old + [header(0, 10, 4, 9), header(20, 10, 4, 9)]
        let decision = decide(now + old + now)
        #expect(decision.counted.count == 4 && decision.conflicts.isEmpty)
        #expect(Set(decision.counted) == [0, 1, 2, 3])
    }

    @Test("of two that claim the same time and commits and differ, the same one counts in any order")
    func rivals() {
        var late = header(0, 10, 0, 4)
        late.lastEvent = Timestamp(seconds: 9)
        let early = header(0, 10, 0, 4)
        #expect(decide([late, early]).counted == [1] && decide([early, late]).counted == [0])
    }

    @Test(
        "blocks that share some commits and lack others are damage, and one of them counts",
        arguments: [
            ((0, 10, 0, 5), (0, 10, 3, 8)), ((0, 60, 3, 5), (0, 10, 0, 8)), ((0, 60, 0, 5), (50, 10, 3, 9)),
        ] as [((Int64, Int64, UInt64, UInt64), (Int64, Int64, UInt64, UInt64))])
    func conflicts(
        first: (Int64, Int64, UInt64, UInt64), second: (Int64, Int64, UInt64, UInt64)
    ) {
        let headers = [
            header(first.0, first.1, first.2, first.3), header(second.0, second.1, second.2, second.3),
        ]
        let decision = decide(headers)
        #expect(decision.counted == [0])
        #expect(decision.conflicts.map(\.counted) == [0] && decision.conflicts.map(\.ignored) == [1])
        #expect(decide(headers.reversed()).counted == [1])
    }

    @Test("the order of files does not matter", arguments: 0..<50 as Range<UInt64>)
    func order(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let headers = (0..<60).map { _ in
            let width = [10, 60, 300].randomElement(using: &random)! as Int64
            let from = UInt64.random(in: 0..<20, using: &random)
            return header(
                Int64.random(in: 0..<(600 / width), using: &random) * width, width, from,
                from + UInt64.random(in: 1...10, using: &random))
        }
        let shuffled = headers.shuffled(using: &random)
        let counted = { (headers: [BlockHeader]) in decide(headers).counted.map { headers[$0] } }
        #expect(counted(headers) == counted(shuffled), "seed \(seed)")
    }
}
