import Glibc
import RequestLog
import RollingWindow
import TestSupport
import Testing

@Suite("The buckets of durations and calls")
struct DurationScaleTests {
    @Test("a power of two seconds is the last nanosecond of its bucket", arguments: -9...24)
    func powers(exponent: Int) {
        // 2^-9 s is the smallest that is a whole number of nanoseconds.
        let edge: Int64 = exponent < 0 ? 1_000_000_000 >> -exponent : 1_000_000_000 << exponent
        #expect(DurationScale.index(ofNanoseconds: edge) == Int32(exponent * 32 - 1))
        #expect(DurationScale.index(ofNanoseconds: edge + 1) == Int32(exponent * 32))
        #expect(DurationScale.upperBound(Int32(exponent * 32 - 1)) == Double(edge) / 1e9)
    }

    @Test("every nanosecond up to 5,000 is in the bucket that its logarithm says")
    func small() {
        for value in Int64(1)...5_000 { expectRight(value) }
        #expect(DurationScale.index(ofNanoseconds: 1) == -957)
    }

    @Test("random durations up to a year are too, and their neighbours", arguments: [1, 2, 3])
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<30_000 {
            let value = Int64.random(in: 1...(1 << Int64.random(in: 1...54, using: &random)), using: &random)
            expectRight(min(value, Record.longestDuration))
        }
        expectRight(Record.longestDuration)
    }

    @Test("the index never falls, and rises by one at most at an edge")
    func monotone() {
        for index in Int32(-600)..<797 {
            let edge = Int64(DurationScale.upperBound(index) * 1e9)
            var before = DurationScale.index(ofNanoseconds: edge - 4)
            for value in (edge - 3)...(edge + 4) {
                let next = DurationScale.index(ofNanoseconds: value)
                #expect(next == before || next == before + 1, "\(value)")
                before = next
            }
        }
    }

    @Test("the middle of a bucket is within 1.1 % of both its edges", arguments: [-957, -1, 0, 1, 31, 32, 797])
    func middle(index: Int32) {
        let (low, middle, high) = (
            DurationScale.lowerBound(index), DurationScale.middle(index), DurationScale.upperBound(index)
        )
        #expect(middle / low < 1.011 && high / middle < 1.011 && low < middle && middle < high)
    }

    @Test("counts of calls are exact up to 63 and go on without a gap")
    func calls() {
        for calls in Int64(0)..<64 {
            #expect(CallScale.index(of: calls) == Int32(calls) && CallScale.value(of: Int32(calls)) == Double(calls))
        }
        #expect(CallScale.index(of: 64) == 64 && CallScale.index(of: 65) == 65 && CallScale.value(of: 64) == 64)
        var last = CallScale.index(of: 64)
        for calls in Int64(65)...70_000 {
            let index = CallScale.index(of: calls)
            #expect(index == last || index == last + 1 || calls < 100)
            #expect(index >= last)
            last = index
            #expect(abs(CallScale.value(of: index) - Double(calls)) <= 0.011 * Double(calls), "\(calls)")
        }
        for power in Int64(6)...32 { #expect(CallScale.index(of: 1 << power) == Int32(power * 32 - 1 - 191 + 64)) }
        #expect(CallScale.index(of: .max) >= CallScale.index(of: Record.mostCalls))
    }

    @Test("an enormous count of calls costs no more than a small one")
    func callsAreQuick() {
        let clock = ContinuousClock()
        var sum: Int64 = 0
        let took = clock.measure {
            for offset in Int64(0)..<200_000 { sum &+= Int64(CallScale.index(of: Record.mostCalls - offset)) }
        }
        #expect(sum > 0 && took < .seconds(2))
    }

    /// Against the definition, with integers where it is exact and 80-bit logarithms elsewhere.
    private func expectRight(_ value: Int64) {
        let index = DurationScale.index(ofNanoseconds: value)
        #if arch(x86_64)
            let exact = 32 * log2l(Float80(value) / 1_000_000_000)
            // A duration on an edge belongs below it.
            let wanted = Int32(exact.rounded(.up)) - 1
            let isNearEdge = abs(exact - exact.rounded()) < 1e-14
            if index == wanted || (isNearEdge && abs(index - wanted) == 1) { return }
            Issue.record("\(value) ns is in bucket \(index), not \(wanted)")
        #else
            let seconds = Double(value) / 1e9
            #expect(
                DurationScale.lowerBound(index) <= seconds * (1 + 1e-14)
                    && seconds * (1 - 1e-14) <= DurationScale.upperBound(index))
        #endif
    }

    @Test(
        "seconds that are outside of the scale are at its ends",
        arguments: [(0, 1), (-1, 1), (1e-10, 1), (1, 1_000_000_000), (1e300, Record.longestDuration)])
    func outside(seconds: Double, nanoseconds: Int64) {
        #expect(DurationScale.index(ofSeconds: seconds) == DurationScale.index(ofNanoseconds: nanoseconds))
    }
}
