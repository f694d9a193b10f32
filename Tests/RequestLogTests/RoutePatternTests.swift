import RequestLog
import Testing

@Suite("Route patterns")
struct RoutePatternTests {
    static let patterns = [
        "/users/me", "/users/:id", "/users/{user}/orders/{order}", "/static/**", "/**/*.css", "/files/report-*.pdf",
        "/a/**/z/**/end", "/v1/docs:batch", "/x/*", "/", "/caf\u{e9}/:id", "/{lang}.json", "/@:id", "/p/:name.html",
    ]

    @Test(
        "the first pattern that takes a path names its route",
        arguments: [
            ("/users/me", "/users/me"), ("/users/7", "/users/:id"), ("/users/ann", "/users/:id"),
            ("/users/", "/users/"), ("/users/7/", "/users/{id}/"), ("/users", "/users"),
            ("/users/7/orders/ab", "/users/{user}/orders/{order}"), ("/users/7/orders", "/users/{id}/orders"),
            ("/users//orders/7", "/users//orders/{id}"), ("/Users/7", "/Users/{id}"),
            ("/static", "/static/**"), ("/static/", "/static/**"), ("/static/a/b.css", "/static/**"),
            ("/staticx/7", "/staticx/{id}"), ("/app.css", "/**/*.css"), ("/a/b/7/app.css", "/**/*.css"),
            ("/a/b.css/7", "/a/b.css/{id}"), ("/.css", "/**/*.css"),
            ("/files/report-2026.pdf", "/files/report-*.pdf"), ("/files/report-.pdf", "/files/report-*.pdf"),
            ("/files/report.pdf", "/files/report.pdf"), ("/files/report-1.pdf/7", "/files/report-1.pdf/{id}"),
            ("/a/z/end", "/a/**/z/**/end"), ("/a/z/z/end/b/end", "/a/**/z/**/end"), ("/a/b/z/7/c", "/a/b/z/{id}/c"),
            ("/a/end/z", "/a/end/z"), ("/v1/docs:batch", "/v1/docs:batch"), ("/v1/docs7", "/v1/docs7"),
            ("/x/y", "/x/*"), ("/x/", "/x/"), ("/x/y/7", "/x/y/{id}"), ("/", "/"), ("https://u:pw@h", "/"),
            ("https://h/users/ann?t=1", "/users/:id"), ("/users/ann?/static/", "/users/:id"),
            ("/users/ann#/x", "/users/:id"), ("/users;s=1/ann;v=2", "/users/:id"), ("/users/;v=1", "/users/"),
            ("/static;v=1", "/static/**"), ("/caf\u{e9}/zo\u{eb}", "/caf\u{e9}/:id"), ("/de.json", "/{lang}.json"),
            ("/@:id", "/@:id"), ("/@ann", "/@ann"), ("/p/about.html", "/p/:name.html"), ("users/7", "users/{id}"),
            ("*", "*"),
        ])
    func firstMatch(path: String, route: String) throws {
        var options = ReaderOptions()
        options.routes = try RoutePatternTests.patterns.map(RoutePattern.init)
        #expect(read(line("\"path\":\"\(path)\""), options: options).route() == route)
        #expect(read(line("\"request\":\"GET \(path) HTTP/1.1\""), options: options).route() == route)
    }

    @Test(
        "a path that is written in percent signs is the pattern's, as clients send it",
        arguments: [
            ("/caf%C3%A9/ann", "/caf\u{e9}/:id"), ("/caf%c3%a9/ann", "/caf\u{e9}/:id"),
            ("/%C3%BC-7.txt", "/\u{fc}-*.txt"), ("/caf%C3/ann", "/caf%C3/ann"), ("/%2Ftmp", "/%2Ftmp"),
        ])
    func percentEncoded(path: String, route: String) throws {
        var options = ReaderOptions()
        options.routes = try ["/caf\u{e9}/:id", "/\u{fc}-*.txt", "/%2Ftmp"].map(RoutePattern.init)
        #expect(read(line("\"path\":\"\(path)\""), options: options).route() == route)
    }

    @Test("order decides, not how much a pattern says")
    func order() throws {
        for (patterns, route) in [(["/**", "/users/:id"], "/**"), (["/users/:id", "/**"], "/users/:id")] {
            var options = ReaderOptions()
            options.routes = try patterns.map(RoutePattern.init)
            #expect(read(line(#""path":"/users/7""#), options: options).route() == route)
        }
    }

    @Test("a 4xx keeps the pattern, and a route of the log goes before all patterns")
    func statuses() throws {
        var options = ReaderOptions()
        options.routes = [try RoutePattern("/users/:id")]
        let text = #"{"time":"2026-11-22T10:14:59Z","status":404,"path":"#
        #expect(read(text + #""/users/7"}"#, options: options).route() == "/users/:id")
        #expect(read(text + #""/wp/7"}"#, options: options).route() == "(unmatched)")
        #expect(read(text + #""/users/7","route":"/r"}"#, options: options).route() == "/r")
        #expect(read(text + #""/users/7","route":"-"}"#, options: options).route() == "/users/:id")
        #expect(read(text + #""-"}"#, options: options).route() == "(unmatched)")
    }

    @Test(
        "what is no pattern is refused",
        arguments: [
            "", "users", "*.css", "/a?b", "/a#b", "/a;b", "/a b", "/{", "/{}", "/a}", "/{a{b}", "/\n", "/{a/b}",
        ])
    func refused(text: String) { #expect(throws: RoutePatternError.self) { try RoutePattern(text) } }

    @Test("a long pattern is refused, and the longest is found")
    func long() throws {
        let longest = "/" + String(repeating: "a", count: 511)
        #expect(throws: RoutePatternError.self) { try RoutePattern(longest + "a") }
        var options = ReaderOptions()
        options.routes = [try RoutePattern(longest)]
        #expect(read(line("\"path\":\"\(longest)\""), options: options).route() == longest)
    }

    @Test("a hostile path costs no more than its segments times the pattern's")
    func hostile() throws {
        var options = ReaderOptions()
        options.routes = [try RoutePattern("/**/a/**/a/**/a/**/a/*a*a*a*a*b")]
        let path = String(repeating: "/a", count: 20_000) + "/" + String(repeating: "a", count: 60_000)
        #expect(read(line("\"status\":404,\"path\":\"\(path)\""), options: options).route() == "(unmatched)")
    }

    @Test("the lines of one shape and lines alone get the same names")
    func shapes() throws {
        var options = ReaderOptions()
        options.routes = try RoutePatternTests.patterns.map(RoutePattern.init)
        let lines = (0..<500).map { number in
            let path = ["/users/ann\(number)", "/static/\(number).js", "/other/\(number)", "/wp\(number)"][number % 4]
            return #"{"time":"2026-11-22T10:14:59Z","status":\#(number % 3 == 0 ? 404 : 200),"path":"\#(path)"}"#
        }
        let together = read(lines.joined(separator: "\n"), options: options)
        for (place, line) in lines.enumerated() {
            #expect(together.route(place) == read(line, options: options).route())
        }
    }

    @Test("the explanation says where a route comes from")
    func explained() throws {
        var options = ReaderOptions()
        options.routes = [try RoutePattern("/users/:id")]
        var reader = RecordReader(options: options)
        let cases: [(String, LineExplanation.RouteRule)] = [
            (#""route":"/users/:id""#, .field), (#""path":"/users/ann""#, .pattern), (#""path":"/b/7""#, .template),
            (#""path":"-""#, .unmatched), (#""route":7"#, .field),
        ]
        for (members, rule) in cases {
            #expect(reader.explain(line(members).utf8, latest: farFuture).routeRule == rule, "\(members)")
        }
    }
}
