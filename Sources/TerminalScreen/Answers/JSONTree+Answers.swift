internal import Comparison

/// How the screen takes an agent's answers: what is not as it should be is not there.
extension JSONTree {
    /// Rounded towards zero; numbers beyond 2^53 are not counts.
    var count: Int? {
        number.flatMap { $0.magnitude < 9_007_199_254_740_992 ? Int($0) : nil }
    }

    var members: [Member] { if case .object(let members) = self { members } else { [] } }
}
