package import Files
package import RollingWindow

/// What becomes true in one moment: requests that were counted, and how far their logs were read for it.
///
/// After a failure the same commit may be handed over again, or a larger one that contains it: it is counted once.
package struct Commit: Sendable {
    /// Requests that were not committed before, by slice of event time.
    package var slices: [TimedSlice]
    /// The coarsest step of time stamps among the logs that the slices come from.
    package var resolutionNanoseconds: Int64
    /// The logs that moved since the last commit, in absolute values.
    package var inputs: [InputState]
    /// The files of those logs. They are synced first: a commit never says of bytes that they were counted which a power
    /// cut can still take away, or what the service writes in their place afterwards would look like another log.
    package var files: [any OpenFile] = []
    /// Logs whose state need not be kept any longer.
    package var forgottenLogs: [UInt32]
    /// Small states of other parts, absolute, by key; an empty one is dropped.
    package var extras: [String: [UInt8]]

    package init(
        slices: [TimedSlice] = [], resolutionNanoseconds: Int64, inputs: [InputState] = [],
        forgottenLogs: [UInt32] = [], extras: [String: [UInt8]] = [:]
    ) {
        self.slices = slices
        self.resolutionNanoseconds = resolutionNanoseconds
        self.inputs = inputs
        self.forgottenLogs = forgottenLogs
        self.extras = extras
    }
}
