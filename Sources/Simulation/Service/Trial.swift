package import RequestLog

/// Two sides of a change whose effect is known: what a comparison is tried on.
///
/// A side is traffic of its own, with its own weather; AFTER begins exactly one day after BEFORE, so the clock is matched.
package struct Trial: Sendable {
    package enum Side: String, CaseIterable, Sendable {
        case before, after
    }

    /// What `--scenario` calls it.
    package var name: String
    /// One line for the help: what is true, and what a comparison should say.
    package var summary: String
    package var before: Conditions
    package var after: Conditions
    /// Mean over a UTC day of an endpoint of weight 1.
    package var requestsPerSecond: Double
    /// Of each side.
    package var length: Timestamp.Span

    package init(
        name: String, summary: String, before: Conditions, after: Conditions, requestsPerSecond: Double = 1,
        length: Timestamp.Span = .seconds(86_400)
    ) {
        self.name = name
        self.summary = summary
        self.before = before
        self.after = after
        self.requestsPerSecond = requestsPerSecond
        self.length = length
    }

    package static let sideOffset = Timestamp.Span.seconds(86_400)

    package func scenario(_ side: Side) -> Scenario {
        Scenario(name: "\(name) \(side.rawValue)", summary: summary, opening: side == .before ? before : after)
    }

    package func start(_ side: Side, from start: Timestamp) -> Timestamp {
        side == .before ? start : start + Trial.sideOffset
    }

    /// The sides of one seed have different weather, and so have the same sides of different seeds.
    package func options(
        _ side: Side, seed: UInt64, start: Timestamp, shape: LineShape = .constant, recordsTruth: Bool = false
    ) -> Traffic.Options {
        Traffic.Options(
            seed: seed &* 2 &+ (side == .after ? 1 : 0), start: self.start(side, from: start),
            requestsPerSecond: requestsPerSecond, scenario: scenario(side), shape: shape, recordsTruth: recordsTruth)
    }

    package static func named(_ name: String) -> Trial? { all.first { $0.name == name } }
}
