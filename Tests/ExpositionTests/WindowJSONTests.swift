import Exposition
import Foundation
import RequestLog
import RollingWindow
import Testing

@Suite struct WindowJSONTests {
    private let view: SeriesView = {
        var fixture = Fixture.shop
        fixture.add(source: "nginx", route: "/orders/{id}", times: 9)
        return fixture.view
    }()

    @Test("a window is its name, its span, its total and its routes; series only when asked")
    func plain() throws {
        let window = try parse(WindowJSON.render(window: .fiveMinutes, view: view))
        #expect(Set(window.keys) == ["window", "from", "to", "total", "routes"])
        #expect(window["window"] as? String == "5m")
        #expect(window["from"] as? String == "2026-11-22T10:00:00Z")
        #expect(requests(window["total"]) == 5)
        #expect(routes(window) == ["/orders/{id}", "/ping"])
    }

    @Test("the question's route and source narrow everything that is said")
    func narrowed() throws {
        let ping = try parse(WindowJSON.render(window: .oneMinute, view: view, by: .everything, route: "/ping"))
        #expect(requests(ping["total"]) == 1)
        #expect(routes(ping) == ["/ping"])
        #expect((ping["series"] as? [Any])?.count == 1)
        let nginx = try parse(WindowJSON.render(window: .oneMinute, view: view, by: .byRoute, source: "nginx"))
        #expect(requests(nginx["total"]) == 9)
        #expect((nginx["series"] as? [[String: Any]])?.map { $0["requests"] as? Int } == [9])
    }

    @Test("a route or a source that is not there has no requests, and no values", arguments: ["/nothing", "other"])
    func unknown(name: String) throws {
        for window in [
            WindowJSON.render(window: .oneHour, view: view, by: .everything, route: name),
            WindowJSON.render(window: .oneHour, view: view, by: .everything, source: name),
        ] {
            let window = try parse(window)
            #expect(requests(window["total"]) == 0)
            #expect((window["total"] as? [String: Any])?["error_ratio"] is NSNull)
            #expect((window["series"] as? [Any])?.isEmpty == true)
        }
    }

    private func parse(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func requests(_ metrics: Any?) -> Int? { (metrics as? [String: Any])?["requests"] as? Int }

    private func routes(_ window: [String: Any]) -> [String?]? {
        (window["routes"] as? [[String: Any]])?.map { $0["route"] as? String }
    }
}
