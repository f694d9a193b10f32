/// A promise that cannot be read, or that promises what nobody can hold.
package struct ExpectationError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Reason: Equatable, Sendable {
        case empty
        case unknownMetric(String)
        case missingTarget
        case badTarget(String)
        /// A unit that the metric does not have: `-20pp` of a latency.
        case foreignUnit(String)
        /// A target that is no improvement: it says nothing that could be kept.
        case notAnImprovement(String)
        /// A word that is neither a method, nor a route, nor the basis.
        case unexpectedWord(String)
        case noSuchMeaning(String)
    }

    /// The whole promise.
    package var text: String
    package var reason: Reason

    package init(text: String, reason: Reason) {
        self.text = text
        self.reason = reason
    }

    package var found: String {
        switch reason {
        case .empty: "nothing"
        case .missingTarget: "no target"
        case .unknownMetric(let word), .badTarget(let word), .foreignUnit(let word), .notAnImprovement(let word),
            .unexpectedWord(let word), .noSuchMeaning(let word):
            "\"\(word)\""
        }
    }

    package var expected: String {
        switch reason {
        case .empty: "METRIC [METHOD] [ROUTE] TARGET, such as \"p95 /orders -20%\""
        case .unknownMetric: "one of " + Metric.allCases.map(\.rawValue).joined(separator: ", ")
        case .missingTarget, .badTarget:
            "a target such as -20%, +20pp, \"< 200ms\" or \"< 0.01\" at the end"
        case .foreignUnit:
            "a target in the metric's own unit: % for response times and calls, pp for hit_ratio, either for "
                + "error_ratio; limits as \"< 200ms\", \"< 0.01\", \"> 80%\""
        case .notAnImprovement:
            "an improvement (what may get worse is allowed with --allow METRIC:ROUTE)"
        case .unexpectedWord: "one method, one route, then the target, then code or total"
        case .noSuchMeaning: "a relative target for requests, such as +10%, and no basis"
        }
    }

    package var description: String { "\"\(text)\": found \(found), expected \(expected)" }
}
