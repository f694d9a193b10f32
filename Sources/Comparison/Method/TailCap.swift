import RollingWindow

/// Response times beyond the scope's p99.9 count as long as that: a Pareto tail has a mean without a variance.
struct TailCap: Sendable {
    /// The first bucket that is cut, and where in it, by its number on `DurationScale`.
    let bucket: Int32
    let fraction: Double
    let capSeconds: Double

    init(position: Double, lowest: Int32) {
        let floor = position.rounded(.down)
        bucket = Int32(floor) + lowest
        fraction = position - floor
        capSeconds = exponential((position + Double(lowest)) * Contrast.bucketWidth)
    }

    /// The response times of a cell together.
    func seconds(_ cell: PackedCells.Cell) -> Double {
        var excess = 0.0
        for (index, count) in cell.buckets.reversed() {
            if index < bucket { break }
            excess += Double(count) * self.excess(index)
        }
        return Double(cell.nanoseconds) * 1e-9 - excess
    }

    /// How far a response time in this bucket is beyond the cap, on average.
    func excess(_ index: Int32) -> Double {
        if index < bucket { return 0 }
        if index > bucket { return DurationScale.middle(index) - capSeconds }
        return (1 - fraction) * (DurationScale.upperBound(index) - capSeconds) / 2
    }
}
