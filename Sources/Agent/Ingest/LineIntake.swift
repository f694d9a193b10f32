package import RequestLog
package import RollingWindow

/// Blocks of lines in, counts out: the one path that every line takes, tailed, summed up or read from a pipe.
///
/// A log without a last line feed is the only block that does not end with one; it is read from a copy that does.
package final class LineIntake {
    package let options: ReaderOptions
    private var reader: RecordReader
    private var batch = RecordBatch()
    /// In what steps the times of these lines move.
    package private(set) var resolution = TimeResolution()

    package init(options: ReaderOptions) {
        self.options = options
        reader = RecordReader(options: options)
    }

    private var durations = DurationSample()
    private var durationDoubt: DurationDoubt?

    /// Whether the first durations are some that no service has: told once.
    package func takeDurationDoubt() -> DurationDoubt? { durationDoubt.take() }

    /// Values of the cache field that no vocabulary knows.
    package var unknownCacheWords: UInt64 { reader.unknownCacheWords }
    /// One of those since somebody asked.
    package func takeUnknownCacheWord() -> String? { reader.takeUnknownCacheWord() }

    /// Of each reason a line was rejected for, the first since somebody asked.
    package func takeRejects() -> RejectSamples? { reader.takeRejects() }

    /// Reads a block of whole lines; `LineIntake.padding` bytes behind it are readable.
    package func take(
        _ block: UnsafeRawBufferPointer, of context: inout LineContext, from source: NameID, within span: EventSpan,
        names: inout Names, ledger: inout InputLedger, into aggregator: inout Aggregator
    ) {
        guard let last = block.last else { return }
        ledger.lineBytes &+= UInt64(block.count)
        guard last != LineIntake.lineFeed else {
            return read(block, &context, source, span, &names, &ledger.counts, &aggregator)
        }
        let start = block.lastIndex(of: LineIntake.lineFeed).map { $0 + 1 } ?? 0
        if start > 0 {
            let whole = UnsafeRawBufferPointer(rebasing: block[..<start])
            read(whole, &context, source, span, &names, &ledger.counts, &aggregator)
        }
        var copy = Array(block[start...])
        copy.append(LineIntake.lineFeed)
        let length = copy.count
        copy.append(contentsOf: repeatElement(0, count: RecordReader.padding))
        copy.withUnsafeBytes { bytes in
            let line = UnsafeRawBufferPointer(rebasing: bytes[..<length])
            read(line, &context, source, span, &names, &ledger.counts, &aggregator)
        }
    }

    /// A line that was too long to be looked at.
    package static func pass(over byteCount: UInt64, ledger: inout InputLedger) {
        ledger.lineBytes &+= byteCount
        ledger.counts[.tooLong] &+= 1
    }

    /// The first duration of the block whose unit neither its key nor its value nor the options tell.
    package func unitlessDuration(
        in block: UnsafeRawBufferPointer, of context: LineContext
    ) -> LineExplanation.Finding? {
        var context = context
        for line in block.split(separator: LineIntake.lineFeed) {
            if let finding = reader.explain(line, context: &context, latest: Timestamp(nanoseconds: .max))
                .lacksDurationUnit
            {
                return finding
            }
        }
        return nil
    }

    private func read(
        _ block: UnsafeRawBufferPointer, _ context: inout LineContext, _ source: NameID, _ span: EventSpan,
        _ names: inout Names,
        _ counts: inout LineCounts, _ aggregator: inout Aggregator
    ) {
        var offset = 0
        var linesLeft = true
        context.begin(block, format: options.format)
        reader.arrival = span.arrival
        while linesLeft {
            batch.removeAll()
            linesLeft = reader.read(
                block, from: &offset, context: &context, latest: span.latest, names: &names, counts: &counts,
                into: &batch)
            if let first = batch.records.first { resolution.observe(first.time) }
            if !durations.isComplete { sampleDurations() }
            if span.isLimited { batch.keep(from: span.from, to: span.to) }
            aggregator.add(batch, source: source)
        }
    }

    @inline(never)
    private func sampleDurations() {
        for record in batch.records.prefix(DurationSample.size) {
            if let doubt = durations.observe(record.durationNanoseconds) { durationDoubt = doubt }
        }
    }

    private static let lineFeed = UInt8(ascii: "\n")
}

/// Which event times are counted: what lies outside `from..<to` is read, stands in the ledger and adds to nothing.
package struct EventSpan: Sendable {
    package var from = Timestamp(nanoseconds: .min)
    package var to = Timestamp(nanoseconds: .max)
    /// A record later than this is a `future_time`.
    package var latest = Timestamp(nanoseconds: .max)
    /// The time of lines whose format has none; nil: they are no requests.
    package var arrival: Timestamp?

    package init() {}

    package var isLimited: Bool { from.nanoseconds != .min || to.nanoseconds != .max }
}
