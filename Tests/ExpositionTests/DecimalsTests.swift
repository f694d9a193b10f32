import Exposition
import Testing

@Suite struct DecimalsTests {
    @Test(
        "nanoseconds become exact seconds",
        arguments: [
            (0, "0"), (1, "0.000000001"), (652_400_000_000, "652.4"), (1_000_000_000, "1"), (100_000_000, "0.1"),
            (12_730_000, "0.01273"), (-1_500_000_000, "-1.5"), (9_007_199_254_740_993, "9007199.254740993"),
            (340_282_366_920_938_463_463_374_607, "340282366920938463.463374607"),
        ] as [(Int128, String)])
    func seconds(nanoseconds: Int128, expected: String) {
        var bytes: [UInt8] = []
        bytes.append(secondsOfNanoseconds: nanoseconds)
        #expect(text(bytes) == expected)
    }

    @Test(
        "integers of any size are written whole",
        arguments: [
            0, 7, 10, 1_000_000, Int128(UInt64.max), Int128(UInt64.max) + 1, 100_000_000_000_000_000_000, -1, .max,
            .min,
        ] as [Int128])
    func integers(value: Int128) {
        var bytes: [UInt8] = []
        bytes.append(integer: value)
        #expect(text(bytes) == String(value))
    }

    @Test(
        "an estimate has no more digits than it means",
        arguments: [
            (0.0, "0.0"), (1, "1"), (0.5, "0.5"), (1e-9, "0.000000001"), (123456789.123, "123456789.1"),
            (0.1 + 0.2, "0.3"), (0.99999999999, "1"), (9.99999999999, "10"), (999_999_999.9999, "1000000000"),
            (1.0 / 3, "0.3333333333"), (2.0 / 3000, "0.0006666666667"),
        ])
    func estimates(value: Double, expected: String) {
        var bytes: [UInt8] = []
        bytes.append(estimate: value)
        #expect(text(bytes) == expected)
    }

    @Test("an estimate stays within 1e-9 of its value", arguments: [UInt64(1), 2, 3])
    func estimateError(seed: UInt64) throws {
        var random = SeededRandom(state: seed)
        for _ in 0..<2_000 {
            let value =
                Double.random(in: 1..<10, using: &random) * [1e-9, 1e-6, 1e-3, 1, 1e4].randomElement(using: &random)!
            var bytes: [UInt8] = []
            bytes.append(estimate: value)
            let back = try #require(Double(text(bytes)))
            #expect(abs(back - value) <= 1e-9 * value, "seed \(seed), value \(value)")
        }
    }
}
