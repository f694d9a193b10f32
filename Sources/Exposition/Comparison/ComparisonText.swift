package import Comparison
import Health
import RequestLog

/// The report for a terminal, at most 30 lines: the verdict, the promised metric, why, everything else, and whether it
/// can be trusted.
package enum ComparisonText {
    /// - Parameter isVerbose: strata, degrees of freedom and error terms too.
    package static func render(
        _ report: ComparisonReport, isVerbose: Bool = false, isASCII: Bool = false, style: TextStyle = TextStyle()
    ) -> String {
        let words = ComparisonWords(report: report)
        var text = head(report, words, style)
        text += verdict(report, words, style)
        for (number, scope) in scopes(report).enumerated() {
            text += table(report, scope, isWhole: number == 0, style)
        }
        for (place, line) in words.why.enumerated() {
            text += wrapped(line, label: place == 0 ? "why" : "", style)
        }
        if report.focus != .all, let row = everything(report) { text += labelled("all routes", row) }
        if report.guardrails.family > 0 { text += wrapped(words.guardrails, label: "guardrails", style) }
        if let power = words.power, report.verdict != .met { text += wrapped(power, label: "power", style) }
        if isVerbose { text += details(report, style) }
        return isASCII ? ascii(text) : text
    }

    /// The code effect of a row: `-12.3 % [-20.1, -4.0]`.
    package static func effect(_ row: ComparisonRow) -> String {
        "\(ComparisonNumbers.effect(row.within.estimate, row.metric)) "
            + ComparisonNumbers.interval(row.within.ci95, row.metric)
    }

    private static let labelWidth = 11

    private static func labelled(_ label: String, _ text: String) -> String {
        label + String(repeating: " ", count: max(1, labelWidth - label.count)) + text + "\n"
    }

    /// Long sentences go on under their beginning.
    private static func wrapped(_ text: String, label: String, _ style: TextStyle) -> String {
        let width = max(40, min(style.width, 120) - labelWidth)
        var lines: [String] = [""]
        for word in escapedForDisplay(text).split(separator: " ", omittingEmptySubsequences: false) {
            if !lines[lines.count - 1].isEmpty,
                displayWidth(lines[lines.count - 1]) + 1 + displayWidth(String(word)) > width
            {
                lines.append(String(word))
            } else {
                lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
            }
        }
        return lines.enumerated().map { labelled($0.offset == 0 ? label : "", $0.element) }.joined()
    }

    private static func head(_ report: ComparisonReport, _ words: ComparisonWords, _ style: TextStyle) -> String {
        var text = ""
        if let change = report.change {
            let owner = change.owner.map { " (owner: \(escapedForDisplay($0)))" } ?? ""
            let name = [change.id, change.title.map { "\"\($0)\"" }].compactMap { $0.map(escapedForDisplay) }
            text += labelled("change", name.joined(separator: "  ") + owner)
        }
        text += labelled(
            "compare",
            "BEFORE \(ComparisonNumbers.windows(report.before))   AFTER \(ComparisonNumbers.windows(report.after))")
        for (place, promise) in report.promises.enumerated() {
            let verdict = report.promises.count > 1 ? "   \(ComparisonWords.verdict(promise.verdict))" : ""
            text += labelled(place == 0 ? "promise" : "", escapedForDisplay(ComparisonWords.promise(promise)) + verdict)
        }
        if let rollback = report.change?.rollback { text += labelled("rollback", escapedForDisplay(rollback)) }
        text += wrapped(words.data, label: "data", style)
        return text + wrapped(words.baseline, label: "baseline", style) + "\n"
    }

    private static func verdict(_ report: ComparisonReport, _ words: ComparisonWords, _ style: TextStyle) -> String {
        let color: TextTable.Color =
            switch report.verdict {
            case .met, .noExpectation: .bold
            case .notMet, .inconclusive, .notComparable: .yellow
            case .regressed: .red
            }
        let text = words.verdict + (words.qualification.map { " — " + escapedForDisplay($0) } ?? "")
        let exit = "exit \(report.exitCode)"
        let room = min(style.width, 100) - labelWidth - displayWidth(text) - exit.count
        return labelled("VERDICT", text.colored(color, style) + String(repeating: " ", count: max(2, room)) + exit)
            + "\n"
    }

    /// What was promised, in the order of the promises; without one everything.
    private static func scopes(_ report: ComparisonReport) -> [Scope] {
        var scopes: [Scope] = []
        for row in report.rows where row.role == .promised && !scopes.contains(row.scope) { scopes.append(row.scope) }
        return scopes.isEmpty ? [report.focus] : scopes
    }

    private static func table(
        _ report: ComparisonReport, _ scope: Scope, isWhole: Bool, _ style: TextStyle
    ) -> String {
        let rows = report.rows.filter { $0.scope == scope && (isWhole || $0.role == .promised) }
        guard !rows.isEmpty else { return "" }
        var table = TextTable(columns: [
            .text(ComparisonWords.scope(scope)), .number("before"), .number("after"), .number("change"),
            .number("= code effect"), .word("[95 % CI]"), .number("+ cache"), .number("+ traffic"), .word(""),
        ])
        for row in rows {
            let metric = row.metric
            let hasParts = metric != .requests
            let kind =
                row.role == .promised
                ? report.promises.first { $0.expectation.scope == row.scope && $0.expectation.metric == metric }
                    .map { ComparisonWords.verdict($0.verdict) } ?? "" : row.within.kind.rawValue
            table.rows.append([
                TextTable.Cell(
                    row.role == .promised
                        ? "  \(ComparisonWords.metric(metric, isShort: true))  (promise)"
                        : "  \(ComparisonWords.metric(metric))"),
                TextTable.Cell(ComparisonNumbers.level(row.before, metric)),
                TextTable.Cell(ComparisonNumbers.level(row.after, metric)),
                TextTable.Cell(ComparisonNumbers.effect(row.total.estimate, metric)),
                hasParts ? TextTable.Cell(ComparisonNumbers.effect(row.within.estimate, metric)) : .absent,
                TextTable.Cell(ComparisonNumbers.interval(row.within.ci95, metric)),
                hasParts && metric != .hitRatio
                    ? TextTable.Cell(ComparisonNumbers.effect(row.cache, metric)) : .absent,
                hasParts ? TextTable.Cell(ComparisonNumbers.effect(row.traffic, metric)) : .absent,
                TextTable.Cell(
                    kind, kind == "regressed" ? .red : kind == "inconclusive" ? .faint : nil),
            ])
        }
        return table.render(style)
    }

    private static func everything(_ report: ComparisonReport) -> String? {
        let metric = report.leadingRow?.metric ?? .p95
        guard let row = report.rows.first(where: { $0.scope == .all && $0.metric == metric }) else { return nil }
        let parts = [row.within.estimate, row.cache, row.traffic].map { ComparisonNumbers.effect($0, metric) }
        return "\(metric.rawValue) \(ComparisonNumbers.effect(row.total.estimate, metric)) = code \(parts[0]) "
            + "\(ComparisonNumbers.interval(row.within.ci95, metric)) + cache \(parts[1]) + traffic \(parts[2])"
    }

    private static func ascii(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "–", "—": plain += "-"
            case "±": plain += "+-"
            case "·": plain += "|"
            case "µ": plain += "u"
            case "…": plain += "~"
            case "─": plain += "-"
            case _ where scalar.isASCII: plain.unicodeScalars.append(scalar)
            default: plain += "?"
            }
        }
        return plain
    }

    // MARK: Verbose

    private static func details(_ report: ComparisonReport, _ style: TextStyle) -> String {
        var strata = TextTable(columns: [
            .text("stratum of " + ComparisonWords.scope(report.focus)), .word("cache"), .word("segment"),
            .number("share"), .number("then"), .number("p95 before"), .number("after"), .number("change"),
            .word("[95 % CI]"),
        ])
        for stratum in report.strata {
            let key = stratum.key
            strata.rows.append([
                TextTable.Cell("\(key.method.name) \(key.route)"),
                TextTable.Cell(key.cache.name + (key.isNotModified ? " 304" : "")), TextTable.Cell(key.segment.name),
                TextTable.Cell(HumanUnits.percent(ratio: stratum.share.before) + " %"),
                TextTable.Cell(HumanUnits.percent(ratio: stratum.share.after) + " %"),
                stratum.p95.map { TextTable.Cell(HumanUnits.duration(seconds: $0.before)) } ?? .absent,
                stratum.p95.map { TextTable.Cell(HumanUnits.duration(seconds: $0.after)) } ?? .absent,
                stratum.change.map { TextTable.Cell(ComparisonNumbers.effect($0, .p95)) } ?? .absent,
                stratum.ci95.map { TextTable.Cell(ComparisonNumbers.interval($0, .p95)) } ?? .absent,
            ])
        }
        var rows = TextTable(columns: [
            .text("row"), .number("requests"), .number("then"), .number("n_eff"), .number("then"), .number("df"),
            .number("p worse"), .number("Holm"), .number("bucket"), .number("clock"), .number("rho*"), .word(""),
        ])
        for row in report.rows {
            rows.rows.append([
                TextTable.Cell("\(row.metric.rawValue) \(ComparisonWords.scope(row.scope))"),
                TextTable.Cell(HumanUnits.count(row.requests.before)),
                TextTable.Cell(HumanUnits.count(row.requests.after)),
                row.effectiveRequests.map { TextTable.Cell(HumanUnits.count(Int64($0.before))) } ?? .absent,
                row.effectiveRequests.map { TextTable.Cell(HumanUnits.count(Int64($0.after))) } ?? .absent,
                TextTable.Cell(HumanUnits.threeDigits(row.within.degreesOfFreedom)),
                TextTable.Cell(HumanUnits.decimal(row.pWorse, places: 3)),
                row.pHolm.map { TextTable.Cell(HumanUnits.decimal($0, places: 3)) } ?? .absent,
                TextTable.Cell(HumanUnits.decimal(row.bucketError * 100, places: 2) + " %"),
                TextTable.Cell(HumanUnits.decimal(row.resolutionError * 100, places: 2) + " %"),
                row.selection.map { TextTable.Cell(HumanUnits.decimal($0.correlation, places: 2)) } ?? .absent,
                TextTable.Cell(row.insufficiency ?? row.within.kind.rawValue),
            ])
        }
        return "\n" + strata.render(style) + "\n" + rows.render(style)
    }
}
