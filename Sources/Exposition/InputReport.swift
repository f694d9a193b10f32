package import RequestLog
package import RollingWindow

/// How one input stands: a log that is followed or has ended, a socket, or a path that is waited for.
package struct InputReport: Equatable, Sendable {
    package enum State: String, Sendable {
        /// It is open, or a socket receives.
        case followed
        /// Read to its end, and kept in mind.
        case finished
        /// Its file is looked for: after a restart, or because it was overwritten.
        case sought
        /// It cannot be read at present, or is not there yet.
        case waiting
        /// Older logs of a source, added up.
        case retired
    }

    package var path: String
    package var source: String
    package var state: State
    /// Where the next line begins, in bytes of the uncompressed content; nil of what has no positions.
    package var position: UInt64?
    /// Bytes that are there and not read yet.
    package var lagBytes: UInt64 = 0
    package var ledger: InputLedger
    /// The forms of lines that were no requests, since the start.
    package var rejects = RejectSamples()
    /// Why it cannot be read.
    package var problem: String?

    package init(path: String, source: String, state: State, ledger: InputLedger = InputLedger()) {
        self.path = path
        self.source = source
        self.state = state
        self.ledger = ledger
    }
}
