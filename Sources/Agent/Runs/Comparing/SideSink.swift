import RequestLog
import RollingWindow
import Tailing

/// Lines into slices.
final class SideSink: BlockSink {
    let intake: LineIntake
    let span: EventSpan
    let source: NameID
    var names: Names
    var aggregator: Aggregator
    var context = LineContext()
    var ledger = InputLedger()
    var unitless: LineExplanation.Finding?

    init(intake: LineIntake, span: EventSpan, source: NameID, names: Names, aggregator: consuming Aggregator) {
        self.intake = intake
        self.span = span
        self.source = source
        self.names = names
        self.aggregator = aggregator
    }

    func lines(_ bytes: UnsafeRawBufferPointer) {
        let before = ledger.counts[.badDuration]
        intake.take(
            bytes, of: &context, from: source, within: span, names: &names, ledger: &ledger, into: &aggregator)
        if unitless == nil, ledger.counts[.badDuration] > before, before == 0 {
            unitless = intake.unitlessDuration(in: bytes, of: context)
        }
    }

    func overlong(byteCount: UInt64) { LineIntake.pass(over: byteCount, ledger: &ledger) }

    /// What would make a side of nothing, or of half of its requests, is an error.
    func check(_ name: String) throws(RunFailure) {
        if let unitless {
            throw RunFailure(
                .wrongConfiguration,
                "\(name): \(unitless.key): expected a duration with a unit, found \(unitless.written): say s, ms or "
                    + "us with --duration-unit; nothing was compared, safe to try again")
        }
        let counts = ledger.counts
        guard counts.accepted == 0, counts.rejected > 0 else { return }
        if counts[.missingTime] > counts.rejected / 2 {
            throw RunFailure(
                .damagedData,
                "\(name): its lines have no time, and requests are compared by when they happened; expected a log "
                    + "with times")
        }
        throw RunFailure(
            .damagedData,
            "\(name): no line was understood: \(counts.rejected) of \(counts.lines) rejected; expected lines of a "
                + "known format with a time and a status (plumbline check \(name) says more)")
    }
}
