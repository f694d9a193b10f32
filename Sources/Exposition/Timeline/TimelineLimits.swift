/// What one timeline may hold. What passes a limit is refused or said to be left out, never dropped in silence.
package enum TimelineLimits {
    /// Slices of one answer; a longer stretch needs a wider step.
    package static let slices = 1_500
    /// Slices of a stretch that is cut without being told how.
    package static let slicesUnasked = 120
    /// Groups that are told apart; further ones are `(other)`.
    package static let groups = 2_000
    /// Parts that a group's trend is drawn from.
    package static let trendParts = 48
    /// Parts of all trends together; the groups that come later have none.
    package static let allTrendParts = 16_000
}
