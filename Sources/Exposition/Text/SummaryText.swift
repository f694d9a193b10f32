package import Comparison
internal import Health
internal import RequestLog
package import RollingWindow

/// The table of `plumbline summary`: what was read, what was wrong with it, and the groups by requests.
package enum SummaryText {
    package static func render(
        _ view: SeriesView, ledger: Ledger, by grouping: SeriesGrouping = .byRoute, insights: Insights? = nil,
        style: TextStyle = TextStyle()
    ) -> String {
        let total = view.total
        var text = header(view, total: total, ledger: ledger, style: style)
        let rows = view.rows(by: grouping)
        guard !rows.isEmpty else { return text }
        var table = TextTable(columns: grouping.dimensions.map(\.column) + Self.metrics.map(TextTable.Column.number))
        for row in rows {
            table.rows.append(
                grouping.dimensions.map { dimension in
                    let text = dimension.text(of: row.key, names: view.names)
                    return text.isEmpty ? .absent : TextTable.Cell(text)
                } + cells(row.rollup))
        }
        // With several sources apart there is no total: they see the same requests.
        if !grouping.dimensions.isEmpty, !grouping.contains(.source) {
            let blanks = grouping.dimensions.dropFirst().map { _ in TextTable.Cell("") }
            table.footer = [TextTable.Cell("total")] + blanks + cells(total)
        }
        text += "\n" + table.render(style)
        if let insights { text += InsightsText.render(insights, style: style) }
        return text
    }

    private static let metrics = [
        "requests", "err %", "p50", "p95", "p99", "max", "hit %", "bypass %", "db/req", "db p95",
    ]

    private static func cells(_ rollup: Rollup) -> [TextTable.Cell] {
        let cell = rollup.cell
        let durations = cell.durations
        let longest = durations.extremes.isNone ? nil : Double(durations.extremes.max) / 1e9
        let times = [durations.quantile(0.5), durations.quantile(0.95), durations.quantile(0.99), longest]
        return [TextTable.Cell(HumanUnits.count(cell.requests)), errors(rollup)]
            + times.map { time in time.map { TextTable.Cell(HumanUnits.duration(seconds: $0)) } ?? .absent }
            + [rollup.hitRatio, rollup.bypassRatio].map { ratio in
                ratio.map { TextTable.Cell(HumanUnits.percent(ratio: $0)) } ?? .absent
            } + [
                cell.calls.total.mean.map { TextTable.Cell(HumanUnits.threeDigits($0)) } ?? .absent,
                cell.calls.quantile(0.95).map { TextTable.Cell(HumanUnits.count(Int64($0.rounded()))) } ?? .absent,
            ]
    }

    private static func errors(_ rollup: Rollup) -> TextTable.Cell {
        guard let ratio = rollup.errorRatio else { return .absent }
        let limits = HealthRules().limits[.errorRatio]
        let isBeyond = { (limit: HealthLimit?) in
            if case .absolute(let level) = limit { ratio > level } else { false }
        }
        let color: TextTable.Color? = isBeyond(limits?.fail) ? .red : isBeyond(limits?.warn) ? .yellow : nil
        return TextTable.Cell(HumanUnits.percent(ratio: ratio), color)
    }
}

extension SummaryText {
    private static func header(_ view: SeriesView, total: Rollup, ledger: Ledger, style: TextStyle) -> String {
        var text = ""
        if let from = view.from, let to = view.to {
            text += "\(from) to \(to) (\(HumanUnits.duration(seconds: (to - from).seconds)))\n"
        }
        if total.cell.requests == 0 {
            text += "no requests\n".colored(.bold, style)
        } else {
            let source = escapedForDisplay(view.names[view.primary])
            text += "\(HumanUnits.count(total.cell.requests, of: "request")) of source \(source), "
            text += "\(HumanUnits.count(total.errors, of: "error"))\n"
        }
        text += others(view) + LedgerText.read(ledger, style: style)
        return text
    }

    /// Sources that the table leaves out, lest anybody thinks that they were added or lost.
    private static func others(_ view: SeriesView) -> String {
        let others = view.rows(by: SeriesGrouping([.source])).filter { $0.key.source != view.primary }
        guard !others.isEmpty else { return "" }
        let list = others.map { row in
            let source = escapedForDisplay(view.names[row.key.source])
            return "\(source) (\(HumanUnits.count(row.rollup.cell.requests, of: "request")))"
        }
        return "other sources, not added: \(list.joined(separator: ", "))\n"
    }
}

extension SeriesDimension {
    fileprivate var column: TextTable.Column {
        switch self {
        case .source, .route, .version: .text(rawValue)
        case .method, .cache, .segment: .word(rawValue)
        case .status: .number(rawValue)
        }
    }
}
