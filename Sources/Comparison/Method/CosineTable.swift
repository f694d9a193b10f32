import Glibc

/// √2 · cos(π j (i − 1/2) / T) for the first frequencies j and every slice i of a series of T slices.
///
/// Made once for all the series of a comparison.
struct CosineTable: Equatable, Sendable {
    let length: Int
    let count: Int
    /// By frequency.
    private let values: [Double]

    init(length: Int) {
        self.length = length
        count = CosineTable.count(length)
        var values: [Double] = []
        values.reserveCapacity(length * count)
        for frequency in 0..<count {
            for place in 0..<length {
                let angle = .pi * (Double(frequency + 1) * (Double(place) + 0.5)) / Double(length)
                values.append(2.0.squareRoot() * cos(angle))
            }
        }
        self.values = values
    }

    /// How many cosines are ever asked for.
    static func count(_ length: Int) -> Int { max(3, standardCount(length)) }

    /// How many cosines suit a series of this length: ν₀ = 0.4 T^(2/3).
    static func standardCount(_ length: Int) -> Int { max(1, Int(0.4 * pow(Double(length), 2.0 / 3))) }

    /// The squares of the series' coefficients, by frequency.
    func powers(_ scores: ArraySlice<Double>) -> [Double] {
        precondition(scores.count == length, "a table for series of another length")
        return scores.withUnsafeBufferPointer { scores in
            values.withUnsafeBufferPointer { values in
                (0..<count).map { frequency in
                    let row = UnsafeBufferPointer(rebasing: values[frequency * length..<(frequency + 1) * length])
                    let coefficient = CosineTable.product(row, scores)
                    return coefficient * coefficient
                }
            }
        }
    }

    /// In four sums, which the processor can keep apart.
    private static func product(_ left: UnsafeBufferPointer<Double>, _ right: UnsafeBufferPointer<Double>) -> Double {
        var sums = SIMD4<Double>.zero
        let whole = left.count & ~3
        for place in stride(from: 0, to: whole, by: 4) {
            let first = UnsafeRawPointer(left.baseAddress! + place).loadUnaligned(as: SIMD4<Double>.self)
            let second = UnsafeRawPointer(right.baseAddress! + place).loadUnaligned(as: SIMD4<Double>.self)
            sums += first * second
        }
        var sum = sums.sum()
        for place in whole..<left.count { sum += left[place] * right[place] }
        return sum
    }
}
