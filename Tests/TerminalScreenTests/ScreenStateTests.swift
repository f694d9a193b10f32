import RequestLog
import TerminalScreen
import Testing

@Suite struct ScreenStateTests {
    @Test("the question asks for what is shown, with the route as it goes into a query")
    func question() {
        var question = ScreenQuestion(windowName: "5m")
        #expect(question.targets == ["/api/v1/windows/5m", "/health", "/api/v1/ledger"])
        question.openRoute = "/a b/{id}?x=1&ü"
        #expect(
            question.targets.suffix(2) == [
                "/api/v1/windows/5m?route=%2Fa%20b%2F%7Bid%7D%3Fx%3D1%26%C3%BC&by=cache,segment",
                "/api/v1/windows/5m?route=%2Fa%20b%2F%7Bid%7D%3Fx%3D1%26%C3%BC&by=method,status",
            ])
    }

    @Test("an answer to another window's question is not shown as this one's")
    func late() throws {
        var state = try Shop.state()
        let late = try Shop().look(state.question)
        #expect(state.press(.character("w"), pageLength: 1) == .ask)
        #expect(state.windowName == "5m")
        state.take(late, at: Shop.start)
        #expect(
            Screen.lines(state, size: ScreenSize(columns: 80, rows: 24), style: ScreenStyle()).allSatisfy {
                !$0.contains("/orders")
            })
        try state.take(Shop().look(state.question), at: Shop.start)
        #expect(
            Screen.lines(state, size: ScreenSize(columns: 80, rows: 24), style: ScreenStyle()).contains {
                $0.contains("/orders")
            })
    }

    @Test("the marked route stays marked wherever the sorting puts it")
    func mark() throws {
        var state = try Shop.state()
        for _ in 0..<2 { _ = state.press(.down, pageLength: 1) }
        #expect(state.markedRoute == "/orders")
        _ = state.press(.character("s"), pageLength: 1)
        #expect(state.press(.enter, pageLength: 1) == .ask)
        #expect(state.openRoute == "/orders")
        _ = state.press(.escape, pageLength: 1)
        #expect(state.openRoute == nil)
    }

    @Test("q and ctrl-c leave, but q is a letter in a filter")
    func leave() throws {
        var state = try Shop.state()
        #expect(state.press(.character("q"), pageLength: 1) == .leave)
        _ = state.press(.character("/"), pageLength: 1)
        #expect(state.press(.character("q"), pageLength: 1) == .nothing)
        #expect(state.filter == "q")
        #expect(state.press(.control("c"), pageLength: 1) == .leave)
    }

    @Test("what answers but is no agent is named", arguments: ["<html>", "{}", "[]"])
    func stranger(body: String) {
        let question = ScreenQuestion(windowName: "1m")
        let bodies = question.targets.map { _ in Array(body.utf8) }
        let fault = #expect(throws: ScreenLook.Fault.self) { try ScreenLook(question, bodies) }
        #expect("\(fault!)".hasPrefix("/api/v1/windows/1m answered "))
    }
}
