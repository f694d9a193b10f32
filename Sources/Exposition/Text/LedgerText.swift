internal import Health
internal import RequestLog
package import RollingWindow

/// The ledger for people: what was read, line by line of account, and by input.
package enum LedgerText {
    package static func render(_ ledger: Ledger, style: TextStyle = TextStyle()) -> String {
        var text = read(ledger, style: style)
        guard !ledger.inputs.isEmpty else { return text }
        var table = TextTable(columns: [
            .text("input"), .text("source"), .number("bytes"), .number("lines"), .number("accepted"),
            .number("rejected"), .number("not requests"), .number("unfinished"), .number("lost"),
        ])
        for input in ledger.inputs {
            let path = input.copyOf.map { "\(input.path) (copy of \($0))" } ?? input.path
            table.rows.append([TextTable.Cell(path), TextTable.Cell(input.source)] + cells(input.ledger))
        }
        if ledger.inputs.count > 1 {
            table.footer = [TextTable.Cell("total"), TextTable.Cell("")] + cells(ledger.total)
        }
        text += "\n" + table.render(style)
        return text
    }

    private static func cells(_ ledger: InputLedger) -> [TextTable.Cell] {
        let counts = ledger.counts
        let others = counts.blank + counts.filtered + counts.continuation + counts.header
        return [
            TextTable.Cell(HumanUnits.count(ledger.bytes)), TextTable.Cell(HumanUnits.count(counts.lines)),
            TextTable.Cell(HumanUnits.count(counts.accepted)),
            TextTable.Cell(HumanUnits.count(counts.rejected), counts.rejected > 0 ? .red : nil),
            TextTable.Cell(HumanUnits.count(others)), TextTable.Cell(HumanUnits.count(ledger.unfinished)),
            TextTable.Cell(HumanUnits.count(ledger.lostBytes), ledger.lostBytes > 0 ? .red : nil),
        ]
    }

    /// The lines of account. What was read and could not be used is loud; what did not happen is not mentioned.
    static func read(_ ledger: Ledger, style: TextStyle) -> String {
        let total = ledger.total
        let counts = total.counts
        var text = "\(HumanUnits.count(counts.lines, of: "line")) (\(HumanUnits.bytes(total.bytes))) read"
        if ledger.inputs.count > 1 { text += " from \(ledger.inputs.count) inputs" }
        let kinds = [
            ("blank", counts.blank), ("filtered", counts.filtered), ("continuation", counts.continuation),
            ("header", counts.header),
        ]
        for (name, count) in kinds where count > 0 { text += ", \(HumanUnits.count(count)) \(name)" }
        text += "\n"
        if counts.rejected > 0 {
            let reasons = RejectReason.allCases.filter { counts[$0] > 0 }
                .map { "\($0.name) \(HumanUnits.count(counts[$0]))" }
            let line = "REJECTED \(HumanUnits.count(counts.rejected, of: "line")): \(reasons.joined(separator: ", "))"
            text += line.colored(.red, style) + "\n"
            for reason in RejectReason.allCases {
                guard let sample = ledger.rejects[reason] else { continue }
                text += "  \(reason.name)  \(sample)\n"
            }
        }
        if total.lostBytes > 0 {
            text += "LOST \(HumanUnits.bytes(total.lostBytes)) that vanished unread".colored(.red, style) + "\n"
        }
        if total.skippedAtStart > 0 { text += "\(HumanUnits.bytes(total.skippedAtStart)) passed over at the start\n" }
        if total.unfinished > 0 { text += "\(HumanUnits.bytes(total.unfinished)) of an unfinished line\n" }
        return text
    }
}
