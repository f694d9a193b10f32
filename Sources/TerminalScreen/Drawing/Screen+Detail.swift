internal import Health

extension Screen {
    private static let indent = 3

    func detail() {
        guard let route = state.openRoute else { return }
        line()
        line { line in
            line.add(" ← ", .accent)
            line.add(route, .bold, columns: line.room - 1, cut: .middle)
        }
        guard let found = state.window?.routes.first(where: { $0.name == route }) else {
            return paragraph(
                state.window == nil ? "asking…" : "No request of this route in the last \(state.windowName).", .faint)
        }
        counts(found.figures)
        for reason in state.insights?.repeatedCalls[route] ?? [] {
            paragraph("N+1: \(reason)", .yellow, indent: Screen.indent, most: 2)
        }
        line()
        durations(found.figures, trend: state.trends.routes[route] ?? Trend())
        guard let detail = state.detail, detail.route == route else { return }
        table("cache and login", detail.byCache.rows)
        table("method and status", detail.byStatus.rows)
    }

    private func counts(_ figures: Figures) {
        var parts = [HumanUnits.count(UInt64(figures.requests), of: "request")]
        if figures.errors > 0, let ratio = figures.errorRatio {
            parts.append(
                "\(HumanUnits.count(UInt64(figures.errors), of: "error")), \(HumanUnits.percent(ratio: ratio)) %")
        }
        if let hits = figures.hitRatio { parts.append("\(HumanUnits.percent(ratio: hits)) % hits") }
        if let bypass = figures.bypassRatio { parts.append("\(HumanUnits.percent(ratio: bypass)) % bypass") }
        if let calls = figures.calls {
            parts.append(
                "\(HumanUnits.threeDigits(calls.mean)) database calls a request (p95 \(HumanUnits.threeDigits(calls.p95)), most \(HumanUnits.threeDigits(calls.max)))"
            )
        }
        if let mean = figures.databaseMean { parts.append("\(HumanUnits.duration(seconds: mean)) in the database") }
        if let mean = figures.upstreamMean { parts.append("\(HumanUnits.duration(seconds: mean)) upstream") }
        paragraph(parts.joined(separator: " · "), indent: Screen.indent, most: 3)
    }

    private func durations(_ figures: Figures, trend: Trend) {
        guard let times = figures.durations else { return }
        let rows = [
            ("p50", times.p50), ("p90", times.p90), ("p95", times.p95), ("p99", times.p99), ("max", times.max),
        ]
        // The longest of all would leave nothing of the others.
        let top = times.p99
        for (name, value) in rows {
            line { line in
                line.space(Screen.indent)
                line.add(name, .faint, columns: 5)
                line.add(HumanUnits.duration(seconds: value), .bold, columns: 9, side: .right)
                line.space(1)
                let room = min(line.room - 1, 60)
                line.add(Sparkline.bar(value, of: top, width: room), .accent, columns: room)
                if value > top { line.add(">", .accent) }
            }
        }
        line { line in
            line.space(Screen.indent)
            line.add("p95 so far", .faint, columns: 14)
            line.space(1)
            line.add(Sparkline.text(trend, width: min(line.room - 1, 60)), .accent)
        }
    }

    private func table(_ title: String, _ rows: [WindowAnswer.Row]) {
        guard !rows.isEmpty else { return }
        var columns: [RouteColumn] = [.requests, .errors, .p50, .p95, .p99, .calls]
        let numbers = { columns.reduce(Screen.indent) { $0 + $1.width + 2 } }
        for column in [RouteColumn.p99, .p50, .calls, .errors] where numbers() + 28 > size.columns {
            columns.removeAll { $0 == column }
        }
        let nameColumns = min(28, max(12, size.columns - numbers()))
        line()
        line { line in
            line.space(Screen.indent)
            line.add(title, .bold, columns: nameColumns)
            for column in columns {
                line.space(2)
                line.add(column.title, .bold, columns: column.width, side: .right)
            }
        }
        for row in rows {
            line { line in
                line.space(Screen.indent)
                line.add(row.parts.joined(separator: "  "), columns: nameColumns)
                for column in columns {
                    line.space(2)
                    line.add(
                        column.text(row.figures), Screen.ink(column, row.figures), columns: column.width, side: .right)
                }
            }
        }
    }
}
