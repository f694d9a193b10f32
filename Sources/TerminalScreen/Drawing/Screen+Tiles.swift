internal import Health

extension Screen {
    private struct Tile {
        var title: String
        var value: String
        var ink: Ink
        var trend: Trend
        /// What the highest bar is at least.
        var atLeast: Double
    }

    private static let titleColumns = 9
    private static let valueColumns = 9

    /// Tiles beside each other: as many as have room for a few bars.
    private static func tilesPerRow(_ size: ScreenSize) -> Int { size.columns >= 132 ? 3 : size.columns >= 72 ? 2 : 1 }

    /// With a blank line above and below, where there is room for it.
    static func tileRows(_ size: ScreenSize) -> Int {
        if size.rows < 14 { return 0 }
        let rows = 6 / tilesPerRow(size)
        return size.rows >= 20 ? rows + 2 : rows
    }

    /// The six numbers of the service, and how they went.
    func tiles() {
        let rows = Screen.tileRows(size)
        guard rows > 0 else { return }
        let isAiry = size.rows >= 20
        if isAiry { line() }
        let perRow = Screen.tilesPerRow(size)
        let width = (size.columns - 1) / perRow
        let tiles = tiles(of: state.window?.total)
        let height = tiles.count / perRow
        for row in 0..<height {
            line { line in
                for column in 0..<perRow {
                    line.move(to: 1 + column * width)
                    // Read downwards, as the eye does.
                    show(tiles[column * height + row], in: &line, width: width - 2)
                }
            }
        }
        if isAiry { line() }
    }

    private func show(_ tile: Tile, in line: inout ScreenLine, width: Int) {
        line.add(tile.title, .faint, columns: Screen.titleColumns)
        line.add(tile.value, tile.ink, columns: Screen.valueColumns, side: .right)
        line.space(1)
        let bars = width - Screen.titleColumns - Screen.valueColumns - 1
        line.add(Sparkline.text(tile.trend, width: bars, atLeast: tile.atLeast), .accent)
    }

    private func tiles(of total: Figures?) -> [Tile] {
        let trends = state.trends
        let text = { (column: RouteColumn) in total.map { column.text($0) } ?? "–" }
        let percent = { (column: RouteColumn) in
            let number = text(column)
            return number == "–" ? number : number + " %"
        }
        let rate = state.window?.rate.map { "\(HumanUnits.threeDigits($0)) /s" } ?? "–"
        let errors = total.map { Screen.ink(.errors, $0) } ?? .faint
        return [
            Tile(title: "requests", value: rate, ink: .bold, trend: trends.rate, atLeast: 0),
            // A full bar of errors is at least one in a hundred, of hits all.
            Tile(
                title: "errors", value: percent(.errors), ink: errors == .plain ? .bold : errors,
                trend: trends.errorRatio, atLeast: 0.01),
            Tile(title: "hits", value: percent(.hits), ink: .bold, trend: trends.hitRatio, atLeast: 1),
            Tile(title: "p50", value: text(.p50), ink: .bold, trend: trends.p50, atLeast: 0),
            Tile(title: "p95", value: text(.p95), ink: .bold, trend: trends.p95, atLeast: 0),
            Tile(title: "db/req", value: text(.calls), ink: .bold, trend: trends.calls, atLeast: 1),
        ]
    }
}
