/// Decides which blocks count, so that nothing is counted twice however often it was copied.
///
/// Blocks of one store whose times and commits both overlap must nest: the widest counts, the ones inside it do not.
/// Anything else is damage: two blocks that share some commits, each with some that the other lacks. Then the one that
/// comes first (by start, then width, then commits) counts, and the other does not: too little rather than too much.
/// The decision does not depend on the order in which blocks are added.
package struct SnapshotMerge: Sendable {
    /// Two blocks that overlap and do not nest; the numbers are those that `add` gave.
    package struct Conflict: Equatable, Sendable {
        package var counted: Int
        package var ignored: Int

        package init(counted: Int, ignored: Int) {
            self.counted = counted
            self.ignored = ignored
        }
    }

    package struct Decision: Equatable, Sendable {
        /// The numbers of the blocks that count, by store, then by start.
        package var counted: [Int] = []
        package var conflicts: [Conflict] = []
    }

    private var headers: [BlockHeader] = []

    package init() {}

    /// Gives the block its number: 0, 1, 2 …
    @discardableResult
    package mutating func add(_ header: BlockHeader) -> Int {
        headers.append(header)
        return headers.count - 1
    }

    package func decide() -> Decision { decide(among: Array(headers.indices)) }

    /// Decides among the blocks that are inside this one and narrower, as if it were not there.
    package func decide(inside number: Int) -> Decision {
        let whole = headers[number]
        return decide(
            among: headers.indices.filter {
                headers[$0].storeID == whole.storeID && headers[$0].stretch.width < whole.stretch.width
                    && whole.stretch.contains(headers[$0].stretch) && whole.commits.contains(headers[$0].commits)
            })
    }

    private func decide(among numbers: [Int]) -> Decision {
        var decision = Decision()
        // Counted blocks that still reach into the time under consideration.
        var open: [Int] = []
        for number in numbers.sorted(by: comesFirst) {
            let header = headers[number]
            open.removeAll {
                headers[$0].storeID != header.storeID || headers[$0].stretch.end <= header.stretch.start
            }
            let rival = open.first {
                headers[$0].stretch.overlaps(header.stretch) && headers[$0].commits.overlaps(header.commits)
            }
            guard let rival else {
                open.append(number)
                decision.counted.append(number)
                continue
            }
            let isInside = open.contains {
                headers[$0].stretch.contains(header.stretch) && headers[$0].commits.contains(header.commits)
            }
            if !isInside { decision.conflicts.append(Conflict(counted: rival, ignored: number)) }
        }
        return decision
    }

    /// Whatever can contain another block comes before it.
    private func comesFirst(_ left: Int, _ right: Int) -> Bool {
        let (first, second) = (headers[left], headers[right])
        if first.storeID != second.storeID { return first.storeID < second.storeID }
        if first.stretch.start != second.stretch.start { return first.stretch.start < second.stretch.start }
        if first.stretch.width != second.stretch.width { return first.stretch.width > second.stretch.width }
        if first.commits.from != second.commits.from { return first.commits.from < second.commits.from }
        if first.commits.through != second.commits.through { return first.commits.through > second.commits.through }
        // Two that claim to be the same and are not: chance must not choose between them.
        if first.firstEvent != second.firstEvent { return first.firstEvent < second.firstEvent }
        if first.lastEvent != second.lastEvent { return first.lastEvent < second.lastEvent }
        if first.resolutionNanoseconds != second.resolutionNanoseconds {
            return first.resolutionNanoseconds < second.resolutionNanoseconds
        }
        return left < right
    }
}
