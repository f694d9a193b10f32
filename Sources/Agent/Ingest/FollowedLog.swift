import Files
import RequestLog
import RollingWindow
import Store

/// What ingest keeps about one log that is followed.
struct FollowedLog {
    var path: String
    var sourceName: String
    var source: NameID
    var copyOf: String?
    var ledger = InputLedger()
    var intake: LineIntake
    /// Forms of its lines that were no requests, since the start.
    var rejects = RejectSamples()
    var context = LineContext()
    /// Bytes of a line that had not ended before the restart: gone, if the log is.
    var unfinishedBefore: UInt64 = 0
    /// Known so that it is not taken for another log, and never read.
    var isOnlyKnown = false
    /// It was said that a duration lacks its unit.
    var isUnitMissing = false

    var entry: Ledger.Input { Ledger.Input(path: path, source: sourceName, copyOf: copyOf, ledger: ledger) }
}

extension InputState {
    /// Known so that it is not taken for another log; nothing of it was ever read.
    var isOnlyKnown: Bool { position.finished && ledger == InputLedger() }
}
