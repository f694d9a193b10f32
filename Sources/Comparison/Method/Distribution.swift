/// A cumulative distribution over buckets, as a mixture of strata.
struct Distribution: Sendable {
    /// By bucket.
    let cumulative: [Double]

    init(_ cumulative: [Double]) { self.cumulative = cumulative }

    /// Where the distribution reaches p, counted in buckets: log-uniform inside a bucket.
    func position(_ p: Double) -> Double {
        var (low, high) = (0, cumulative.count)
        while low < high {
            let middle = (low + high) / 2
            if cumulative[middle] < p { low = middle + 1 } else { high = middle }
        }
        let bucket = min(low, cumulative.count - 1)
        let below = bucket > 0 ? cumulative[bucket - 1] : 0
        let mass = cumulative[bucket] - below
        return Double(bucket) + (mass > 0 ? (p - below) / mass : 0.5)
    }

    /// How far the position may be off because a bucket does not tell where in it its requests are, in buckets.
    ///
    /// In a bucket that stands out (three times the mean of its neighbours: an atom, such as a timeout) they may be
    /// anywhere; elsewhere the density is taken to be straight, with the slope of the neighbours.
    func error(at position: Double) -> Double {
        let bucket = min(max(Int(position), 0), cumulative.count - 1)
        let fraction = min(max(position - Double(bucket), 0), 1)
        let mass = mass(bucket)
        let neighbours = (mass: self.mass(bucket - 1), next: self.mass(bucket + 1))
        let most = max(fraction, 1 - fraction)
        if mass > 3 * (neighbours.mass + neighbours.next) / 2 { return most }
        guard mass > 0 else { return most }
        let slope = min(max((neighbours.next - neighbours.mass) / (2 * mass), -1), 1)
        // The u with u + s (u² − u)/2 = f.
        let linear = 1 - slope / 2
        let straight =
            slope.magnitude < 1e-9
            ? fraction : (-linear + (linear * linear + 2 * slope * fraction).squareRoot()) / slope
        return min(max(3 * (straight - fraction).magnitude, 0.02), most)
    }

    private func mass(_ bucket: Int) -> Double {
        guard bucket >= 0, bucket < cumulative.count else { return 0 }
        return cumulative[bucket] - (bucket > 0 ? cumulative[bucket - 1] : 0)
    }
}
