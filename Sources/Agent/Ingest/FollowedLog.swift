import Files
import RequestLog
import RollingWindow

/// What ingest keeps about one log that is followed.
struct FollowedLog {
    var path: String
    var sourceName: String
    var source: NameID
    var copyOf: String?
    var ledger = InputLedger()
    var intake: LineIntake

    var entry: Ledger.Input { Ledger.Input(path: path, source: sourceName, copyOf: copyOf, ledger: ledger) }
}
