package import Comparison
import Health

/// The report for a pull request.
package enum ComparisonMarkdown {
    package static func render(_ report: ComparisonReport) -> String {
        let words = ComparisonWords(report: report)
        var text = "### Plumbline: \(words.verdict)"
        text += words.qualification.map { " — \(escaped($0))" } ?? ""
        text += "\n\n"
        if let change = report.change {
            let parts = [
                change.id.map { "`\(code($0))`" }, change.title.map(escaped),
                change.owner.map { "owner \(escaped($0))" },
            ]
            text += parts.compactMap(\.self).joined(separator: " · ") + "\n\n"
        }
        for promise in report.promises {
            text += "- **promise** \(escaped(ComparisonWords.promise(promise))): "
            text += "**\(ComparisonWords.verdict(promise.verdict))**\n"
        }
        if !report.promises.isEmpty { text += "\n" }
        text += words.why.map(escaped).joined(separator: " ") + "\n\n"
        text += table(report)
        text += "\n<details><summary>Data, guardrails, drift</summary>\n\n"
        text +=
            "- BEFORE \(ComparisonNumbers.windows(report.before)) · AFTER \(ComparisonNumbers.windows(report.after)) (UTC)\n"
        for line in [words.data, words.baseline, "guardrails: " + words.guardrails] + [words.power].compactMap(\.self) {
            text += "- \(escaped(line))\n"
        }
        if let rollback = report.change?.rollback { text += "- rollback: `\(code(rollback))`\n" }
        return text + "\n</details>\n"
    }

    private static func table(_ report: ComparisonReport) -> String {
        let promised = report.rows.filter { $0.role == .promised }
        let focus = report.rows.filter { $0.scope == report.focus || $0.role == .promised }
        guard !focus.isEmpty else { return "" }
        var text = "| | before | after | change | = code effect | 95 % CI | + cache | + traffic | |\n"
        text += "|---|--:|--:|--:|--:|:-:|--:|--:|---|\n"
        for row in focus {
            let metric = row.metric
            let isPromised = promised.contains { $0.scope == row.scope && $0.metric == metric }
            let name = "\(ComparisonWords.metric(metric)) \(ComparisonWords.scope(row.scope))"
            let verdict =
                isPromised
                ? report.promises.first { $0.expectation.scope == row.scope && $0.expectation.metric == metric }
                    .map { "**\(ComparisonWords.verdict($0.verdict))**" } ?? "" : row.within.kind.rawValue
            let cells = [
                isPromised ? "**\(escaped(name))**" : escaped(name), ComparisonNumbers.level(row.before, metric),
                ComparisonNumbers.level(row.after, metric), ComparisonNumbers.effect(row.total.estimate, metric),
                ComparisonNumbers.effect(row.within.estimate, metric),
                ComparisonNumbers.interval(row.within.ci95, metric),
                ComparisonNumbers.effect(row.cache, metric), ComparisonNumbers.effect(row.traffic, metric), verdict,
            ]
            text += "| \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }

    /// What a log or a person wrote, so that it is text and nothing else.
    private static func escaped(_ text: String) -> String {
        var safe = ""
        for character in escapedForDisplay(text) {
            if "\\`*_{}<>#|~![".contains(character) { safe += "\\" }
            safe.append(character)
        }
        return safe
    }

    private static func code(_ text: String) -> String { escapedForDisplay(text).filter { $0 != "`" } }
}
