import RequestLog
import Testing

@Suite("Routes")
struct RouteTests {
    // netdata #10056
    @Test(
        "a path becomes its template",
        arguments: [
            ("/orders/8213", "/orders/{id}"), ("/orders/8213/items/1", "/orders/{id}/items/{id}"), ("/", "/"),
            ("", "/"),
            ("/orders/", "/orders/"), ("/v1/orders", "/v1/orders"), ("/a//7", "/a//{id}"),
            ("/u/550e8400-e29b-41d4-a716-446655440000", "/u/{id}"), ("/c/DEADBEEF1", "/c/{id}"),
            ("/c/deadbeef", "/c/deadbeef"),
            ("/c/abc1234", "/c/abc1234"), ("/c/abcd1234", "/c/{id}"), ("/d/2026-11-22", "/d/{id}"),
            ("/d/2026-11", "/d/2026-11"),
            ("/t/q8Zr1mT0aB7kLw2xY5vN", "/t/{id}"), ("/t/abcdefghijklmnopqrstuvwxyz", "/t/abcdefghijklmnopqrstuvwxyz"),
            ("/t/a-tale-of-two-cities-1859", "/t/a-tale-of-two-cities-1859"),
            ("/t/sk-live-4eC39HqLyjWDarjt", "/t/{id}"), ("/t/eyJhbGciOiJIUzI1NiIsInR5-x_y2", "/t/{id}"),
            ("/m/ann@example.com", "/m/{id}"), ("/m/ann+tag@example.com/x", "/m/{id}/x"), ("/m/a!b@c.de", "/m/{id}"),
            ("/m/ann%40example.com", "/m/{id}"), ("/@ann", "/@ann"), ("/a?b=1", "/a"), ("/a/7?b=/c/8", "/a/{id}"),
            ("/a#b", "/a"), ("?x=1", "/"), ("/a;jsessionid=1F2E/b;v=1", "/a/b"), ("/caf\u{e9}/7", "/caf\u{e9}/{id}"),
            ("https://ann:pw@example.com:8443/a/7?t=1", "/a/{id}"), ("http://example.com", "/"),
            ("chat/rooms", "chat/rooms"),
            ("/go/https://example.com/7", "/go/https://example.com/{id}"), ("*", "*"),
        ])
    func template(path: String, route: String) {
        #expect(read(line("\"path\":\"\(path)\"")).route() == (path.isEmpty ? "(unmatched)" : route))
        if !path.isEmpty { #expect(read(line("\"request\":\"GET \(path) HTTP/1.1\"")).route() == route) }
    }

    @Test("two spellings of one word are two routes, whichever comes first")
    func spellings() {
        let lines = ["/caf\u{e9}", "/cafe\u{301}"].map { line("\"route\":\"\($0)\"") }
        for (first, second) in [(0, 1), (1, 0)] {
            let together = read([lines[first], lines[second]].joined(separator: "\n"))
            #expect(together.route().utf8.elementsEqual(read(lines[first]).route().utf8))
            #expect(together.route(1).utf8.elementsEqual(read(lines[second]).route().utf8))
        }
    }

    @Test("a long path is cut, never in the middle of a character")
    func long() {
        for shift in 0..<4 {
            let path = "/" + String(repeating: "a", count: shift) + String(repeating: "€", count: 400)
            let route = read(line("\"path\":\"\(path)\"")).route()
            #expect(route.utf8.count > 508 && route.utf8.count <= 512 && path.hasPrefix(route))
        }
        for length in 505...515 {
            let route = read(line("\"path\":\"/\(String(repeating: "a", count: length))/12345678\"")).route()
            #expect(route.utf8.count <= 512)
        }
    }

    @Test("a 4xx without a route field is unmatched, with one it is not")
    func unmatched() {
        for (status, route) in [(404, "(unmatched)"), (499, "(unmatched)"), (399, "/wp"), (500, "/wp"), (200, "/wp")] {
            let text = "{\"time\":\"2026-11-22T10:14:59Z\",\"status\":\(status),\"path\":\"/wp\""
            #expect(read(text + "}").route() == route)
            #expect(read(text + ",\"route\":\"/r\"}").route() == "/r")
        }
        #expect(read(line("")).route() == "(unmatched)" && read(line(#""path":"-""#)).route() == "(unmatched)")
    }

    @Test("the request line gives what no other field has")
    func requestLine() {
        func found(_ members: String) -> String {
            let reading = read(line(members))
            return "\(reading.records[0].method.name) \(reading.route())"
        }
        #expect(found(#""request":"GET /a/7?x HTTP/1.1""#) == "GET /a/{id}")
        #expect(found(#""request":"GET /a/7?x HTTP/1.1","method":"PUT""#) == "PUT /a/{id}")
        #expect(found(#""request":"GET /a/7?x HTTP/1.1","path":"/b""#) == "GET /b")
        #expect(found(#""request":"GET /a\/7 HTTP/1.1","path":"\/b""#) == "GET /b")
        #expect(found(#""request":"GET /a/7","route":"/r""#) == "GET /r")
        #expect(
            found(#""request":"\u0016\u0003""#) == "_OTHER (unmatched)"
                && found(#""request":"""#) == "_OTHER (unmatched)")
        #expect(found(#""request":{"method":"HEAD","uri":"/q/1"}"#) == "HEAD /q/{id}")
        #expect(found(#""method":"PROPFIND","path":"/d""#) == "_OTHER /d")
    }

    @Test("every registered method", arguments: Method.allCases)
    func methods(method: Method) {
        #expect(record(line("\"method\":\"\(method.name)\""))?.method == method)
        #expect(record(line("\"method\":\"\(method.name.lowercased())\""))?.method == method)
    }

    // GoAccess, tried: `?token=secret` stands in its report.
    @Test(
        "queries, identities and passwords reach no name and no explanation",
        arguments: [
            #""path":"/a?SECRET""#, #""path":"/a?\u0301SECRET""#, "\"path\":\"/a?\u{301}SECRET\"",
            #""path":"/a\u003fSECRET""#,
            #""path":"/a#SECRET""#, #""url":"https://u:SECRET@h/a?SECRET""#, #""request":"GET /a?SECRET HTTP/1.1""#,
            #""request":"GET /a\u003FSECRET HTTP/1.1""#, #""route":"/a?SECRET""#, #""endpoint":"/a\u003fx=SECRET&b""#,
            #""url":{"query":"SECRET","path":"/a"}"#, #""url":{"query":"SECRET"}"#, #""path":{"query":"SECRET"}"#,
            #""path":["SECRET"]"#, #""user":"SECRET""#, #""user_id":{"name":"SECRET"}"#, #""uid":["SECRET"]"#,
            #""request":"GET https://SECRET:x@h/a HTTP/1.1""#, #""path":"/m/SECRET@example.com""#,
            #""cache":{"key":"SECRET"}"#, #""cache":"Edge; hit; key=SECRET""#, #""cache":"warm /a?t=SECRET""#,
            #""cache_status":"Edge; hit, \"C\"; fwd=miss; KEY=\"/a?SECRET\"""#, #""cache":"TCP_MISS k\u0065y=SECRET""#,
            #""route":"/x/(?P<id>[0-9]+)/y?SECRET""#, #""path":"/a;sid=SECRET""#,
        ])
    func secrets(members: String) {
        let text = line(members)
        let reading = read(text)
        #expect(reading.counts.accepted == 1)
        #expect(!reading.names.texts.joined(separator: "\n").contains("SECRET"))
        #expect(reading.unknownCacheWord?.contains("SECRET") != true)
        var reader = RecordReader()
        let explanation = reader.explain(text.utf8, latest: farFuture)
        let isPathSegment = members.contains("/m/SECRET") || members.contains(";sid")
        if !isPathSegment { #expect(!"\(explanation)".contains("SECRET"), "\(explanation)") }
        #expect(!explanation.route.contains("SECRET"))
    }

    @Test("a pattern keeps its marks")
    func patterns() {
        #expect(read(line(#""route":"^a/(?P<y>[0-9]{4})/(?:b)$""#)).route() == "^a/(?P<y>[0-9]{4})/(?:b)$")
    }
}
