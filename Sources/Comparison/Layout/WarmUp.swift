/// Until when a service warms up after a mark: its hit ratio climbs, its misses get faster.
///
/// The steady level is the median of the second half of what follows the mark, in batches of five slices, and its noise
/// their median absolute deviation. The warm-up ends with the last batch of the first half that is off by more than
/// three standard deviations, before two in a row are not.
struct WarmUp: Equatable, Sendable {
    /// Slices after the mark that are left out.
    let cut: Int
    /// The second half may not be steady either.
    let isSteady: Bool

    /// So many slices are left out after every mark.
    static let leastCut = 5
    /// Fewer slices after a mark tell nothing about its warm-up.
    static let fewestSlices = 30
    private static let batch = 5

    /// - Parameter series: by slice after the mark; NaN where there is nothing.
    init(_ series: [[Double]]) {
        let length = series.map(\.count).max() ?? 0
        let half = length / 2
        let scan = series.map(WarmUp.scan).max() ?? 0
        isSteady = scan < half
        cut = min(length, max(WarmUp.leastCut, min(half, Int((1.5 * Double(scan)).rounded(.up)))))
    }

    /// Where the first half becomes like the second.
    private static func scan(_ values: [Double]) -> Int {
        let half = values.count / 2
        let means = stride(from: 0, to: values.count - batch + 1, by: batch).map { start in
            let known = values[start..<start + batch].filter { !$0.isNaN }
            return known.isEmpty ? Double.nan : known.reduce(0, +) / Double(known.count)
        }
        let firstOfSecond = (half + batch - 1) / batch
        let second = means.dropFirst(firstOfSecond).filter { !$0.isNaN }
        guard second.count >= 2 else { return 0 }
        let level = median(Array(second))
        let deviation = 1.4826 * median(second.map { ($0 - level).magnitude })
        func isInside(_ place: Int) -> Bool {
            guard place < means.count, !means[place].isNaN else { return true }
            return (means[place] - level).magnitude <= 3 * deviation + 1e-12
        }
        var cut = 0
        for place in 0..<firstOfSecond {
            if !isInside(place) {
                cut = min(half, (place + 1) * batch)
            } else if isInside(place + 1) {
                break
            }
        }
        return cut
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}

extension WarmUp {
    /// Of a side, from a slice on: the hit ratio, and how slow what no cache answered is for its stratum.
    init(_ side: Side, from slice: Int64, to behind: Int64) {
        let count = Int(behind - slice)
        var (hits, lookups) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        var (logarithms, times) = (hits, hits)
        for stratum in side.strata {
            let cache = stratum.key.cache
            // The mean of the stratum first: a mix that changes is no warm-up.
            var (sum, number) = (0.0, 0.0)
            stratum.cells.forEach { place, cell in
                guard place >= slice, place < behind else { return }
                for (index, count) in cell.buckets {
                    sum += Double(count) * Double(index)
                    number += Double(count)
                }
            }
            let mean = number > 0 ? sum / number : 0
            stratum.cells.forEach { place, cell in
                guard place >= slice, place < behind else { return }
                let row = Int(place - slice)
                if cache.isLookup { lookups[row] += Double(cell.requests) }
                if cache.isHit { hits[row] += Double(cell.requests) }
                guard cache != .hit else { return }
                for (index, count) in cell.buckets {
                    logarithms[row] += Double(count) * (Double(index) - mean)
                    times[row] += Double(count)
                }
            }
        }
        self.init([
            zip(hits, lookups).map { $1 > 0 ? $0 / $1 : .nan }, zip(logarithms, times).map { $1 > 0 ? $0 / $1 : .nan },
        ])
    }
}
