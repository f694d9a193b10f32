package import Comparison

/// What `/api/v1/insights` said of routes that ask the database once per row of an answer.
package struct InsightsAnswer: Equatable, Sendable {
    /// By route, why it looks like that.
    var repeatedCalls: [String: [String]] = [:]

    /// Nil where it is no such answer.
    package init?(_ json: JSONTree) {
        guard let findings = json["n_plus_one"]?.elements else { return nil }
        for finding in findings {
            guard let route = finding["route"]?.text else { continue }
            repeatedCalls[route, default: []].append(finding["reason"]?.text ?? "")
        }
    }
}
