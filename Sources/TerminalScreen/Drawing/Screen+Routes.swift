internal import Health

extension Screen {
    /// Lines of the table beside its rows: titles, rule, total.
    static let tableFrame = 3

    private static let gap = 2
    /// The mark before a route.
    private static let margin = 2
    private static let trendColumns = 12

    func routes() {
        tiles()
        guard let window = state.window else { return }
        let all = state.routes
        if window.total.requests == 0 { return nothing(window) }
        let room = max(0, size.rows - lines.count - Screen.tableFrame - 1)
        // Around the marked route, so that moving it moves the table.
        let first = max(0, min(state.markedIndex - room / 2, all.count - room))
        let shown = all.dropFirst(first).prefix(room)
        let (columns, routeWidth, hasTrend) = layout(window)
        titles(columns, routeWidth, hasTrend)
        for route in shown {
            row(
                route.name, route.figures, columns, routeWidth, isMarked: route.name == all[state.markedIndex].name,
                trend: hasTrend ? state.trends.routes[route.name] : nil)
        }
        for _ in shown.count..<max(room, shown.count) { line() }
        rule(first: first, shown: shown.count, of: all.count, routes: window.routes.count)
        row("total", window.total, columns, routeWidth, isMarked: false, trend: hasTrend ? state.trends.p95 : nil)
    }

    private func nothing(_ window: WindowAnswer) {
        paragraph("No request in the last \(state.windowName).", .bold)
        if let ledger = state.ledger, ledger.accepted == 0, ledger.rejectedLines > 0 {
            paragraph("No line was understood: tab shows why, plumbline check INPUT says more.", .yellow)
        } else if state.ledger?.lines == 0 {
            paragraph("No line has come yet. A log that was there at the first start is read from its end.")
        }
    }

    /// The columns that fit, in their order; what is left belongs to the route, and to its trend if there is much.
    private func layout(_ window: WindowAnswer) -> (columns: [RouteColumn], routeWidth: Int, hasTrend: Bool) {
        var columns: Set<RouteColumn> = [.route]
        var rest = size.columns - Screen.margin - RouteColumn.route.width - 1
        for column in RouteColumn.byImportance.dropFirst() {
            let needed = width(of: column, window) + Screen.gap
            // The more important a column, the sooner the route gives way to it.
            let routeWants = columns.count < 5 ? 0 : min(16, longestName(window)) - RouteColumn.route.width
            guard rest - needed >= routeWants else { break }
            columns.insert(column)
            rest -= needed
        }
        var routeWidth = RouteColumn.route.width + rest
        let wanted = max(longestName(window), RouteColumn.route.width)
        let hasTrend = routeWidth - Screen.trendColumns - Screen.gap >= min(wanted, 24)
        if hasTrend { routeWidth -= Screen.trendColumns + Screen.gap }
        return (RouteColumn.allCases.filter { columns.contains($0) }, min(routeWidth, max(wanted, 24)), hasTrend)
    }

    private func longestName(_ window: WindowAnswer) -> Int { window.routes.map(\.name.count).max() ?? 0 }

    private func width(of column: RouteColumn, _ window: WindowAnswer) -> Int {
        max(column.width, column == .requests ? column.text(window.total).count : 0)
    }

    private func titles(_ columns: [RouteColumn], _ routeWidth: Int, _ hasTrend: Bool) {
        line { line in
            line.space(Screen.margin)
            for column in columns {
                let isSorted = column == state.order.column
                let mark = isSorted ? (state.order.isReversed != (column == .route) ? "▲" : "▼") : ""
                let ink: Ink = isSorted ? .accent : .bold
                if column == .route {
                    line.add("route\(mark)", ink, columns: routeWidth)
                } else if let window = state.window {
                    let width = width(of: column, window)
                    line.space(Screen.gap - (isSorted ? 1 : 0))
                    line.add(mark + column.title, ink, columns: width + (isSorted ? 1 : 0), side: .right)
                }
            }
            if hasTrend {
                line.space(Screen.gap)
                line.add("p95 so far", .bold, columns: Screen.trendColumns)
            }
        }
    }

    private func row(
        _ name: String, _ figures: Figures, _ columns: [RouteColumn], _ routeWidth: Int, isMarked: Bool, trend: Trend?
    ) {
        line { line in
            line.add(isMarked ? "▸" : "", .accent, columns: Screen.margin)
            for column in columns {
                if column == .route {
                    let flag = state.insights?.repeatedCalls[name] == nil ? "" : " N+1"
                    line.add(name, isMarked ? .bold : .plain, columns: routeWidth - flag.count, cut: .middle)
                    line.add(flag, .yellow)
                } else if let window = state.window {
                    line.space(Screen.gap)
                    line.add(
                        column.text(figures), Screen.ink(column, figures), columns: width(of: column, window),
                        side: .right)
                }
            }
            if let trend {
                line.space(Screen.gap)
                line.add(Sparkline.text(trend, width: Screen.trendColumns), .accent)
            }
        }
    }

    static func ink(_ column: RouteColumn, _ figures: Figures) -> Ink {
        guard let value = column.value(figures) else { return .faint }
        guard column == .errors else { return .plain }
        let limits = HealthRules().limits[.errorRatio]
        let isBeyond = { (limit: HealthLimit?) in
            if case .absolute(let level) = limit { value > level } else { false }
        }
        return isBeyond(limits?.fail) ? .loud : isBeyond(limits?.warn) ? .yellow : .plain
    }

    private func rule(first: Int, shown: Int, of count: Int, routes: Int) {
        line { line in
            var words: [String] = []
            if shown < count { words.append("\(first + 1) to \(first + shown) of \(count)") }
            if !state.filter.isEmpty { words.append("\(count) of \(routes) routes with \(state.filter)") }
            line.add(String(repeating: "─", count: min(Screen.margin, size.columns)), .faint)
            if !words.isEmpty { line.add(" \(words.joined(separator: " · ")) ", .faint) }
            line.add(String(repeating: "─", count: line.room), .faint)
        }
    }
}
