/// One look at the cells of some strata on one side, which gives the score series of many estimates at once.
struct ScoreScan {
    /// The share of response times below a position: per stratum, weight × (times below − share × times).
    struct Level {
        var position: Double
        /// By stratum of the scope; 0 where the side has none.
        var weights: [Double]
        var shares: [Double]
    }

    /// A ratio of two counts: per stratum, weight × (numerator − ratio × denominator).
    struct Ratio {
        var counts: Counts
        var weights: [Double]
        var ratios: [Double]
    }

    enum Counts: Sendable {
        case errors, calls
        /// Seconds; what is longer than the cap counts as long as that.
        case duration
        /// Hits among lookups.
        case hits
    }

    var levels: [Level] = []
    var ratios: [Ratio] = []
    var cap: TailCap?

    private let rows: Int
    /// By row, then by level.
    private var levelScores: [Double] = []
    /// By row, then by ratio.
    private var ratioScores: [Double] = []
    /// By row.
    private(set) var requests: [Double] = []

    init(rows: Int) { self.rows = rows }

    func levelSeries(_ number: Int) -> [Double] { (0..<rows).map { levelScores[$0 * levels.count + number] } }

    func ratioSeries(_ number: Int) -> [Double] { (0..<rows).map { ratioScores[$0 * ratios.count + number] } }

    mutating func run(_ half: Half, _ strata: [Int], isHit: [Bool]) {
        levelScores = [Double](repeating: 0, count: rows * levels.count)
        ratioScores = [Double](repeating: 0, count: rows * ratios.count)
        requests = [Double](repeating: 0, count: rows)
        for (place, stratum) in strata.enumerated() {
            guard let packed = half.cells[stratum] else { continue }
            scan(packed, half, place, isHit: isHit[stratum])
        }
    }

    /// A level as one stratum has it, in the order of the buckets.
    private struct Step {
        var bucket: Int32
        var fraction: Double
        var weight: Double
        var share: Double
        var column: Int
    }

    private func steps(_ half: Half, _ place: Int) -> [Step] {
        levels.enumerated().compactMap { column, level in
            guard level.weights[place] != 0 else { return nil }
            let floor = level.position.rounded(.down)
            let bucket = min(max(Int(floor), 0), half.width - 1)
            return Step(
                bucket: Int32(bucket) + half.lowest, fraction: level.position - floor, weight: level.weights[place],
                share: level.shares[place], column: column)
        }.sorted { $0.bucket < $1.bucket }
    }

    private mutating func scan(_ packed: PackedCells, _ half: Half, _ place: Int, isHit: Bool) {
        let steps = steps(half, place)
        let ratios = self.ratios.enumerated().filter { $0.element.weights[place] != 0 }.map {
            (
                column: $0.offset, counts: $0.element.counts, weight: $0.element.weights[place],
                ratio: $0.element.ratios[place]
            )
        }
        let (columns, ratioColumns, cap, map, zeroBucket) = (
            levels.count, self.ratios.count, cap, half.map, half.zeroBucket
        )
        requests.withUnsafeMutableBufferPointer { requests in
            levelScores.withUnsafeMutableBufferPointer { levelScores in
                ratioScores.withUnsafeMutableBufferPointer { ratioScores in
                    packed.forEach { slice, cell in
                        let row = map.row(of: slice)
                        guard row >= 0 else { return }
                        requests[row] += Double(cell.requests)
                        if cell.timed > 0 {
                            ScoreScan.addLevels(
                                cell, steps, zeroBucket,
                                UnsafeMutableBufferPointer(rebasing: levelScores[(row * columns)...]))
                        }
                        for one in ratios {
                            let (numerator, denominator): (Double, Double) =
                                switch one.counts {
                                case .errors: (Double(cell.errors), Double(cell.requests))
                                case .calls: (Double(cell.calls), Double(cell.callRequests))
                                case .duration: (cap!.seconds(cell), Double(cell.timed))
                                case .hits: (isHit ? Double(cell.requests) : 0, Double(cell.requests))
                                }
                            ratioScores[row * ratioColumns + one.column] +=
                                one.weight * (numerator - one.ratio * denominator)
                        }
                    }
                }
            }
        }
    }

    @inline(__always)
    private static func addLevels(
        _ cell: PackedCells.Cell, _ steps: [Step], _ zeroBucket: Int32,
        _ scores: UnsafeMutableBufferPointer<Double>
    ) {
        let timed = Double(cell.timed)
        var seen = 0.0
        var next = 0
        // Those that took 0 ns are below everything that took longer.
        var zeros = Double(cell.zeros)
        if zeros > 0, cell.buckets.first.map({ $0.index > zeroBucket }) ?? true {
            pass(zeroBucket, zeros)
            zeros = 0
        }
        for (index, count) in cell.buckets {
            pass(index, Double(count) + zeros)
            zeros = 0
        }
        while next < steps.count { score(seen) }

        func pass(_ index: Int32, _ count: Double) {
            while next < steps.count, steps[next].bucket <= index {
                score(steps[next].bucket < index ? seen : seen + steps[next].fraction * count)
            }
            seen += count
        }
        func score(_ below: Double) {
            let step = steps[next]
            scores[step.column] += step.weight * (below - step.share * timed)
            next += 1
        }
    }
}
