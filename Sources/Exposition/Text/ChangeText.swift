package import Comparison
internal import Health
internal import RequestLog

/// `plumbline change list` and `show`: a change as a person reads it.
package enum ChangeText {
    package static func list(_ listing: ChangeListing, style: TextStyle = TextStyle()) -> String {
        guard !listing.records.isEmpty else {
            return "no changes yet; plumbline change start \"what you are about to do\" --owner you begins one\n"
        }
        var table = TextTable(columns: [
            .text("change"), .word("state"), .word("owner"), .word("begun"), .text("promises"), .word(""),
        ])
        for record in listing.records {
            let warnings = record.warnings(among: listing.records)
            table.rows.append([
                TextTable.Cell(record.id), TextTable.Cell(word(record.state), color(record.state)),
                TextTable.Cell(cutInMiddle(record.owner, width: 24)), TextTable.Cell(minute(record.created)),
                TextTable.Cell(record.expectations.map(\.text).joined(separator: ", ")),
                TextTable.Cell(warnings.isEmpty ? "" : "!", .yellow),
            ])
        }
        var text = table.render(style)
        for record in listing.records {
            for warning in record.warnings(among: listing.records) {
                text += "! \(escapedForDisplay(record.id)): \(escapedForDisplay(warning))\n".colored(.yellow, style)
            }
        }
        return text
    }

    package static func show(
        _ record: ChangeRecord, among others: [ChangeRecord], style: TextStyle = TextStyle()
    ) -> String {
        var text = escapedForDisplay(record.title).colored(.bold, style)
        text += "  " + word(record.state).colored(color(record.state), style) + "\n"
        var facts: [(String, String)] = [("change", "\(record.id), owner \(record.owner), begun \(record.created)")]
        if let note = record.note { facts.append(("note", note)) }
        if !record.routes.isEmpty { facts.append(("routes", record.routes.joined(separator: ", "))) }
        facts.append(("rollback", record.rollback ?? "none recorded"))
        for event in record.events { facts.append((event.kind.rawValue, line(event))) }
        if let closed = record.closed { facts.append(("closed", "\(closed)")) }
        for (name, value) in facts { text += fact(name, value) }
        for warning in record.warnings(among: others) {
            text += fact("warning", warning).colored(.yellow, style)
        }
        text += promises(record, style)
        if let verdict = record.verdicts.last { text += show(verdict, style) }
        text += baseline(record.baseline, style)
        text += checklist(record.currentChecklist, style)
        return text
    }

    /// One of `change verify`, below the report.
    package static func checklist(_ items: [ChecklistItem], _ style: TextStyle = TextStyle()) -> String {
        guard !items.isEmpty else { return "" }
        var text = "\n" + "checklist".colored(.bold, style) + "\n"
        for item in items {
            let (mark, color) = mark(item.state)
            text += "  \(mark) ".colored(color, style) + item.key.text + ": " + escapedForDisplay(item.evidence) + "\n"
        }
        return text
    }

    /// The list of a new change's numbers, and where to begin.
    package static func baseline(_ baseline: ChangeBaseline, _ style: TextStyle = TextStyle()) -> String {
        var text = "\n" + "baseline".colored(.bold, style)
        text += "  \(baseline.from) to \(baseline.to) "
        text += "(\(HumanUnits.duration(seconds: (baseline.to - baseline.from).seconds))), "
        text +=
            "\(HumanUnits.count(baseline.requests, of: "request")) of source \(escapedForDisplay(baseline.source)) in "
        text += "\(HumanUnits.count(UInt64(max(0, baseline.slices)), of: "slice"))\n"
        if let format = baseline.format {
            text += "  read as \(escapedForDisplay(format))"
            if let configuration = baseline.configuration {
                text += ", configuration \(escapedForDisplay(configuration))"
            }
            text += "\n"
        }
        let metrics = ["requests", "err %", "p50", "p90", "p95", "p99", "hit %", "db/req"]
        var table = TextTable(columns: [.text("  route")] + metrics.map(TextTable.Column.number))
        for row in baseline.numbers {
            let percents = [row.errorRatio, row.hitRatio].map { ratio in
                ratio.map { TextTable.Cell(HumanUnits.percent(ratio: $0)) } ?? .absent
            }
            let times = [row.p50, row.p90, row.p95, row.p99].map { time in
                time.map { TextTable.Cell(HumanUnits.duration(seconds: $0)) } ?? .absent
            }
            table.rows.append(
                [
                    TextTable.Cell("  " + (row.route ?? "all routes")), TextTable.Cell(HumanUnits.count(row.requests)),
                    percents[0],
                ] + times + [
                    percents[1], row.dbCalls.map { TextTable.Cell(HumanUnits.threeDigits($0)) } ?? .absent,
                ])
        }
        text += table.render(style)
        for insight in baseline.insights { text += "  · \(escapedForDisplay(insight))\n" }
        return text
    }

    // MARK: Parts

    private static func promises(_ record: ChangeRecord, _ style: TextStyle) -> String {
        guard !record.expectations.isEmpty else { return fact("promise", "none: guardrails only") }
        let verdict = record.verdicts.last { !$0.isAfterRollback }
        return record.expectations.map { expectation in
            let kept = verdict?.promises.first { $0.text == expectation.text }
            let said = kept.map { "\(word($0.verdict)): \($0.reason)" } ?? "not judged yet"
            return fact("promise", "\(expectation.text)  (\(said))")
        }.joined()
    }

    private static func show(_ verdict: ChangeVerdict, _ style: TextStyle) -> String {
        let about = verdict.isAfterRollback ? "after the rollback" : "verdict"
        var text = "\n" + about.colored(.bold, style) + "  " + word(verdict.verdict, verdict.isAfterRollback)
        text += " (exit \(verdict.verdict.exitCode)), given \(verdict.time) on "
        text +=
            "\(HumanUnits.count(verdict.after.requests, of: "request")) from \(verdict.after.from) to \(verdict.after.to)\n"
        for reason in verdict.reasons { text += "  \(escapedForDisplay(reason))\n" }
        return text
    }

    private static func line(_ event: ChangeRecord.Event) -> String {
        var text = "\(event.time)"
        if let exitCode = event.exitCode { text += ", exit \(exitCode)" }
        if let note = event.note { text += ", \(note)" }
        return text
    }

    private static func fact(_ name: String, _ value: String) -> String {
        name + String(repeating: " ", count: max(1, 10 - name.count)) + escapedForDisplay(value) + "\n"
    }

    private static func minute(_ time: Timestamp) -> String { String(time.floored(to: .seconds(60)).description) }

    package static func word(_ state: ChangeRecord.State) -> String {
        switch state {
        case .baseline: "baseline stored"
        case .deployed: "deployed, not judged"
        case .met: "met"
        case .notMet: "not met"
        case .regressed: "regressed"
        case .inconclusive: "inconclusive"
        case .notComparable: "not comparable"
        case .unharmed: "nothing regressed"
        case .rolledBack: "rolled back, not judged"
        case .restored: "rolled back, baseline came back"
        case .notRestored: "rolled back, baseline did not come back"
        case .closed: "closed"
        }
    }

    package static func word(_ verdict: Verdict, _ isAfterRollback: Bool = false) -> String {
        switch verdict {
        case .met: isAfterRollback ? "the baseline came back" : "met"
        case .notMet: "not met"
        case .regressed: isAfterRollback ? "the baseline did not come back" : "regressed"
        case .inconclusive: "inconclusive"
        case .notComparable: "not comparable"
        case .noExpectation: "nothing regressed"
        }
    }

    private static func color(_ state: ChangeRecord.State) -> TextTable.Color? {
        switch state {
        case .regressed, .notRestored: .red
        case .notMet, .inconclusive, .notComparable: .yellow
        case .met, .restored, .unharmed: .bold
        case .baseline, .deployed, .rolledBack: nil
        case .closed: .faint
        }
    }

    private static func mark(_ state: ChecklistItem.State) -> (String, TextTable.Color?) {
        switch state {
        case .done: ("[x]", nil)
        case .missing: ("[ ]", .yellow)
        case .failed: ("[!]", .red)
        case .pending: ("[?]", nil)
        case .notApplicable: ("[-]", .faint)
        }
    }
}
