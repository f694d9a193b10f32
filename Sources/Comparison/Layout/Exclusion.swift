package import RequestLog

/// Slices of a side that are not compared.
package struct Exclusion: Equatable, Sendable {
    package enum Reason: String, Sendable {
        /// Of the other version: before the deploy in AFTER, behind it in BEFORE.
        case deploy
        case rollback
        /// After a deploy, rollback or purge, until the service is steady.
        case warmUp = "warmup"
        /// Nothing was counted for longer than chance explains.
        case gap
        /// The same clock time is left out on the other side.
        case matched
    }

    package var isAfter: Bool
    package var from: Timestamp
    /// Not included.
    package var to: Timestamp
    package var reason: Reason
    package var slices: Int
    /// The mark that it follows.
    package var mark: Mark?
}
