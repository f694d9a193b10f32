import RequestLog
import RollingWindow
import Tailing

/// A second thread for lines that are not awaited: logs read from end to end, faster than one core can.
///
/// It is handed whole buffers and counts what is in them in tables of its own; `settle` brings that into the owner's
/// names. What is counted does not depend on who counted it. A buffer that finds no place is the owner's to read, and so
/// are those that the thread has not begun when the owner wants everything: nobody waits while there is something to do.
final class SecondIntake {
    /// Whose lines a buffer holds, and how they are read.
    struct Origin: Sendable {
        var log: UInt32
        var source: String
        var options: ReaderOptions
        var span: EventSpan
    }

    /// What the thread has counted, in the names of the owner.
    struct Delivery {
        var slices: [TimedSlice] = []
        var logs: [UInt32: LogCounts] = [:]
        var resolutions: [ReaderOptions: TimeResolution] = [:]
        var unknownCacheWords: UInt64 = 0
    }

    struct LogCounts: Sendable {
        var ledger = InputLedger()
        /// A word that no vocabulary knows, and a duration whose unit nobody tells, with the numbers of their buffers.
        var unknownCacheWord: Numbered<String>?
        var unitless: Numbered<LineExplanation.Finding>?
        var rejects = RejectSamples()
    }

    struct Numbered<Value: Sendable>: Sendable {
        var number: UInt64
        var value: Value
    }

    /// Smaller pieces are read before another thread has heard of them.
    private static let leastBytes = 64 << 10

    private let thread: SecondIntakeThread
    /// The queue was full, so the owner reads: until little is left, for consecutive buffers share slices.
    private var isOwnersTurn = false
    /// By the identifiers of the thread.
    private var names: [NameID] = []

    /// - Parameters:
    ///   - depth: buffers that may wait.
    ///   - pathNames: as the owner's names have it.
    init(width: Timestamp.Span?, depth: Int, pathNames: Int) {
        thread = SecondIntakeThread(width: width, depth: depth, pathNames: pathNames)
        thread.start()
    }

    deinit { thread.stop() }

    /// Hands over the buffer and leaves another one; false where the owner is to read it.
    func take(_ bytes: UnsafeRawBufferPointer, in buffer: inout ReadBuffer, of origin: Origin, number: UInt64) -> Bool {
        guard bytes.count >= SecondIntake.leastBytes, !buffer.isGrown, bytes.last == UInt8(ascii: "\n") else {
            return false
        }
        if isOwnersTurn, thread.waiting > thread.depth / 4 { return false }
        isOwnersTurn = !thread.take(buffer.range(of: bytes), in: &buffer, of: origin, number: number)
        return !isOwnersTurn
    }

    /// Has the owner read what the thread has not begun.
    func takeBack(_ read: (UnsafeRawBufferPointer, Origin, _ number: UInt64) -> Void) {
        thread.takeBack(read)
        isOwnersTurn = false
    }

    /// Has the thread empty its tables, for a `settle` that is to come.
    func drain() { thread.drain() }

    /// Everything else that was handed over, counted.
    func settle(names owners: inout Names) -> Delivery {
        let counted = thread.takeCounted()
        names += counted.newNames.map { text, isOfPath in
            isOfPath ? owners.intern(path: text) : owners.intern(text)
        }
        for (name, text) in counted.statedNames { names[Int(name.index)] = owners.intern(text) }
        return Delivery(
            slices: counted.slices.map(renamed), logs: counted.logs, resolutions: counted.resolutions,
            unknownCacheWords: counted.unknownCacheWords)
    }

    private func renamed(_ slice: TimedSlice) -> TimedSlice {
        var renamed = slice
        renamed.slice.series = Dictionary(minimumCapacity: slice.slice.series.count)
        for (key, cell) in slice.slice.series {
            var key = key
            key.source = names[Int(key.source.index)]
            key.route = names[Int(key.route.index)]
            key.version = names[Int(key.version.index)]
            // What is learned there may have become coarser here.
            renamed.slice.series[key, default: Cell()].add(cell)
        }
        return renamed
    }
}
