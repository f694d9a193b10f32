import Files
import RollingWindow
import Store
import SystemPackage

/// What became of the logs that are long gone, added up by source: rotation never ends, and what is kept must.
struct RetiredLogs {
    /// Stands where a log has its path and its input.
    static let path = "(older logs)"

    private var ledgers: [String: InputLedger] = [:]
    private var numbers: [String: UInt32] = [:]

    init(_ recovered: [InputState]) {
        for state in recovered where RetiredLogs.isRetired(state) {
            ledgers[state.source, default: InputLedger()].add(state.ledger)
            numbers[state.source] = state.position.log
        }
    }

    static func isRetired(_ state: InputState) -> Bool { state.position.input == path }

    mutating func add(_ log: FollowedLog) {
        guard log.ledger != InputLedger() else { return }
        ledgers[log.sourceName, default: InputLedger()].add(log.ledger)
        // From the end of the numbers: those of logs grow from their beginning.
        if numbers[log.sourceName] == nil {
            numbers[log.sourceName] = (numbers.values.min() ?? .max) - 1
        }
    }

    var states: [InputState] {
        ledgers.map { source, ledger in
            let position = LogPosition(
                log: numbers[source]!, path: FilePath(RetiredLogs.path), input: RetiredLogs.path, device: 0, inode: 0,
                offset: ledger.skippedAtStart + ledger.lineBytes,
                fingerprint: Fingerprint(length: 0, head: 0, samples: [], tail: 0), finished: true)
            return InputState(position: position, ledger: ledger, source: source)
        }
    }

    var entries: [Ledger.Input] {
        ledgers.sorted { $0.key < $1.key }.map { source, ledger in
            Ledger.Input(path: RetiredLogs.path, source: source, ledger: ledger)
        }
    }
}
