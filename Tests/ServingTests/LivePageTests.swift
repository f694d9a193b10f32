import Health
import Serving
import Synchronization
import Testing

@Suite("the live page", .timeLimit(.minutes(10)))
struct LivePageTests {
    @Test("it may load what this server has, and nothing else")
    func policy() async throws {
        try await withServer { _, address in
            for target in ["/", "/live/main.js", "/live/uPlot.js"] {
                let policy = try #require(try await ask(address, target).fields["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"))
                #expect(!policy.contains("unsafe") && !policy.contains("http"))
            }
        }
    }

    @Test("every file that it names is served, and no address elsewhere is in it")
    func whole() async throws {
        try await withServer { _, address in
            let page = try await ask(address, "/").body
            #expect(!page.contains("http://") || page.contains("http://www.w3.org/2000/svg"))
            #expect(!page.contains("https://"))
            var files = page.matches(of: /(?:src|href)="(live\/[^"]+)"/).map { String($0.1) }
            #expect(files.count == 4)
            var seen: Set<String> = []
            while let file = files.popLast() {
                guard seen.insert(file).inserted else { continue }
                let answer = try await ask(address, "/\(file)")
                #expect(answer.status == 200, "\(file)")
                files += answer.body.matches(of: /from "\.\/([a-z]+\.js)"/).map { "live/\($0.1)" }
            }
            #expect(seen.contains("live/heat.js") && seen.contains("live/changes.js"))
        }
    }

    @Test("it is small where the browser takes gzip")
    func compressed() async throws {
        try await withServer { _, address in
            let client = try await RawClient.connect(to: address)
            try await client.send(get("/live/uPlot.js", fields: "Accept-Encoding: gzip, deflate, br"))
            let head = try #require(await client.readToEnd().split(separator: "\r\n\r\n").first)
            #expect(head.contains("content-encoding: gzip"))
            #expect(client.received.count < 50_000)
        }
    }

    @Test("a stream begins with how things stand, goes on, and ends when the server stops")
    func stream() async throws {
        var limits = ServerLimits()
        limits.beat = .milliseconds(20)
        // It must not be waited for.
        limits.stop = .seconds(60)
        let clock = ContinuousClock()
        var asked = clock.now
        var client: RawClient?
        let view = FakeView(.init(output: "first"))
        try await withServer(view, limits: limits) { server, address in
            let stream = try await RawClient.connect(to: address)
            try await stream.send("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await stream.read(until: "\"output\": \"first\""))
            let text = String(decoding: stream.received, as: UTF8.self)
            #expect(text.contains("content-type: text/event-stream") && text.contains("connection: close"))
            #expect(text.contains("\r\n\r\nevent: beat\ndata: {"))
            view.answers.withLock { $0.output = "second" }
            #expect(await stream.read(until: "\"output\": \"second\""))
            #expect(server.counts.streamsOpened == 1)
            asked = clock.now
            client = stream
        }
        let rest = await client?.readToEnd() ?? ""
        #expect(rest.hasSuffix("}\n\n"))
        #expect(clock.now - asked < .seconds(30))
    }

    @Test("past the limit a page is told to ask by itself, and probes are answered all the same")
    func limit() async throws {
        var limits = ServerLimits()
        limits.streams = 2
        try await withServer(limits: limits) { server, address in
            var open: [RawClient] = []
            for _ in 0..<2 {
                let client = try await RawClient.connect(to: address)
                try await client.send("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(await client.read(until: "event: beat"))
                open.append(client)
            }
            let third = try await ask(address, "/api/v1/stream")
            #expect(third.status == 503 && third.body.contains("limits.streams"))
            #expect(server.counts.streamsRefused == 1)
            #expect(try await ask(address, "/livez").status == 200)
            await open.removeFirst().close()
            // Its place is free once the server has seen that it is gone.
            for _ in 0..<200 where server.counts.connectionsOpen > 1 { try await Task.sleep(for: .milliseconds(5)) }
            let next = try await RawClient.connect(to: address)
            try await next.send("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(await next.read(until: "event: beat"))
        }
    }

    @Test("a page that takes nothing misses beats, and is let go in the end")
    func unread() async throws {
        var limits = ServerLimits()
        limits.beat = .milliseconds(5)
        limits.unwrittenBytes = 16 << 10
        limits.write = .milliseconds(400)
        // What the system keeps for a reader must be full soon.
        let view = FakeView(.init(output: String(repeating: "x", count: 200_000)))
        try await withServer(view, limits: limits) { server, address in
            let client = try await RawClient.connect(to: address, reads: false)
            try await client.send("GET /api/v1/stream HTTP/1.1\r\nHost: a\r\n\r\n")
            for _ in 0..<400 where server.counts.writeTimeouts == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(server.counts.beatsMissed > 0)
            #expect(server.counts.writeTimeouts == 1)
            await client.close()
        }
    }
}
