import Snapshots

/// What `Store.open` found.
package struct Recovered: Sendable {
    /// Nothing was ever committed here: where reading of the logs starts is for the agent to decide.
    package var isFirstStart: Bool
    /// The last committed state of each log, by its number.
    package var inputs: [InputState]
    package var extras: [String: [UInt8]]
    /// Of the last commit.
    package var sequence: UInt64
    /// Slices that are only in the journal yet.
    package var unflushed: Int
    /// What was not whole; everything else was used.
    package var damages: [StoreDamage]
}
