package import Comparison
import Health
import RequestLog

/// The report as one self-contained page: no script, nothing to load, light or dark as the reader's screen is.
package enum ComparisonPage {
    package static func render(_ report: ComparisonReport) -> String {
        let words = ComparisonWords(report: report)
        var page = HTML()
        page.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>")
        page.text("\(words.verdict.lowercased()): \(report.promises.first?.expectation.text ?? report.sides.after)")
        page.raw("</title>\n<style>\(ComparisonStyle.css)</style>\n</head>\n<body>\n<main>\n")
        head(report, words, &page)
        why(words, &page)
        if let row = report.leadingRow, row.metric != .requests {
            section("Where the change comes from", &page) { page in
                page.element(
                    "p", "note",
                    "\(ComparisonWords.metric(row.metric)) of \(ComparisonWords.scope(row.scope)), as users saw it")
                page.raw(WaterfallChart(row).svg)
            }
        }
        section(ComparisonWords.scope(report.focus).capitalizedFirst, &page) { page in table(report, &page) }
        distributions(report, &page)
        timeline(report, &page)
        guardrails(report, words, &page)
        trust(report, words, &page)
        page.raw("</main>\n</body>\n</html>\n")
        return page.html
    }

    private static func section(_ title: String, _ page: inout HTML, _ body: (inout HTML) -> Void) {
        page.raw("<section>")
        page.element("h2", nil, title)
        body(&page)
        page.raw("</section>\n")
    }

    private static func head(_ report: ComparisonReport, _ words: ComparisonWords, _ page: inout HTML) {
        page.raw("<header class=\"\(report.verdict.rawValue)\">")
        if let change = report.change {
            let parts = [change.id, change.title, change.owner.map { "owner \($0)" }].compactMap(\.self)
            page.element("p", "change", parts.joined(separator: " · "))
        }
        page.raw("<h1><span class=\"badge\">")
        page.text(words.verdict.prefix(1) + words.verdict.dropFirst().lowercased())
        page.raw("</span> ")
        if let qualification = words.qualification { page.text("— " + qualification) }
        page.raw("</h1>")
        if !report.promises.isEmpty {
            page.raw("<ul class=\"promises\">")
            for promise in report.promises {
                page.raw("<li><b>promise</b> ")
                page.text(ComparisonWords.promise(promise))
                page.raw(" <span class=\"tag \(promise.verdict.rawValue)\">")
                page.text(ComparisonWords.verdict(promise.verdict))
                page.raw("</span></li>")
            }
            page.raw("</ul>")
        }
        page.element(
            "p", "note",
            "BEFORE \(ComparisonNumbers.windows(report.before)) · AFTER \(ComparisonNumbers.windows(report.after)) UTC")
        page.raw("</header>\n")
    }

    private static func why(_ words: ComparisonWords, _ page: inout HTML) {
        page.raw("<section class=\"why\">")
        for line in words.why { page.element("p", nil, line) }
        page.raw("</section>\n")
    }

    private static func table(_ report: ComparisonReport, _ page: inout HTML) {
        let rows = report.rows.filter { $0.scope == report.focus || $0.role == .promised }
        page.raw("<div class=\"wide\"><table><thead><tr><th>")
        page.raw("<th class=\"n\">before<th class=\"n\">after<th class=\"n\">change<th class=\"n\">= code effect")
        page.raw("<th>95 % interval<th class=\"n\">+ cache<th class=\"n\">+ traffic<th></tr></thead><tbody>")
        for row in rows {
            let metric = row.metric
            let isPromised = row.role == .promised
            page.raw(isPromised ? "<tr class=\"promised\"><th>" : "<tr><th>")
            page.text(
                ComparisonWords.metric(metric)
                    + (row.scope == report.focus ? "" : " " + ComparisonWords.scope(row.scope)))
            for cell in [
                ComparisonNumbers.level(row.before, metric), ComparisonNumbers.level(row.after, metric),
                ComparisonNumbers.effect(row.total.estimate, metric),
                ComparisonNumbers.effect(row.within.estimate, metric),
            ] {
                page.raw("<td class=\"n\">")
                page.text(cell)
            }
            page.raw("<td>" + IntervalChart(row).svg)
            for part in [row.cache, row.traffic] {
                page.raw("<td class=\"n\">")
                page.text(ComparisonNumbers.effect(part, metric))
            }
            let verdict =
                report.promises.first { $0.expectation.scope == row.scope && $0.expectation.metric == metric }?.verdict
            let kind = isPromised ? verdict.map(ComparisonWords.verdict) ?? "" : row.within.kind.rawValue
            page.raw("<td><span class=\"tag \(isPromised ? verdict?.rawValue ?? "" : row.within.kind.rawValue)\">")
            page.text(kind)
            page.raw("</span>")
        }
        page.raw("</tbody></table></div>")
        page.element(
            "p", "note",
            "Interval: the code effect with its 95 % interval; the band is what is too small to matter. Worse is right. "
                + "Percentages of the parts multiply, points add.")
    }

    private static func distributions(_ report: ComparisonReport, _ page: inout HTML) {
        let strata = report.strata.filter { !$0.densities.before.isEmpty }.prefix(6)
        guard !strata.isEmpty else { return }
        section("Response times, stratum by stratum", &page) { page in
            page.element(
                "p", "note",
                "Each panel compares like with like; how the panels' shares move is the mix. Before is filled.")
            page.raw("<div class=\"grid\">")
            for stratum in strata {
                page.raw("<figure><figcaption>")
                let name = report.focus.route == nil ? "\(stratum.key.route) · " : ""
                page.text(
                    "\(name)\(stratum.key.cache.name.uppercased())\(stratum.key.isNotModified ? " 304" : "") · \(stratum.key.segment.name)"
                )
                page.raw(" <span class=\"note\">")
                page.text(
                    "\(HumanUnits.percent(ratio: stratum.share.before)) % → \(HumanUnits.percent(ratio: stratum.share.after)) % of requests"
                )
                if let p95 = stratum.p95, let change = stratum.change {
                    page.text(
                        " · p95 \(HumanUnits.duration(seconds: p95.before)) → \(HumanUnits.duration(seconds: p95.after)) "
                            + "(\(ComparisonNumbers.effect(change, .p95)))")
                }
                page.raw("</span></figcaption>")
                page.raw(DensityChart(stratum).svg)
                page.raw("</figure>")
            }
            page.raw("</div>")
        }
    }

    private static func timeline(_ report: ComparisonReport, _ page: inout HTML) {
        guard !report.timeline.before.isEmpty, !report.timeline.after.isEmpty else { return }
        section("Over time", &page) { page in
            page.element("p", "note", "Slices of \(report.sliceWidth.shortText); shaded slices are left out.")
            page.raw(TimelineChart(report).svg)
        }
    }

    private static func guardrails(_ report: ComparisonReport, _ words: ComparisonWords, _ page: inout HTML) {
        let rows = report.rows.filter { $0.pHolm != nil && ($0.role == .guardrail || $0.role == .allowed) }
        guard !rows.isEmpty else { return }
        section("Guardrails", &page) { page in
            page.element("p", nil, words.guardrails)
            page.raw("<details><summary>All \(rows.count)</summary><div class=\"wide\"><table><tbody>")
            for row in rows {
                page.raw("<tr><th>")
                page.text(ComparisonWords.scope(row.scope))
                page.raw("<td>")
                page.text(ComparisonWords.metric(row.metric))
                for cell in [
                    ComparisonNumbers.level(row.before, row.metric), ComparisonNumbers.level(row.after, row.metric),
                    ComparisonNumbers.effect(row.within.estimate, row.metric),
                ] {
                    page.raw("<td class=\"n\">")
                    page.text(cell)
                }
                page.raw("<td>\(IntervalChart(row).svg)<td><span class=\"tag \(row.within.kind.rawValue)\">")
                page.text(row.within.kind.rawValue)
                page.raw("</span>")
            }
            page.raw("</tbody></table></div></details>")
        }
    }

    private static func trust(_ report: ComparisonReport, _ words: ComparisonWords, _ page: inout HTML) {
        section("Can this be trusted?", &page) { page in
            page.raw("<ul>")
            for line in [words.data, words.baseline, words.power].compactMap(\.self) { page.element("li", nil, line) }
            if let rollback = report.change?.rollback {
                page.raw("<li>rollback: <code>")
                page.text(rollback)
                page.raw("</code></li>")
            }
            page.raw("</ul>")
        }
    }
}

/// Text that is text, whatever a log or a person wrote into it.
struct HTML {
    private(set) var html = ""

    mutating func raw(_ text: String) { html += text }

    mutating func text(_ text: some StringProtocol) { html += HTML.escaped(String(text)) }

    mutating func element(_ name: String, _ kind: String?, _ text: String) {
        html += kind.map { "<\(name) class=\"\($0)\">" } ?? "<\(name)>"
        self.text(text)
        html += "</\(name)>"
    }

    static func escaped(_ text: String) -> String {
        var safe = ""
        for character in escapedForDisplay(text) {
            switch character {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "'": safe += "&#39;"
            default: safe.append(character)
            }
        }
        return safe
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
