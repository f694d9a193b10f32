import Health
import Testing

@Suite struct ConfidenceTests {
    // The closed form, worked out apart from this program: z = 1.6448536269514722.
    @Test(
        "the score interval of known shares",
        arguments: [
            (UInt64(1), UInt64(20), 0.011235, 0.196007), (50, 1_000, 0.039828, 0.0626), (5, 10, 0.269272, 0.730728),
            (0, 20, 0, 0.119158), (20, 20, 0.880842, 1),
        ])
    func interval(count: UInt64, total: UInt64, lower: Double, upper: Double) {
        #expect(abs(Confidence.lowerBound(count, of: total) - lower) < 1e-6)
        #expect(abs(Confidence.upperBound(count, of: total) - upper) < 1e-6)
    }

    @Test("nothing is known of nothing")
    func nothing() {
        #expect(Confidence.lowerBound(0, of: 0) == 0)
        #expect(Confidence.upperBound(0, of: 0) == 1)
    }

    @Test("bounds hold the share between them, and close in on it with more of the same", arguments: 1..<40)
    func closing(percent: UInt64) {
        let share = Double(percent) / 40
        var width = 2.0
        for scale: UInt64 in [1, 10, 100, 10_000] {
            let (lower, upper) = (
                Confidence.lowerBound(percent * scale, of: 40 * scale),
                Confidence.upperBound(percent * scale, of: 40 * scale)
            )
            #expect(lower < share && share < upper)
            #expect(upper - lower < width)
            width = upper - lower
        }
    }

    @Test("more of a count has higher bounds", arguments: [UInt64(20), 37, 1_000])
    func monotone(total: UInt64) {
        for count in 0..<total {
            #expect(Confidence.lowerBound(count, of: total) < Confidence.lowerBound(count + 1, of: total))
            #expect(Confidence.upperBound(count, of: total) < Confidence.upperBound(count + 1, of: total) + 1e-12)
        }
    }
}
