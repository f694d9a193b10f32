import Health
import Serving
import Synchronization
import Testing

@Suite("what is served where", .timeLimit(.minutes(10)))
struct EndpointTests {
    @Test(
        "every endpoint answers with its type and its content",
        arguments: [
            ("/", 200, "text/html; charset=utf-8", "<title>Plumbline</title>"),
            ("/live/main.js", 200, "text/javascript; charset=utf-8", "import"),
            ("/live/style.css", 200, "text/css; charset=utf-8", "--page"),
            ("/live/uPlot.js", 200, "text/javascript; charset=utf-8", "uPlot"),
            ("/live/uPlot.css", 200, "text/css; charset=utf-8", ".uplot"),
            ("/live/other.js", 404, "application/problem+json", "nothing at"),
            ("/live/../main.js", 404, "application/problem+json", "nothing at"),
            ("/livez", 200, "text/plain; charset=utf-8", "ok\n"),
            ("/readyz", 200, "text/plain; charset=utf-8", "ready\n"),
            ("/health", 200, "application/health+json", "\"status\": \"pass\""),
            ("/health/checkout", 200, "application/health+json", "\"releaseId\": \"1.2.3\""),
            ("/health/k%C3%A4se", 200, "application/health+json", "pass"),
            ("/%68ealth", 200, "application/health+json", "pass"),
            ("/health?cache=no", 200, "application/health+json", "pass"),
            ("/health?format=json", 200, "application/health+json", "pass"),
            ("/health?format=text", 200, "text/plain; charset=utf-8", "pass: 1,234 requests in 1m\n"),
            ("/health/checkout?format=text&drain=404", 200, "text/plain; charset=utf-8", "pass: "),
            ("/health?format=xml", 400, "application/problem+json", "json or text"),
            ("/health?drain=500", 400, "application/problem+json", "404 or 503"),
            ("/health?format=text&format=text", 400, "application/problem+json", "twice"),
            ("http://elsewhere:1/livez", 200, "text/plain; charset=utf-8", "ok\n"),
            ("/metrics", 200, "text/plain; version=0.0.4; charset=utf-8", "plumbline_"),
            ("/api/v1/windows/1m", 200, "application/json", "\"requests\": 7"),
            ("/api/v1/windows/5m", 200, "application/json", "\"window\": \"5m\""),
            ("/api/v1/windows/15m", 200, "application/json", "\"window\": \"15m\""),
            ("/api/v1/windows/1h", 200, "application/json", "\"window\": \"1h\""),
            ("/api/v1/windows/1m?by=route,status", 200, "application/json", "\"series\""),
            ("/api/v1/windows/1m?route=%2Forders%2F%7Bid%7D&source=main", 200, "application/json", "\"requests\": 7"),
            ("/api/v1/windows/1m?route=/none", 200, "application/json", "\"requests\": 0"),
            ("/api/v1/timeline", 200, "application/json", "\"requests\": [0, 0, 0, 7, 0, 0]"),
            ("/api/v1/timeline?window=5m&step=1m", 200, "application/json", "\"requests\": [7, 0]"),
            ("/api/v1/timeline?from=-6h&to=-1h", 200, "application/json", "\"total\""),
            ("/api/v1/timeline?from=2026-11-22T10:00:00Z", 200, "application/json", "\"step_seconds\": 10"),
            ("/api/v1/timeline?by=route&histogram=true", 200, "application/json", "\"trend\""),
            ("/api/v1/timeline?by=version", 400, "application/problem+json", "route, method, status, cache, segment"),
            ("/api/v1/timeline?step=2s", 400, "application/problem+json", "1s, 5s, 10s"),
            ("/api/v1/timeline?from=yesterday", 400, "application/problem+json", "-30m"),
            ("/api/v1/timeline?to=-5m", 400, "application/problem+json", "to without from"),
            ("/api/v1/timeline?window=1m&from=-5m", 400, "application/problem+json", "window, or from and to"),
            ("/api/v1/timeline?histogram=yes", 400, "application/problem+json", "true or false"),
            ("/api/v1/timeline?colour=red", 400, "application/problem+json", "unknown parameter"),
            ("/api/v1/timeline?by=route&by=cache", 400, "application/problem+json", "twice"),
            ("/api/v1/timeline?source=none", 404, "application/problem+json", "no source"),
            ("/api/v1/inputs", 200, "application/json", "\"position\": 123"),
            ("/api/v1/insights", 200, "application/json", "an N+1 query is likely"),
            ("/api/v1/changes", 200, "application/json", "\"state\": \"not_met\""),
            (
                "/api/v1/compare?before=2026-11-21T10:00:00Z..2026-11-21T11:00:00Z&after=2026-11-22T10:00:00Z..2026-11-22T11:00:00Z&expect=p95%20/orders%20-20%25",
                200, "application/json", "\"verdict\": \"not_met\""
            ),
            ("/api/v1/compare?change=cache-the-list", 200, "application/json", "\"verdict\": \"no_expectation\""),
            ("/api/v1/compare?change=other", 404, "application/problem+json", "no such change"),
            ("/api/v1/compare", 400, "application/problem+json", "change=ID"),
            ("/api/v1/compare?before=yesterday&after=today", 400, "application/problem+json", "FROM..TO"),
            ("/api/v1/compare?change=a&expect=p95", 400, "application/problem+json", "a target such as"),
            ("/api/v1/compare?change=a&change=b", 400, "application/problem+json", "twice"),
            ("/api/v1/compare?change=a&basis=cache", 400, "application/problem+json", "code or total"),
            ("/api/v1/ledger", 200, "application/json", "/var/log/app.log"),
            ("/api/v1/health/local", 200, "application/health+json", "own judgement"),
            ("/api/v1/health/history", 200, "application/json", "\"from\": \"pass\", \"to\": \"fail\""),
            ("/openapi.json", 200, "application/json", "\"openapi\": \"3.1.0\""),
            ("/nowhere", 404, "application/problem+json", "/readyz"),
            ("/health/", 404, "application/problem+json", "nothing at"),
            ("/health/other", 404, "application/problem+json", "no health group"),
            ("/livez/", 404, "application/problem+json", "nothing at"),
            ("//livez", 404, "application/problem+json", "nothing at"),
            ("/api/v1/windows/2m", 404, "application/problem+json", "1m, 5m, 15m, 1h"),
            ("/api/v1/windows/1m?source=none", 404, "application/problem+json", "no source"),
            ("/api/v1/windows/1m?by=colour", 400, "application/problem+json", "colour"),
            ("/api/v1/windows/1m?by=", 400, "application/problem+json", "separated by commas"),
            ("/api/v1/windows/1m?bye=route", 400, "application/problem+json", "by, route, source"),
            ("/api/v1/windows/1m?by=route&by=status", 400, "application/problem+json", "twice"),
        ])
    func endpoint(target: String, status: Int, type: String, content: String) async throws {
        try await withServer { _, address in
            let answer = try await ask(address, target)
            #expect(answer.status == status)
            #expect(answer.fields["content-type"] == type)
            #expect(answer.fields["cache-control"] == "no-store")
            #expect(answer.fields["server"] == "plumbline")
            #expect(answer.body.contains(content), "\(answer.body)")
            if status >= 400 {
                #expect(answer.body.contains("\"status\": \(status)"))
                #expect(answer.body.contains("\"expected\": ") && answer.body.contains("\"retryable\": false"))
            }
        }
    }

    @Test(
        "HEAD answers like GET, without the body",
        arguments: ["/", "/livez", "/health", "/metrics", "/api/v1/windows/1m", "/api/v1/ledger", "/nowhere"])
    func head(target: String) async throws {
        try await withServer { _, address in
            let got = try await ask(address, target)
            let headed = try await ask(address, target, method: "HEAD")
            #expect(headed.status == got.status)
            #expect(headed.fields["content-length"] == "\(got.body.utf8.count)")
            #expect(headed.fields["content-type"] == got.fields["content-type"])
        }
    }

    @Test("other methods are not allowed", arguments: ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "get", "MYMETHOD"])
    func method(name: String) async throws {
        try await withServer { _, address in
            let answer = try await ask(address, "/health", method: name)
            #expect(answer.status == 405)
            #expect(answer.fields["allow"] == "GET, HEAD")
        }
    }

    @Test("a server without a path, as CONNECT and OPTIONS may ask for it, is not there either")
    func asterisk() async throws {
        try await withServer { _, address in
            let whole = try await ask(address, "*", method: "OPTIONS")
            let tunnel = try await ask(address, "example.org:443", method: "CONNECT")
            #expect(whole.status == 405 && tunnel.status == 405)
        }
    }

    @Test("the judgement decides the status", arguments: [(HealthStatus.pass, 200), (.warn, 200), (.fail, 503)])
    func judgement(status: HealthStatus, code: Int) async throws {
        try await withServer(FakeView(.init(status: status))) { _, address in
            let answer = try await ask(address, "/health")
            #expect(answer.status == code)
            #expect(answer.body.contains("\"status\": \"\(status.rawValue)\""))
        }
    }

    @Test("a changed judgement is told at once, on the same connection")
    func change() async throws {
        let view = FakeView()
        try await withServer(view) { _, address in
            let client = try await RawClient.connect(to: address)
            try await client.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await client.read(until: "\"pass\""))
            view.answers.withLock { $0.status = .fail }
            try await client.send(get("/health"))
            let answers = try #require(RawResponse.all(in: await client.readToEnd()))
            #expect(answers.map(\.status) == [200, 503])
        }
    }

    @Test("an answer larger than the socket takes at once is written once", arguments: [70_000, 300_000, 3_000_000])
    func large(length: Int) async throws {
        let view = FakeView(.init(ledgerPath: String(repeating: "x", count: length)))
        try await withServer(view) { _, address in
            let client = try await RawClient.connect(to: address)
            for _ in 0..<3 {
                try await client.send("GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\n")
                try await client.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
            }
            try await client.send(get("/readyz"))
            let answers = try #require(RawResponse.all(in: await client.readToEnd()))
            #expect(answers.map { $0.body.utf8.count > length } == [true, false, true, false, true, false, false])
        }
    }

    @Test("pipelined requests with large answers get one each, in order", arguments: [5, 16, 17, 40])
    func pipelined(count: Int) async throws {
        let view = FakeView(.init(ledgerPath: String(repeating: "x", count: 500_000)))
        try await withServer(view) { _, address in
            let client = try await RawClient.connect(to: address)
            var requests = ""
            for _ in 0..<count {
                requests += "GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\nGET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            }
            try await client.send(requests + get("/readyz"))
            let answers = try #require(RawResponse.all(in: await client.readToEnd()))
            let sizes = answers.map { $0.body.utf8.count > 500_000 }
            #expect(sizes == (0..<count).flatMap { _ in [true, false] } + [false])
            #expect(answers.last?.body == "ready\n")
        }
    }

    @Test("a stuck agent and one that is not ready say why")
    func reasons() async throws {
        let view = FakeView(
            .init(liveness: .stuck(reason: "no turn for 12 s"), readiness: .notReady(reasons: ["a", "b"])))
        try await withServer(view) { _, address in
            let live = try await ask(address, "/livez")
            #expect(live.status == 503 && live.body == "no turn for 12 s\n")
            let ready = try await ask(address, "/readyz")
            #expect(ready.status == 503 && ready.body == "a\nb\n")
        }
    }

    @Test("what the agent cannot answer now can be asked again", arguments: ["/metrics", "/api/v1/windows/1m"])
    func failure(target: String) async throws {
        try await withServer(FakeView(.init(failure: FakeFailure()))) { _, address in
            let answer = try await ask(address, target)
            #expect(answer.status == 503)
            #expect(answer.body.contains("being rebuilt") && answer.body.contains("\"retryable\": true"))
        }
    }
}
