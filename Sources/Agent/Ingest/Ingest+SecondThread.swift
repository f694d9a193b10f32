import RequestLog
import RollingWindow
package import Tailing

extension Ingest {
    package func lines(_ bytes: UnsafeRawBufferPointer, of log: UInt32, in buffer: inout ReadBuffer) {
        guard let second else { return lines(bytes, of: log) }
        var followed = logs[log] ?? met(log)
        if followed.context.mustWait(bytes, under: followed.intake.options) { return lines(bytes, of: log) }
        let origin = SecondIntake.Origin(
            log: log, source: followed.sourceName, options: followed.intake.options, span: span)
        blocks += 1
        guard second.take(bytes, in: &buffer, of: origin, number: blocks) else { return lines(bytes, of: log) }
        followed.isOnlyKnown = false
        logs[log] = followed
        pending.touchedLogs.insert(log)
    }

    /// Reads what the second thread has not begun.
    func takeBack() { second?.takeBack { bytes, origin, _ in lines(bytes, of: origin.log) } }

    /// Brings in what the second thread has counted.
    func settle() {
        guard let second else { return }
        takeBack()
        let delivery = second.settle(names: &names)
        for slice in delivery.slices { add(slice) }
        for (log, counted) in delivery.logs {
            logs[log]!.ledger.add(counted.ledger)
            acceptedLines &+= counted.ledger.counts.accepted
            if let word = counted.unknownCacheWord?.value { complain(ofCacheWord: word, logs[log]!) }
            rejects.add(counted.rejects)
            logs[log]!.rejects.add(counted.rejects)
            if let finding = counted.unitless?.value, !logs[log]!.isUnitMissing {
                logs[log]!.isUnitMissing = true
                complain(of: finding, logs[log]!)
            }
        }
        secondResolutions = delivery.resolutions
        secondUnknownCacheWords = delivery.unknownCacheWords
    }
}
