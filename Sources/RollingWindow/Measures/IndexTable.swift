/// From a count of small units (nanoseconds, calls) to its bucket: a first guess from the top bits of the value, then
/// two comparisons with the exact integer edges.
struct IndexTable: Sendable {
    /// One small unit in units of the scale.
    private let unit: Double
    /// The bucket before that of 1; one below it bounds the search.
    private let first: Int
    /// The largest count in each bucket from `first` on.
    private let upperEdges: [Int64]
    /// ⌊32 · log2(1 + m/256)⌋ for the top eight mantissa bits m.
    private let guesses: [Int16]

    /// For counts from 1 to `most`.
    init(perUnit: Int64, through most: Int64) {
        unit = 1 / Double(perUnit)
        var edges: [Int64] = []
        var index = -IndexTable.perDoubling * (Int64.bitWidth - perUnit.leadingZeroBitCount) - 2
        first = index
        // One edge more than the last guess can ask for.
        while edges.count < 2 || edges[edges.count - 2] < most {
            edges.append(IndexTable.upperEdge(index, perUnit: perUnit))
            index += 1
        }
        edges.append(IndexTable.upperEdge(index, perUnit: perUnit))
        upperEdges = edges
        guesses = (0..<256).map { top in
            let mantissa = 1 + Double(top) / 256
            return Int16((1...32).first { twoToThe(sixtyFourths: 2 * $0) > mantissa }! - 1)
        }
    }

    @inline(__always)
    func index(of count: Int64) -> Int {
        upperEdges.withUnsafeBufferPointer { edges in
            guesses.withUnsafeBufferPointer { guesses in
                IndexTable.index(
                    of: count, unit, first, edges.baseAddress.unsafelyUnwrapped, guesses.baseAddress.unsafelyUnwrapped)
            }
        }
    }

    /// The same table in memory of its own, for where an array's reference count would be in the way.
    struct Raw {
        private let unit: Double
        private let first: Int
        private let upperEdges: UnsafeMutablePointer<Int64>
        private let guesses: UnsafeMutablePointer<Int16>

        init(_ table: IndexTable) {
            unit = table.unit
            first = table.first
            upperEdges = .allocate(capacity: table.upperEdges.count)
            guesses = .allocate(capacity: table.guesses.count)
            _ = UnsafeMutableBufferPointer(start: upperEdges, count: table.upperEdges.count)
                .initialize(from: table.upperEdges)
            _ = UnsafeMutableBufferPointer(start: guesses, count: table.guesses.count).initialize(from: table.guesses)
        }

        func release() {
            upperEdges.deallocate()
            guesses.deallocate()
        }

        @inline(__always)
        func index(of count: Int64) -> Int { IndexTable.index(of: count, unit, first, upperEdges, guesses) }
    }

    /// `count` is from 1 to the `most` that the table was made for, so both edges are in it.
    @inline(__always)
    private static func index(
        of count: Int64, _ unit: Double, _ first: Int, _ upperEdges: UnsafePointer<Int64>,
        _ guesses: UnsafePointer<Int16>
    ) -> Int {
        let bits = (Double(count) * unit).bitPattern
        let exponent = Int(truncatingIfNeeded: bits &>> 52) &- 1023
        let top = Int(truncatingIfNeeded: bits &>> 44) & 0xff
        let guess = exponent &* perDoubling &+ Int(guesses[top])
        // The product is rounded and the guess is a floor: the bucket is the guess or a neighbour.
        let edges = upperEdges + (guess &- first)
        return guess &+ (count > edges[0] ? 1 : 0) &- (count <= edges[-1] ? 1 : 0)
    }

    private static let perDoubling = Int(DurationScale.bucketsPerDoubling)

    /// ⌊2^((index + 1)/32) · perUnit⌋ in integers, since doubles are a nanosecond off behind ten days.
    private static func upperEdge(_ index: Int, perUnit: Int64) -> Int64 {
        let fraction = (index + 1) & (perDoubling - 1)
        let doublings = (index + 1 - fraction) / perDoubling
        // 2^(fraction/32) with 63 bits behind the point.
        var power: UInt128 = 1 << 63
        for (place, root) in roots.enumerated() where fraction & (16 >> place) != 0 { power = (power * root) >> 63 }
        let scaled = (power * UInt128(perUnit)) >> UInt128(63 - doublings)
        return Int64(clamping: scaled)
    }

    /// 2^(1/2), 2^(1/4) … 2^(1/32), with 63 bits behind the point, rounded down.
    private static let roots: [UInt128] = {
        var roots: [UInt128] = []
        var last: UInt128 = 2 << 63
        for _ in 0..<5 {
            last = squareRoot(of: last << 63)
            roots.append(last)
        }
        return roots
    }()

    private static func squareRoot(of square: UInt128) -> UInt128 {
        var root: UInt128 = 0
        for bit in stride(from: 63, through: 0, by: -1) {
            let larger = root | 1 << UInt128(bit)
            if larger * larger <= square { root = larger }
        }
        return root
    }
}
