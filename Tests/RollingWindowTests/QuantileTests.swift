import Glibc
import RequestLog
import RollingWindow
import TestSupport
import Testing

@Suite("Quantiles against the exact data")
struct QuantileTests {
    enum Distribution: CaseIterable {
        case uniform, logNormal, heavyTail, bimodal, constant, tiny, withZeros

        func draw(_ random: inout SeededRandom) -> Int64 {
            let unit = Double.random(in: Double.leastNonzeroMagnitude..<1, using: &random)
            let other = Double.random(in: 0..<1, using: &random)
            switch self {
            case .uniform: return Int64(unit * 1e9)
            case .logNormal: return Int64(1e7 * exp(0.8 * (-2 * log(unit)).squareRoot() * cos(2 * .pi * other)))
            case .heavyTail: return min(Record.longestDuration, Int64(1e6 / unit))
            case .bimodal: return Int64(other < 0.6 ? 2e6 * (1 + unit) : 8e8 * (1 + unit))
            case .constant: return 12_345_678
            case .tiny: return Int64(unit * 40) + 1
            case .withZeros: return other < 0.5 ? 0 : Int64(unit * 1e6) + 1
            }
        }
    }

    // netdata #4996, #3102; goaccess #497, #450
    @Test("within 1.1 % of the nearest rank", arguments: Distribution.allCases, [1, 2, 20, 999, 20_000])
    func quantiles(of distribution: Distribution, count: Int) {
        var random = SeededRandom(seed: UInt64(count))
        let values = (0..<count).map { _ in distribution.draw(&random) }.sorted()
        // In three parts that are added, as windows do.
        var parts = [Durations(), Durations(), Durations()]
        for (place, value) in values.shuffled(using: &random).enumerated() { parts[place % 3].add(nanoseconds: value) }
        var sum = parts[0]
        sum.add(parts[1])
        sum.add(parts[2])
        #expect(sum.total == Total(count: UInt64(count), sum: values.reduce(0) { $0 + Int128($1) }))
        #expect(sum.extremes == Extremes(min: values.first!, max: values.last!))
        for percent in [0, 1, 10, 50, 90, 95, 99, 100] {
            let rank = max(1, (percent * count + 99) / 100)
            let exact = Double(values[rank - 1]) / 1e9
            let shown = sum.quantile(Double(percent) / 100)!
            #expect(
                abs(shown - exact) <= 0.011 * exact, "\(distribution) p\(percent) of \(count): \(shown), exact \(exact)"
            )
        }
        sum.subtract(parts[1])
        parts[0].add(parts[2])
        #expect(sum.buckets == parts[0].buckets && sum.total == parts[0].total && sum.zeros == parts[0].zeros)
    }

    @Test("the rank of the usual quantiles is exact for every count")
    func ranks() {
        for count in UInt64(1)...20_000 {
            for percent: UInt64 in [50, 90, 95, 99] {
                let rank = nearestRank(Double(percent) / 100, of: count)
                #expect(rank == max(1, (percent * count + 99) / 100), "p\(percent) of \(count)")
            }
        }
        #expect(nearestRank(0, of: 5) == 1 && nearestRank(1, of: 5) == 5)
    }

    @Test("of nothing there is no quantile")
    func nothing() { #expect(Durations().quantile(0.5) == nil && Calls().quantile(0.5) == nil) }
}
