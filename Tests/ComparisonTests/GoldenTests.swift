import Comparison
import RequestLog
import Testing

/// The reference's own numbers: estimates, exact parts and intervals without bucket, clock and drift terms.
@Suite struct GoldenTests {
    private struct Fixture: Decodable {
        struct Input: Decodable {
            var slices: Int64
            var before: [GoldenCell]
            var after: [GoldenCell]
        }
        struct Row: Decodable {
            var scope: String
            var metric: String
            var paired: Bool
            var lnTotal: Double?
            var lnWithin: Double?
            var lnCache: Double?
            var lnTraffic: Double?
            var raw: [Double]?
            var total: Double?
            var within: Double?
            var cache: Double?
            var traffic: Double?
            var standardised: [Double]?
            var withinEst: Double?
            var withinCi95: [Double?]
            var totalCi95: [Double?]?
            var df: Double
            var qBeforeMs: Double?
            var qAfterMs: Double?
        }
        var input: Input
        var expected: [Row]
    }

    @Test("every estimate, part and interval is the reference's")
    func reference() throws {
        let fixture = try GoldenSides.read("golden.json", as: Fixture.self)
        let before = GoldenSides.side(fixture.input.before, slices: fixture.input.slices)
        let after = GoldenSides.side(fixture.input.after, slices: fixture.input.slices, dayOffset: 1)
        #expect(fixture.expected.count == 24)
        for row in fixture.expected {
            let contrast = Contrast(
                before: before, SliceMap(before.windows, width: before.sliceWidth), after: after,
                SliceMap(after.windows, width: after.sliceWidth), isPaired: row.paired)
            let scope = Scope(route: row.scope == "ALL" ? nil : row.scope)
            let estimator = ScopeEstimator(
                contrast, contrast.strata(in: scope), metrics: [.p50, .p95, .dbCalls, .errorRatio])
            switch row.metric {
            case "p50": check(row, estimator.quantiles[.p50]!, contrast)
            case "p95": check(row, estimator.quantiles[.p95]!, contrast)
            case "db": check(row, estimator.linears[.dbCalls]!)
            case "err": check(row, estimator.linears[.errorRatio]!)
            default: Issue.record("an unknown metric \(row.metric)")
            }
        }
    }

    private func check(_ row: Fixture.Row, _ found: QuantileEstimate, _ contrast: Contrast) {
        let place = "\(row.scope) \(row.metric) paired \(row.paired)"
        #expect(agree(found.total, row.lnTotal), "\(place)")
        #expect(agree(found.parts.within, row.lnWithin), "\(place)")
        #expect(agree(found.parts.cache, row.lnCache), "\(place)")
        #expect(agree(found.parts.traffic, row.lnTraffic), "\(place)")
        #expect((found.parts.sum - found.total).magnitude < 1e-12, "\(place)")
        #expect(agree(found.degreesOfFreedom, row.df), "\(place)")
        let c = StudentT.quantile(0.975, found.degreesOfFreedom)
        #expect(agree(found.within(c, c), row.withinCi95), "\(place)")
        let whole = StudentT.quantile(0.975, found.totalDegreesOfFreedom)
        #expect(agree(found.total(whole, whole), row.totalCi95 ?? []), "\(place)")
        #expect(agree(contrast.seconds(found.before) * 0.25, row.qBeforeMs), "\(place)")
        #expect(agree(contrast.seconds(found.after) * 0.25, row.qAfterMs), "\(place)")
    }

    private func check(_ row: Fixture.Row, _ found: LinearEstimate) {
        let place = "\(row.scope) \(row.metric) paired \(row.paired)"
        #expect(agree(found.whole.before, row.raw?[0]) && agree(found.whole.after, row.raw?[1]), "\(place)")
        #expect(agree(found.whole.after - found.whole.before, row.total), "\(place)")
        #expect(agree(found.absoluteParts.within, row.within), "\(place)")
        #expect(agree(found.absoluteParts.cache, row.cache), "\(place)")
        #expect(agree(found.absoluteParts.traffic, row.traffic), "\(place)")
        #expect(agree(found.standardised.before, row.standardised?[0]), "\(place)")
        #expect(agree(found.standardised.after, row.standardised?[1]), "\(place)")
        #expect((found.parts.sum - found.total).magnitude < 1e-12, "\(place)")
        #expect(agree(found.variance.degreesOfFreedom, row.df), "\(place)")
        let c = StudentT.quantile(0.975, found.variance.degreesOfFreedom)
        var interval = found.within(c, c)
        if row.metric == "db" {
            // The interval is that of the reference, moved to the decomposition's own centre.
            let shift = row.withinEst! - found.parts.within
            interval = ComparisonRow.Interval(interval.low + shift, interval.high + shift)
        }
        #expect(agree(interval, row.withinCi95), "\(place)")
    }

    private func agree(_ found: ComparisonRow.Interval, _ expected: [Double?]) -> Bool {
        ComparisonTests.agree(found.low, expected[0]) && ComparisonTests.agree(found.high, expected[1])
    }

    private func agree(_ found: Double, _ expected: Double?) -> Bool { ComparisonTests.agree(found, expected) }
}
