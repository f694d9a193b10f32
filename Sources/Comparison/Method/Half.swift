import RollingWindow

/// One side of a `Contrast`.
package struct Half: Sendable {
    let map: SliceMap
    /// By stratum; nil: the side has nothing of it.
    let cells: [PackedCells?]
    /// Sums over the compared slices, by stratum.
    let totals: [Total]
    /// Cumulative shares of the response times, `width` for each stratum; zeros where there are none.
    let cumulative: [Double]
    /// Cumulative counts, likewise.
    let counts: [Double]
    let width: Int
    let lowest: Int32
    /// The bucket of response times of 0.
    let zeroBucket: Int32

    struct Total: Sendable {
        var requests = 0.0
        var errors = 0.0
        var callRequests = 0.0
        var calls = 0.0
        var timed = 0.0
        var nanoseconds = 0.0
    }

    /// Slices that are compared.
    var sliceCount: Int { map.count }

    init(_ cells: [PackedCells?], _ map: SliceMap, _ totals: Totals, lowest: Int32, width: Int) {
        self.cells = cells
        self.map = map
        self.width = width
        self.lowest = lowest
        zeroBucket = totals.zeroBucket
        self.totals = totals.sums
        var counts = [Double](repeating: 0, count: cells.count * width)
        for (stratum, buckets) in totals.buckets.enumerated() {
            for (index, count) in buckets { counts[stratum * width + Int(index - lowest)] = Double(count) }
        }
        var shares = counts
        for stratum in cells.indices {
            var sum = 0.0
            for place in stratum * width..<(stratum + 1) * width {
                sum += counts[place]
                counts[place] = sum
            }
            guard sum > 0 else { continue }
            for place in stratum * width..<(stratum + 1) * width { shares[place] = counts[place] / sum }
        }
        self.counts = counts
        cumulative = shares
    }

    /// By the common strata.
    static func cells(of side: Side, _ keys: [StratumKey]) -> [PackedCells?] {
        let known = Dictionary(uniqueKeysWithValues: side.strata.map { ($0.key, $0.cells) })
        return keys.map { known[$0] }
    }

    /// The middle of the first step of a clock.
    static func zeroBucket(_ resolutionNanoseconds: Int64) -> Int32 {
        DurationScale.index(ofNanoseconds: max(1, resolutionNanoseconds / 2))
    }

    /// The sums and merged histograms of a side's strata.
    struct Totals {
        var sums: [Total] = []
        var buckets: [[(index: Int32, count: UInt64)]] = []
        var lowest = Int32.max
        var highest = Int32.min
        let zeroBucket: Int32

        init(_ cells: [PackedCells?], _ map: SliceMap, zerosAt zeroBucket: Int32) {
            self.zeroBucket = zeroBucket
            let first = min(zeroBucket, cells.lazy.compactMap { $0?.lowest }.min() ?? zeroBucket)
            let last = max(zeroBucket, cells.lazy.compactMap { $0?.highest }.max() ?? zeroBucket)
            var histogram = [UInt64](repeating: 0, count: Int(last) - Int(first) + 1)
            for packed in cells {
                var sum = StratumCell()
                packed?.forEach { slice, cell in
                    guard map.row(of: slice) >= 0 else { return }
                    sum.requests &+= cell.requests
                    sum.errors &+= cell.errors
                    sum.callRequests &+= cell.callRequests
                    sum.calls &+= cell.calls
                    sum.timed &+= cell.timed
                    sum.zeros &+= cell.zeros
                    sum.nanoseconds &+= cell.nanoseconds
                    for (index, count) in cell.buckets { histogram[Int(index &- first)] &+= count }
                }
                histogram[Int(zeroBucket - first)] &+= sum.zeros
                sums.append(
                    Total(
                        requests: Double(sum.requests), errors: Double(sum.errors),
                        callRequests: Double(sum.callRequests), calls: Double(sum.calls), timed: Double(sum.timed),
                        nanoseconds: Double(sum.nanoseconds)))
                var filled: [(index: Int32, count: UInt64)] = []
                for place in histogram.indices where histogram[place] > 0 {
                    filled.append((first + Int32(place), histogram[place]))
                    histogram[place] = 0
                }
                buckets.append(filled)
                if let first = filled.first, let last = filled.last {
                    lowest = min(lowest, first.index)
                    highest = max(highest, last.index)
                }
            }
        }
    }
}
