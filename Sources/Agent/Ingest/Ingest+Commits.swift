import Files
import RequestLog
import RollingWindow
package import Store
import Tailing

// What becomes durable: requests and positions, taken together and forgotten when the disk has them.

extension Ingest {
    /// A log was met for the first time: what is begun must be known before its file can be renamed.
    package var wantsCommit: Bool { pending.hasNewLog }

    /// What is to be committed now, if anything; it counts as handed over.
    package func takeCommit() -> Commit? {
        drain()
        let moved = tailer.takeChangedPositions()
        guard !(pending.isEmpty && moved.isEmpty) else { return nil }
        var positions = Dictionary(moved.map { ($0.log, $0) }) { $1 }
        for log in pending.touchedLogs where positions[log] == nil {
            positions[log] = position(of: log)
        }
        let states = positions.values.map { position in
            // What is known and never read (rotated before the agent came, a copy) must stay known after a restart.
            guard let log = logs[position.log] else {
                return InputState(position: position, ledger: InputLedger(), source: source(ofInput: position.input))
            }
            logs[position.log]!.path = Ingest.name(of: position)
            return InputState(
                position: position, ledger: log.ledger, source: log.sourceName, copyOf: log.copyOf,
                context: log.context.encoded)
        }
        var commit = Commit(
            slices: pending.timedSlices, resolutionNanoseconds: resolutionNanoseconds,
            inputs: states + (pending.forgottenLogs.isEmpty ? [] : retired.states),
            forgottenLogs: pending.forgottenLogs, extras: changedExtras())
        commit.files = moved.compactMap { tailer.file(of: $0.log) }
        pending = PendingCommit()
        return commit
    }

    /// Of which source is the primary one, the inputs, the ages of the versions and the learned routes: what has changed.
    private func changedExtras() -> [String: [UInt8]] {
        var extras = ["primary": Array(names[primary].utf8), "versions": drainedWindows.versions.encoded(names: names)]
        extras["routes"] = coarser.encoded
        // Old logs are nobody's inputs, and hide not those of the agent.
        if !tailer.options.readsToTheEnd {
            extras["inputs"] = Array(inputs.map(\.tail.pattern).joined(separator: "\u{0}").utf8)
        }
        extras = extras.filter { committedExtras[$0.key] != $0.value }
        committedExtras.merge(extras) { $1 }
        return extras
    }

    /// The inputs of the run that made the last commit.
    static func patterns(_ extra: [UInt8]?) -> Set<String> {
        Set(String(decoding: extra ?? [], as: UTF8.self).split(separator: "\u{0}").map(String.init))
    }

    private var resolutionNanoseconds: Int64 {
        intakes.map { options, intake in
            min(intake.resolution.nanoseconds, secondResolutions[options]?.nanoseconds ?? .max)
        }.max() ?? 1
    }

    /// The commit that was taken last is on the disk.
    package func acknowledgeCommit() {
        for log in tailer.forgetFinished() {
            if let forgotten = logs.removeValue(forKey: log) { retired.add(forgotten) }
            pending.touchedLogs.remove(log)
            pending.forgottenLogs.append(log)
        }
    }
}
