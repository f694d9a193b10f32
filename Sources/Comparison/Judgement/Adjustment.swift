/// Many tests at once.
enum Adjustment {
    /// Holm 1979: the chance of one false alarm among all.
    static func holm(_ probabilities: [Double]) -> [Double] {
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        var adjusted = probabilities
        var greatest = 0.0
        for (rank, place) in order.enumerated() {
            greatest = max(greatest, min(1, Double(probabilities.count - rank) * probabilities[place]))
            adjusted[place] = greatest
        }
        return adjusted
    }

    /// Benjamini and Hochberg 1995: the share of false ones among those found.
    static func benjaminiHochberg(_ probabilities: [Double]) -> [Double] {
        let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
        var adjusted = probabilities
        var least = 1.0
        for (rank, place) in order.enumerated().reversed() {
            least = min(least, Double(probabilities.count) * probabilities[place] / Double(rank + 1))
            adjusted[place] = least
        }
        return adjusted
    }
}
