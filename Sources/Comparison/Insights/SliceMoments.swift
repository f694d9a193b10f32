/// How two means move together from slice to slice, weighted by requests.
///
/// Where requests are independent within a slice, the means of n of them have the covariances of single ones divided by n:
/// so their correlation is that of single requests, and their spread times √n is theirs. This is how slices can tell what
/// no histogram was kept of. A mix that moves over the day moves both means too, and is counted in.
struct SliceMoments: Equatable, Sendable {
    private(set) var slices = 0
    private var weight = 0.0
    private var x = 0.0
    private var y = 0.0
    private var xx = 0.0
    private var yy = 0.0
    private var xy = 0.0

    /// Fewer slices say nothing.
    static let fewestSlices = 24

    mutating func add(_ count: UInt64, _ meanX: Double, _ meanY: Double) {
        guard count > 0 else { return }
        let n = Double(count)
        slices += 1
        // Updates about the running means: sums of squares would lose what is left of large values.
        let (dx, dy) = (meanX - x, meanY - y)
        weight += n
        x += dx * n / weight
        y += dy * n / weight
        xx += n * dx * (meanX - x)
        yy += n * dy * (meanY - y)
        xy += n * dx * (meanY - y)
    }

    var meanX: Double { x }
    var meanY: Double { y }

    /// Of single requests, estimated; nil where too few slices say so.
    var deviationX: Double? {
        slices >= SliceMoments.fewestSlices ? (max(0, xx) / Double(slices - 1)).squareRoot() : nil
    }

    /// Nil where one of the two never moves.
    var correlation: Double? {
        guard slices >= SliceMoments.fewestSlices, xx > 0, yy > 0 else { return nil }
        return min(1, max(-1, xy / (xx * yy).squareRoot()))
    }

    /// How much y grows with 1 of x.
    var slope: Double? { xx > 0 && slices >= SliceMoments.fewestSlices ? xy / xx : nil }

    /// Student's t of the correlation.
    var t: Double? {
        correlation.map { $0 * (Double(slices - 2) / max(1e-12, 1 - $0 * $0)).squareRoot() }
    }
}
