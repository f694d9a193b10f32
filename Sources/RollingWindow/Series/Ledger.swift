package import RequestLog

/// What became of the bytes of one log.
///
/// `bytes` is every byte read: those of the lines plus `unfinished`. What was never read stands beside it.
package struct InputLedger: Equatable, Sendable {
    package var counts = LineCounts()
    /// Bytes of the lines in `counts`, line feeds included.
    package var lineBytes: UInt64 = 0
    /// Bytes behind the last line feed: a line that is not a line yet.
    package var unfinished: UInt64 = 0
    package var skippedAtStart: UInt64 = 0
    /// Bytes that were in the log and vanished before they could be read.
    package var lostBytes: UInt64 = 0
    /// Datagrams that the kernel dropped; nil where nobody can know, as of a file, a pipe or a Unix socket.
    package var lostDatagrams: UInt64?

    package init() {}

    package var bytes: UInt64 { lineBytes &+ unfinished }

    package mutating func add(_ other: InputLedger) {
        counts.add(other.counts)
        lineBytes &+= other.lineBytes
        unfinished &+= other.unfinished
        skippedAtStart &+= other.skippedAtStart
        lostBytes &+= other.lostBytes
        if let lost = other.lostDatagrams { lostDatagrams = (lostDatagrams ?? 0) &+ lost }
    }
}

/// The ledger of one run: its inputs, in the order in which they were met.
package struct Ledger: Equatable, Sendable {
    package struct Input: Equatable, Sendable {
        package var path: String
        package var source: String
        /// The path of the log whose content this one repeats and continues.
        package var copyOf: String?
        package var ledger: InputLedger

        package init(path: String, source: String, copyOf: String? = nil, ledger: InputLedger = InputLedger()) {
            self.path = path
            self.source = source
            self.copyOf = copyOf
            self.ledger = ledger
        }
    }

    package var inputs: [Input]
    /// Of all inputs together.
    package var rejects = RejectSamples()

    package init(inputs: [Input] = []) { self.inputs = inputs }

    package var total: InputLedger {
        var sum = InputLedger()
        for input in inputs { sum.add(input.ledger) }
        return sum
    }
}
