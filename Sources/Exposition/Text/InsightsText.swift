package import Comparison

/// Where to begin, a few sentences below a table.
package enum InsightsText {
    private static let mostFindings = 3
    private static let mostRoutes = 3
    /// A route that is more predictable needs no sentence.
    private static let lowestScore = 0.5

    /// Nothing where there is nothing to say.
    package static func render(_ insights: Insights, style: TextStyle = TextStyle()) -> String {
        let findings = insights.calls.findings
        let routes = insights.predictability.filter { $0.score >= lowestScore }
        var text = ""
        if !findings.isEmpty {
            text += "\n" + "N+1 watch".colored(.bold, style) + "\n"
            text += lines(findings.map(\.reason), atMost: mostFindings)
        }
        if !routes.isEmpty {
            text += "\n" + "least predictable".colored(.bold, style) + "\n"
            text += lines(routes.map(\.reason), atMost: mostRoutes)
        }
        return text
    }

    private static func lines(_ reasons: [String], atMost limit: Int) -> String {
        reasons.prefix(limit).map { "  · \(escapedForDisplay($0))\n" }.joined()
            + (reasons.count > limit ? "  · and \(reasons.count - limit) more (--output json)\n" : "")
    }
}
