/// What a change promises: `p95 GET /products -30%`, `error_ratio < 0.01`, `hit_ratio /orders +20pp`.
///
/// The grammar is METRIC [METHOD] [ROUTE] TARGET [code|total].
package struct Expectation: Hashable, Sendable, CustomStringConvertible {
    /// Which number is judged.
    package enum Basis: String, CaseIterable, Sendable {
        /// The change at a common mix of traffic and cache: what the code did.
        case code
        /// The change that users see.
        case total
    }

    package enum Target: Hashable, Sendable {
        /// `-30%`: this ratio of AFTER to BEFORE (0.7).
        case ratio(Double)
        /// `+20pp`: this difference of shares (0.2).
        case points(Double)
        /// `< 200ms`, `< 0.01`: AFTER itself is below; seconds, a share, or calls.
        case below(Double)
        /// `> 80%`: AFTER itself is above.
        case above(Double)

        package var isLimit: Bool {
            switch self {
            case .below, .above: true
            case .ratio, .points: false
            }
        }
    }

    package var metric: Metric
    package var scope: Scope
    package var target: Target
    /// nil: the comparison's own; a limit (`<`, `>`) is one on what users see.
    package var basis: Basis?
    /// As it was written, with single spaces.
    package var text: String

    package var description: String { text }

    /// What is judged when a comparison asks for `standard`.
    package func basis(standard: Basis) -> Basis {
        if metric == .requests { return .total }
        return basis ?? (target.isLimit ? .total : standard)
    }
}
