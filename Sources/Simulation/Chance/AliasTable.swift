/// Draws an index with the probability of its weight, in constant time.
///
/// Source: Walker's alias method as Vose builds it ("A Linear Algorithm for Generating Random Numbers with a Given
/// Distribution", 1991).
struct AliasTable: Sendable {
    private var thresholds: [Double]
    private var aliases: [Int]

    /// Weights are not negative and not all zero; they need not sum to one.
    init(weights: [Double]) {
        let sum = weights.reduce(0, +)
        precondition(sum > 0, "a choice needs at least one positive weight")
        thresholds = weights.map { $0 * Double(weights.count) / sum }
        aliases = Array(weights.indices)
        var small = weights.indices.filter { thresholds[$0] < 1 }
        var large = weights.indices.filter { thresholds[$0] >= 1 }
        while let low = small.popLast(), let high = large.last {
            aliases[low] = high
            thresholds[high] -= 1 - thresholds[low]
            if thresholds[high] < 1 {
                large.removeLast()
                small.append(high)
            }
        }
    }

    @inline(__always)
    func draw(_ chance: inout Chance) -> Int {
        let place = chance.uniform() * Double(thresholds.count)
        let column = Int(place)
        return place - Double(column) < thresholds[column] ? column : aliases[column]
    }
}
