package import RequestLog
internal import RollingWindow

/// Where to begin: routes whose database calls look like an N+1 query, and those that are the least predictable.
package struct Insights: Equatable, Sendable {
    package var from: Timestamp?
    package var to: Timestamp?
    package var requests: UInt64
    /// How many slices spoke; 1 where nothing but the sum is known.
    package var slices: Int
    package var calls: CallWatch
    package var predictability: [Predictability]
    package var names: Names

    /// - Parameter earlier: what calls may have jumped against.
    package init(_ evidence: InsightEvidence, earlier: InsightEvidence? = nil, names: Names) {
        from = evidence.from
        to = evidence.to
        requests = evidence.requests
        slices = evidence.slices
        calls = CallWatch(evidence, earlier: earlier, names: names)
        predictability = Predictability.rank(evidence, names: names)
        self.names = names
    }
}

extension Insights {
    package static func == (left: Insights, right: Insights) -> Bool {
        (left.from, left.to, left.requests) == (right.from, right.to, right.requests)
            && left.calls == right.calls && left.predictability == right.predictability
    }
}
