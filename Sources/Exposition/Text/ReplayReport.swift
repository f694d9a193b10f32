internal import Health
package import RequestLog
package import RollingWindow

/// What a run over old logs added to a data directory.
package struct ReplayReport: Equatable, Sendable {
    /// That were named and are not empty.
    package var logs = 0
    /// In which something was new.
    package var newLogs = 0
    package var ledger = InputLedger()
    /// Slices of 10 s that were added to.
    package var slices = 0
    /// First and last event.
    package var from: Timestamp?
    package var to: Timestamp?
    /// Journal and hour files together.
    package var bytesWritten: UInt64 = 0
    package var seconds: Double = 0

    package init() {}

    package func text(style: TextStyle = TextStyle()) -> String {
        let read = LedgerText.read(Ledger(inputs: [Ledger.Input(path: "", source: "", ledger: ledger)]), style: style)
        guard ledger.counts.lines > 0 else {
            return "nothing new in \(HumanUnits.count(UInt64(logs), of: "log"))\n"
        }
        var text = "\(HumanUnits.count(ledger.counts.accepted, of: "request")) added"
        text += " to \(HumanUnits.count(UInt64(slices), of: "slice"))"
        if let from, let to { text += ", \(from) to \(to)" }
        text += "\n" + read
        if newLogs < logs {
            text += "\(HumanUnits.count(UInt64(logs - newLogs))) of \(HumanUnits.count(UInt64(logs), of: "log")) had "
            text += "nothing new\n"
        }
        let rate = seconds > 0 ? " (\(HumanUnits.bytes(UInt64(Double(ledger.bytes) / seconds)))/s)" : ""
        text += "\(HumanUnits.bytes(bytesWritten)) written in \(HumanUnits.duration(seconds: seconds))\(rate)\n"
        return text
    }

    /// `plumbline.replay.v1`: the counts are those of a ledger, and of this run alone.
    package var json: [UInt8] {
        var json = JSONWriter()
        json.object(.lines) { json in
            json.key("schema")
            json.value("plumbline.replay.v1")
            json.key("from")
            json.value(from?.description)
            json.key("to")
            json.value(to?.description)
            json.key("logs")
            json.value(logs)
            json.key("logs_with_news")
            json.value(newLogs)
            json.key("bytes")
            json.value(ledger.bytes)
            json.counts(ledger.counts)
            json.key("slices")
            json.value(slices)
            json.key("bytes_written")
            json.value(bytesWritten)
            json.key("seconds")
            json.value(seconds)
        }
        return json.finish()
    }
}
