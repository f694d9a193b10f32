import Files
import RequestLog
import Snapshots

/// What is true after the last commit, slices aside: what a checkpoint holds.
package struct CommittedState: Sendable {
    /// Of the last commit; the first one is 1.
    package internal(set) var sequence: UInt64 = 0
    /// By the number of the log.
    package internal(set) var inputs: [UInt32: InputState] = [:]
    package internal(set) var extras: [String: [UInt8]] = [:]
    package internal(set) var counters: Counters

    init(counters: Counters) { self.counters = counters }

    mutating func apply(_ record: CommitRecord, blocks: [SnapshotBlock], names: Names) {
        sequence = record.sequence
        for log in record.forgottenLogs { inputs[log] = nil }
        for input in record.inputs { inputs[input.position.log] = input }
        for (key, value) in record.extras { extras[key] = value.isEmpty ? nil : value }
        for block in blocks { counters.add(block.series, names: names) }
    }
}
