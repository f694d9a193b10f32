internal import Health
internal import RequestLog

/// State and size → the lines of the screen, no more than it has rows, none wider than its columns.
package final class Screen {
    let state: ScreenState
    let size: ScreenSize
    var lines: [ScreenLine] = []

    private init(_ state: ScreenState, _ size: ScreenSize) {
        self.state = state
        self.size = size
    }

    package static func lines(_ state: ScreenState, size: ScreenSize, style: ScreenStyle) -> [String] {
        let screen = Screen(state, size)
        screen.draw()
        // Who is asked, what is wrong and which keys there are stay clear.
        let clear: Set = [0, 2, screen.lines.count - 1]
        return screen.lines.prefix(size.rows).enumerated().map { place, line in
            line.render(style, isFaint: screen.isStale && !clear.contains(place))
        }
    }

    /// The agent does not answer: nothing that it said is about now.
    var isStale: Bool {
        if case .lost = state.connection { true } else { false }
    }

    /// One screen as long as it needs to be, without keys.
    package static func page(_ state: ScreenState, columns: Int, style: ScreenStyle) -> [String] {
        let frame = headRows + tileRows(ScreenSize(columns: columns, rows: 24)) + tableFrame + 1
        let size = ScreenSize(columns: columns, rows: frame + max(1, state.routes.count))
        return Array(lines(state, size: size, style: style).dropLast())
    }

    /// Rows of the table of routes on a screen of this size, for the page keys.
    package static func pageLength(_ state: ScreenState, size: ScreenSize) -> Int {
        max(1, size.rows - Screen.headRows - tileRows(size) - Screen.tableFrame - 1)
    }

    static let headRows = 3

    private func draw() {
        head()
        if state.showsKeys {
            keys()
        } else if state.openRoute != nil {
            detail()
        } else {
            switch state.page {
            case .routes: routes()
            case .health: health()
            case .inputs: inputs()
            case .changes: changes()
            }
        }
        lines = Array(lines.prefix(max(size.rows - 1, 1)))
        while lines.count < size.rows - 1 { line() }
        if size.rows > 1 { foot() }
    }

    /// One more line.
    func line(_ fill: (inout ScreenLine) -> Void = { _ in }) {
        var line = ScreenLine(limit: size.columns)
        fill(&line)
        lines.append(line)
    }

    /// A text in as many lines as it needs, broken at spaces.
    func paragraph(_ text: String, _ ink: Ink = .plain, indent: Int = 1, most: Int = 4) {
        var words = text.split(separator: " ")[...]
        for number in 1...most where !words.isEmpty {
            line { line in
                line.space(indent)
                repeat {
                    let word = words.removeFirst()
                    line.add(line.width > indent ? " \(word)" : String(word), ink)
                } while words.first.map { $0.count + 2 <= line.room || number == most && line.room > 0 } ?? false
            }
        }
    }
}
