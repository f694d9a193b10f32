import Exposition
import RequestLog
import TerminalScreen
import TestSupport
import Testing

@Suite struct HostileTests {
    private static let texts = [
        "\u{1b}[2J\u{1b}[H", "\u{1b}]0;title\u{7}", "\u{9b}31m", "a\r\nb", "\u{202e}evil", "\u{0}", "\u{7f}", "\t",
        "日本語",
        "👩‍👩‍👧", "e\u{301}", "\\x1b[31m", "", String(repeating: "x", count: 1_000),
    ]

    @Test(
        "whatever the log says, only visible characters reach the terminal, and no line is too wide", arguments: texts)
    func everywhere(_ text: String) throws {
        var shop = Shop()
        shop.reason = text
        shop.rejected = [(text.isEmpty ? "x" : text, 3, text)]
        shop.repeated = text
        shop.routes.insert(Shop.Route(name: text, requests: 10_000, p95: 0.1, calls: 3), at: 0)
        for page in ScreenState.Page.allCases {
            for open in [nil, text] {
                let state = try Shop.state(shop) { state in
                    state.page = page
                    state.openRoute = open
                    state.filter = open == nil ? "" : text
                }
                for columns in [1, 2, 7, 20, 40, 79, 80, 131, 200] { check(state, columns: columns, rows: 24) }
            }
        }
    }

    @Test("keys at random, answers at random, in any size", arguments: 0..<10)
    func random(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let keys: [Key] =
            [.enter, .escape, .backspace, .tab, .backtab, .up, .down, .left, .right, .pageUp, .pageDown, .home, .end]
            + "/sSrwW? pjkgGax".map { .character($0) }
        var state = try Shop.state()
        var shop = Shop()
        for step in 0..<80 {
            let now = Shop.start + .seconds(Int64(step))
            switch random.below(8) {
            case 0:
                shop.routes = (0..<random.below(30)).map {
                    Shop.Route(
                        name: random.element(of: Self.texts) + "\($0)", requests: random.below(1_000_000), p95: 0.1)
                }
            case 1: try state.take(shop.look(state.question), at: now)
            case 2: state.lose(random.element(of: Self.texts), at: now)
            default: _ = state.press(random.element(of: keys), pageLength: 1 + random.below(30))
            }
            check(state, columns: 1 + random.below(180), rows: 1 + random.below(60))
        }
    }

    private func check(_ state: ScreenState, columns: Int, rows: Int) {
        for style in [ScreenStyle(), ScreenStyle(color: true), ScreenStyle(color: true, isPlain: true)] {
            let lines = Screen.lines(state, size: ScreenSize(columns: columns, rows: rows), style: style)
            #expect(lines.count <= rows)
            let faults = lines.filter { line in
                let plain = style.color ? line.replacing(#/\u{1b}\[[0-9;]*m/#, with: "") : line
                let isTame = plain.unicodeScalars.allSatisfy {
                    style.isPlain ? (0x20..<0x7f).contains($0.value) : isVisible($0)
                }
                return !isTame || displayWidth(plain) > columns
            }
            #expect(faults == [], "\(columns) columns, \(style)")
        }
    }

    private func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
