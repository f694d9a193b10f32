import Comparison
import Foundation
import Testing

@Suite struct DistributionTests {
    /// Closed forms: one degree of freedom is Cauchy's, two and three are algebraic.
    @Test("tails of Student's t are those of the closed forms", arguments: [0.1, 0.5, 1, 2, 3.182446305, 10, 40, 1000])
    func closedForms(t: Double) {
        let root = (2 + t * t).squareRoot()
        #expect(relative(StudentT.upperTail(t, 1), atan(1 / t) / .pi) < 1e-13)
        #expect(relative(StudentT.upperTail(t, 2), 1 / (root * (root + t))) < 1e-13)
        #expect(StudentT.upperTail(-t, 2) == 1 - StudentT.upperTail(t, 2))
    }

    /// From scipy 1.17.
    @Test(
        "quantiles are those of tables",
        arguments: [
            (0.975, 1.0, 12.706204736174694), (0.975, 3, 3.182446305283708), (0.95, 4.7, 2.043811093013787),
            (0.995, 17, 2.8982305196774174), (0.8, 64, 0.8472736087250392), (0.975, 500.5, 1.964715075057226),
        ])
    func tables(p: Double, degrees: Double, t: Double) {
        #expect(relative(StudentT.quantile(p, degrees), t) < 1e-9)
        #expect(relative(StudentT.quantile(1 - p, degrees), -t) < 1e-9)
    }

    @Test("a quantile is where the tail is", arguments: [0.4, 0.1, 0.025, 1e-3, 1e-6, 1e-12, 1e-30])
    func inverse(p: Double) {
        for degrees in [1.0, 2.5, 3, 5.467, 17, 64, 120.25] {
            #expect(relative(StudentT.upperTail(StudentT.quantile(upper: p, degrees), degrees), p) < 1e-11)
        }
        #expect(relative(Normal.upperTail(Normal.quantile(upper: p)), p) < 1e-12)
    }

    private func relative(_ found: Double, _ expected: Double) -> Double { (found / expected - 1).magnitude }
}
