import Foundation
import SystemPackage
import Testing

extension EndToEnd {
    /// One seed each of what `make trial` does with twenty-four.
    @Suite("the eight scenarios with a known truth", .timeLimit(.minutes(10)))
    struct ScenarioTests {
        struct Case: Sendable, CustomTestStringConvertible {
            var scenario: String
            var promise = "p95 /orders -20%"
            var exitCode: Int
            var verdict: String

            var testDescription: String { scenario }
        }

        @Test(
            "logs in, the true verdict out",
            arguments: [
                Case(scenario: "nothing-changed", exitCode: 1, verdict: "not_met"),
                Case(scenario: "real-fix", exitCode: 0, verdict: "met"),
                Case(scenario: "regression", exitCode: 2, verdict: "regressed"),
                Case(scenario: "lucky-cache", exitCode: 1, verdict: "not_met"),
                Case(scenario: "errors", exitCode: 2, verdict: "regressed"),
                Case(scenario: "too-little-data", exitCode: 3, verdict: "inconclusive"),
                Case(scenario: "promise-missed", promise: "p95 /orders -30%", exitCode: 1, verdict: "not_met"),
                Case(scenario: "traffic-mix", promise: "p95 -20%", exitCode: 1, verdict: "not_met"),
            ])
        func verdict(of known: Case) async throws {
            try await withWorkplace { place in
                for side in ["before", "after"] {
                    try await Plumbline.write(
                        "simulate", "--scenario", known.scenario, "--side", side, to: place.file("\(side).log"))
                }
                let compared = try await Plumbline.run(
                    "compare", place.file("before.log").string, place.file("after.log").string, "--expect",
                    known.promise, "--output", "json")
                #expect(compared.exitCode == known.exitCode, "\(compared.output)\(compared.error)")
                #expect(compared.output.contains("\"verdict\": \"\(known.verdict)\""))
            }
        }
    }
}
