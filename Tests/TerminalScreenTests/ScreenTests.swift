import Foundation
import RequestLog
import TerminalScreen
import Testing

@Suite struct ScreenTests {
    @Test(
        "the routes in every size", arguments: [(80, 24), (120, 40), (160, 20), (72, 14), (48, 20), (30, 10), (12, 4)])
    func routes(columns: Int, rows: Int) throws {
        let state = try Shop.state(looks: 30)
        try golden("routes-\(columns)x\(rows)", state, columns, rows)
    }

    @Test("with colours, and with nothing beyond ASCII")
    func styles() throws {
        let state = try Shop.state(looks: 30)
        try golden("routes-color", state, 80, 24, ScreenStyle(color: true))
        try golden("routes-ascii", state, 80, 24, ScreenStyle(isPlain: true))
    }

    @Test("sorted and filtered, marked further down")
    func sorted() throws {
        var state = try Shop.state()
        press([.character("s"), .character("s"), .character("s")], &state)
        press([.character("/"), .character("o"), .character("r"), .character("d")], &state)
        try golden("filter-typing", state, 80, 24)
        press([.enter, .down], &state)
        try golden("filter", state, 80, 24)
    }

    @Test("more routes than rows")
    func many() throws {
        var shop = Shop()
        shop.routes = (0..<200).map { Shop.Route(name: "/many/\($0)", requests: 1000 - $0, p95: 0.01) }
        var state = try Shop.state(shop)
        for _ in 0..<30 { press([.down], &state) }
        try golden("many", state, 80, 24)
    }

    @Test("the detail of a route", arguments: [(80, 30), (50, 24)])
    func detail(columns: Int, rows: Int) throws {
        let state = try Shop.state(looks: 10) { $0.openRoute = "/orders" }
        try golden("detail-\(columns)x\(rows)", state, columns, rows)
    }

    @Test("the other pages")
    func pages() throws {
        var shop = Shop()
        shop.status = "fail"
        shop.reason = "12 % errors (limit 5 %) in 1m, worst /checkout"
        shop.rejected = [("malformed", 1_200, "aaaa 99.9 ?aa"), ("missing_time", 3, "{?aaaa?:?a?}")]
        var state = try Shop.state(shop, looks: 2)
        press([.tab], &state)
        try golden("health", state, 80, 24)
        press([.tab], &state)
        try golden("inputs", state, 80, 24)
        press([.character("?")], &state)
        try golden("keys", state, 80, 24)
        press([.character("x"), .tab], &state)
        try golden("changes-asking", state, 80, 24)
        try state.take(shop.look(state.question), at: Shop.start + .seconds(6))
        for (columns, rows) in [(100, 24), (60, 10), (30, 10)] {
            try golden("changes-\(columns)x\(rows)", state, columns, rows)
        }
        shop.hasChanges = false
        try state.take(shop.look(state.question), at: Shop.start + .seconds(8))
        try golden("changes-none", state, 80, 12)
    }

    @Test("an agent that does not answer, and that answers again")
    func lost() throws {
        var state = try Shop.state()
        let reason = "Connection refused"
        state.lose(reason, at: Shop.start + .seconds(4))
        state.lose(reason, at: Shop.start + .seconds(9))
        try golden("lost", state, 100, 24)
        try state.take(Shop().look(state.question), at: Shop.start + .seconds(16))
        try golden("back", state, 100, 24)
        state.tick(Shop.start + .seconds(30))
        #expect(state.connection == .live)
    }

    @Test("paused, it shows what it showed, whatever the agent says")
    func paused() throws {
        var state = try Shop.state()
        press([.character(" ")], &state)
        var shop = Shop()
        shop.routes.removeAll()
        try state.take(shop.look(state.question), at: Shop.start + .seconds(8))
        try golden("paused", state, 80, 24)
        press([.character(" ")], &state)
        try state.take(shop.look(state.question), at: Shop.start + .seconds(10))
        try golden("nothing", state, 80, 24)
    }

    @Test("a log that nobody writes to any more")
    func quiet() throws {
        var shop = Shop()
        shop.age = 340
        let state = try Shop.state(shop)
        try golden("quiet", state, 80, 24)
    }
}

/// The recorded screen; RECORD=1 writes it anew.
private func golden(
    _ name: String, _ state: ScreenState, _ columns: Int, _ rows: Int, _ style: ScreenStyle = ScreenStyle(),
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let lines = Screen.lines(state, size: ScreenSize(columns: columns, rows: rows), style: style)
    #expect(lines.count == rows, sourceLocation: sourceLocation)
    // Colours are shown by a sign that is visible.
    let text = lines.map { $0.replacing("\u{1b}[", with: "␛") + "\n" }.joined()
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens/\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD"] == "1" {
        try text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(text == (try? String(contentsOf: file, encoding: .utf8)), sourceLocation: sourceLocation)
}

private func press(_ keys: [Key], _ state: inout ScreenState) {
    for key in keys { _ = state.press(key, pageLength: 10) }
}
