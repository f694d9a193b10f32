package import Files
package import RollingWindow

/// How far one log has been counted, and what became of its bytes: absolute values, as of a commit.
package struct InputState: Equatable, Sendable {
    package var position: LogPosition
    package var ledger: InputLedger
    package var source: String
    /// The path of the log whose content this one repeats and continues.
    package var copyOf: String?
    /// What the lines up to here have stated that those behind them need, as its reader wrote it; mostly nothing.
    package var context: [UInt8]

    package init(
        position: LogPosition, ledger: InputLedger, source: String, copyOf: String? = nil,
        context: [UInt8] = []
    ) {
        self.position = position
        self.ledger = ledger
        self.source = source
        self.copyOf = copyOf
        self.context = context
    }
}
