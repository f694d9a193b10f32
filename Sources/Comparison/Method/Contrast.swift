import RequestLog

/// Two sides on common strata and numbered slices: what every estimate works on.
///
/// Response times are positions on the scale of `DurationScale`: bucket k reaches from k to k + 1, and a difference of
/// one is `Contrast.bucketWidth` of the natural logarithm.
package struct Contrast: Sendable {
    /// ln 2 / 32.
    package static let bucketWidth = 0.693_147_180_559_945_3 / 32

    package let strata: [StratumKey]
    /// By stratum: the number of its traffic cell.
    let cells: [Int]
    let cellKeys: [CellKey]
    package let before: Half
    package let after: Half
    package let order: SliceOrder
    /// The lowest filled bucket of all, and how many there are up to the highest.
    let lowest: Int32
    let width: Int

    subscript(side: Int) -> Half { side == 0 ? before : after }

    package init(
        before: Side, _ beforeMap: SliceMap, after: Side, _ afterMap: SliceMap, isPaired: Bool = false,
        lanes: Lanes = .one
    ) {
        let keys = Set(before.strata.map(\.key)).union(after.strata.map(\.key)).sorted()
        let (first, second) = (Half.cells(of: before, keys), Half.cells(of: after, keys))
        // A coarse clock shows small response times as zeros: they stand in the middle of its first step.
        let halves = lanes.map([(first, beforeMap, before.facts), (second, afterMap, after.facts)]) {
            cells, map, facts in
            Half.Totals(cells, map, zerosAt: Half.zeroBucket(facts.resolutionNanoseconds))
        }
        let (low, high) = (halves.map(\.lowest).min()!, halves.map(\.highest).max()!)
        lowest = min(low, high)
        width = max(1, Int(high) - Int(min(low, high)) + 1)
        strata = keys
        let cellKeys = Set(keys.map(\.cell)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: cellKeys.enumerated().map { ($1, $0) })
        self.cellKeys = cellKeys
        cells = keys.map { numbers[$0.cell]! }
        self.before = Half(first, beforeMap, halves[0], lowest: lowest, width: width)
        self.after = Half(second, afterMap, halves[1], lowest: lowest, width: width)
        order = SliceOrder(before: beforeMap.pieces, after: afterMap.pieces, isPaired: isPaired)
    }

    /// The strata of a scope, in their order.
    package func strata(in scope: Scope) -> [Int] {
        strata.indices.filter { scope.contains(route: strata[$0].route, method: strata[$0].method) }
    }

    /// Seconds at a position.
    package func seconds(_ position: Double) -> Double {
        exponential((position + Double(lowest)) * Contrast.bucketWidth)
    }

    /// The position of some seconds.
    func position(_ seconds: Double) -> Double { logarithm(seconds) / Contrast.bucketWidth - Double(lowest) }
}

extension CellKey: Comparable {
    package static func < (left: CellKey, right: CellKey) -> Bool {
        StratumKey(route: left.route, method: left.method, segment: left.segment, cache: .hit)
            < StratumKey(route: right.route, method: right.method, segment: right.segment, cache: .hit)
    }
}
