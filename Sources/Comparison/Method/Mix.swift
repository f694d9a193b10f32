/// Of what requests are made up on both sides: the shares of the traffic cells, and within each cell the shares of what
/// the cache did.
struct Mix: Sendable {
    /// By side and stratum: the share of the stratum's cell in all requests.
    private let traffic: [[Double]]
    /// By side and stratum: the share of the stratum in its cell.
    private let cache: [[Double]]

    /// - Parameters:
    ///   - sizes: requests by side and stratum.
    ///   - cells: the cell of each stratum, numbered from 0.
    init(sizes: (before: [Double], after: [Double]), cells: [Int]) {
        let count = (cells.max() ?? -1) + 1
        let sizes = [sizes.before, sizes.after]
        let sums = sizes.map { sizes in
            var sums = [Double](repeating: 0, count: count)
            for (stratum, size) in sizes.enumerated() { sums[cells[stratum]] += size }
            return sums
        }
        let wholes = sums.map { $0.reduce(0, +) }
        var (traffic, cache) = ([[Double]](), [[Double]]())
        for side in 0...1 {
            // A side without anything has the other one's mix, so that nothing is said of a mix that is not there.
            let known = wholes[side] > 0 ? side : 1 - side
            traffic.append(cells.map { sums[known][$0] / max(wholes[known], 1e-300) })
            // Likewise for a cell: that it appears is traffic, not cache.
            cache.append(
                cells.enumerated().map { stratum, cell in
                    let known = sums[side][cell] > 0 ? side : 1 - side
                    return sizes[known][stratum] / max(sums[known][cell], 1e-12)
                })
        }
        self.traffic = traffic
        self.cache = cache
    }

    /// The weight of each stratum at one side's traffic and one side's cache.
    func weights(traffic first: Int, cache second: Int) -> [Double] {
        zip(traffic[first], cache[second]).map { $0 * $1 }
    }

    /// The average of the four, as the parts of a decomposition weigh them.
    var average: [Double] {
        var sum = [Double](repeating: 0, count: traffic[0].count)
        for first in 0...1 {
            for second in 0...1 {
                for (stratum, weight) in weights(traffic: first, cache: second).enumerated() {
                    sum[stratum] += Shapley.weight(first, second) * weight
                }
            }
        }
        return sum
    }
}
