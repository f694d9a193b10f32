import Snapshots

/// What `Store.open` found.
package struct Recovered: Sendable {
    /// No positions are known: where reading of the logs starts is for the agent to decide.
    package var isFirstStart: Bool
    /// There were some, and the journal that had them is lost: what is in the logs by now may be counted already.
    package var arePositionsLost: Bool
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

extension Recovered {
    /// What a new data directory has.
    package static let nothing = Recovered(
        isFirstStart: true, arePositionsLost: false, inputs: [], extras: [:], sequence: 0, unflushed: 0, damages: [])
}
