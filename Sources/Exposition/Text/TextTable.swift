/// A table of aligned columns. Cells are made safe to show here, so nothing that comes in can break the terminal.
package struct TextTable {
    package enum Color: String {
        case red = "\u{1b}[31m"
        case yellow = "\u{1b}[33m"
        case bold = "\u{1b}[1m"
        case faint = "\u{1b}[2m"
    }

    package struct Cell {
        package var text: String
        package var color: Color?

        package init(_ text: String, _ color: Color? = nil) {
            self.text = escapedForDisplay(text)
            self.color = color
        }

        /// What the log does not say: not 0, and not nothing either.
        package static let absent = Cell("–", .faint)
    }

    package struct Column {
        var title: String
        var isNumber: Bool
        /// The columns below which it is not cut; nil when it is never cut.
        var shrinksTo: Int?

        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true, shrinksTo: nil) }
        package static func text(_ title: String) -> Column { Column(title: title, isNumber: false, shrinksTo: 12) }
        package static func word(_ title: String) -> Column { Column(title: title, isNumber: false, shrinksTo: nil) }
    }

    package var columns: [Column]
    package var rows: [[Cell]] = []
    /// Stands below the rows, behind a rule.
    package var footer: [Cell]?

    package init(columns: [Column], rows: [[Cell]] = [], footer: [Cell]? = nil) {
        self.columns = columns
        self.rows = rows
        self.footer = footer
    }

    private static let gap = "  "

    package func render(_ style: TextStyle) -> String {
        let lines = [columns.map { Cell($0.title, .bold) }] + rows + (footer.map { [$0] } ?? [])
        let widths = widths(of: lines, within: style.width)
        var text = ""
        for (number, cells) in lines.enumerated() {
            if footer != nil, number == lines.count - 1 { text += rule(widths) + "\n" }
            text += line(cells, widths, style) + "\n"
        }
        return text
    }

    private func widths(of lines: [[Cell]], within limit: Int) -> [Int] {
        var widths = columns.indices.map { column in lines.map { displayWidth($0[column].text) }.max() ?? 0 }
        var excess = widths.reduce(Self.gap.count * (columns.count - 1), +) - limit
        // The widest gives way first.
        while excess > 0 {
            let shrinkable = columns.indices.filter { widths[$0] > columns[$0].shrinksTo ?? .max }
            guard let widest = shrinkable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [Cell], _ widths: [Int], _ style: TextStyle) -> String {
        var text = ""
        for (place, cell) in cells.enumerated() {
            let shown = cutInMiddle(cell.text, width: widths[place])
            let padding = String(repeating: " ", count: widths[place] - displayWidth(shown))
            if place > 0 { text += Self.gap }
            if columns[place].isNumber { text += padding }
            text += shown.colored(cell.color, style)
            if !columns[place].isNumber, place < cells.count - 1 { text += padding }
        }
        return text
    }

    private func rule(_ widths: [Int]) -> String {
        String(repeating: "─", count: widths.reduce(Self.gap.count * (widths.count - 1), +))
    }
}

extension String {
    /// The text in a colour, if the style has colours; the text must be safe to show.
    func colored(_ color: TextTable.Color?, _ style: TextStyle) -> String {
        guard style.color, let color else { return self }
        return color.rawValue + self + "\u{1b}[0m"
    }
}
