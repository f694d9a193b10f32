import Comparison
import RequestLog
import Testing

/// Whole reports against the numpy reference: ladder, pre-test, pairing, p-values, Holm, attribution, verdict.
@Suite struct ReferenceTests {
    struct Expected: Decodable {
        struct Row: Decodable {
            var scope: String
            var metric: String
            var total: Double
            var within: Double
            var cache: Double
            var traffic: Double
            var ci95: [Double?]
            var totalCi95: [Double?]
            var df: Double
            var totalDf: Double
            var pWorse: Double
            var pHolm: Double?
            var kind: String
            var totalKind: String
            var attribution: String
            var rho: Double?
            var sufficient: Bool
        }
        var verdict: String
        var rows: [Row]
    }

    static let cases = (try? GoldenSides.read("reference.json", as: [ReferenceTraffic.Case].self)) ?? []

    private static func question() throws -> ComparisonQuestion {
        var question = ComparisonQuestion()
        question.expectations = [try Expectation(parsing: "p95 /b -20%")]
        // The reference has neither.
        question.terms.withBuckets = false
        question.terms.withResolution = false
        return question
    }

    @Test("every row and the verdict are the reference's", arguments: cases.indices)
    func reference(number: Int) throws {
        let one = ReferenceTests.cases[number]
        let expected = try GoldenSides.read("reference.json", as: [Expected].self)[number]
        var names = Names()
        let before = ReferenceTraffic.side(one, isAfter: false, names: &names)
        let after = ReferenceTraffic.side(one, isAfter: true, names: &names)
        let report = try ReferenceTests.question().report(before: before, after: after)
        #expect(report.isPaired == one.paired)
        #expect(report.verdict.rawValue == expected.verdict, "\(report.reasons)")
        #expect(report.greatestResidual < 1e-12)
        #expect(expected.rows.count == 18)
        for row in expected.rows { try check(row, report, one.name) }
    }

    private func check(_ row: Expected.Row, _ report: ComparisonReport, _ name: String) throws {
        let metric: Metric =
            switch row.metric {
            case "db": .dbCalls
            case "err": .errorRatio
            case "hit": .hitRatio
            default: try #require(Metric(rawValue: row.metric))
            }
        let scope = Scope(route: row.scope == "ALL" ? nil : row.scope)
        let found = try #require(report.rows.first { $0.scope == scope && $0.metric == metric })
        let place = "\(name): \(row.scope) \(row.metric)"
        #expect(agree(found.total.estimate, row.total), "\(place)")
        #expect(agree(found.within.estimate, row.within), "\(place)")
        #expect(agree(found.cache, row.cache), "\(place)")
        #expect(agree(found.traffic, row.traffic), "\(place)")
        #expect(agree(found.within.ci95.low, row.ci95[0]) && agree(found.within.ci95.high, row.ci95[1]), "\(place)")
        #expect(agree(found.total.ci95.low, row.totalCi95[0]), "\(place)")
        #expect(agree(found.total.ci95.high, row.totalCi95[1]), "\(place)")
        #expect(agree(found.within.degreesOfFreedom, row.df), "\(place)")
        #expect(agree(found.total.degreesOfFreedom, row.totalDf), "\(place)")
        #expect(agree(found.pWorse, row.pWorse), "\(place)")
        #expect((found.pHolm == nil) == (row.pHolm == nil), "\(place)")
        if let holm = row.pHolm { #expect(agree(found.pHolm ?? .nan, holm), "\(place)") }
        #expect(found.isSufficient == row.sufficient, "\(place): \(found.insufficiency ?? "")")
        #expect(found.within.kind.rawValue == row.kind, "\(place)")
        #expect(found.total.kind.rawValue == row.totalKind, "\(place)")
        #expect(found.attribution.rawValue == row.attribution, "\(place)")
        #expect((found.selection == nil) == (row.rho == nil), "\(place)")
        if let rho = row.rho { #expect(agree(found.selection?.correlation ?? .nan, rho), "\(place)") }
    }
}
