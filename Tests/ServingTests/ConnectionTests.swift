import Serving
import Testing

@Suite("connections", .timeLimit(.minutes(10)))
struct ConnectionTests {
    static let keep = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test("pipelined requests are answered in their order, slow ones too")
    func pipelining() async throws {
        try await withServer { server, address in
            let targets = [
                "/livez", "/api/v1/ledger", "/readyz", "/metrics", "/health", "/nowhere", "/api/v1/windows/1m",
            ]
            let texts = ["ok", "ledger.log", "ready", "plumbline_", "pass", "nothing at", "\"window\": \"1m\""]
            let requests = targets.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined() + get("/livez")
            let text = try await RawClient.exchange(address, requests)
            let answers = try #require(RawResponse.all(in: text), "\(text)")
            #expect(answers.count == targets.count + 1)
            for (answer, expected) in zip(answers, texts) where expected != "ledger.log" {
                #expect(answer.body.contains(expected), "\(answer.body)")
            }
            #expect(answers[1].body.contains("app.log"))
            #expect(server.counts.requests == UInt64(targets.count + 1))
        }
    }

    @Test("a thousand pipelined requests get a thousand answers, some at a time")
    func manyPipelined() async throws {
        try await withServer { server, address in
            let requests = String(repeating: ConnectionTests.keep, count: 1000) + get("/readyz")
            let answers = try #require(RawResponse.all(in: try await RawClient.exchange(address, requests)))
            #expect(answers.count == 1001)
            #expect(answers.last?.body == "ready\n")
            #expect(server.counts.pipelineWaits > 0)
        }
    }

    @Test("a request arrives whole however it is cut")
    func pieces() async throws {
        try await withServer { _, address in
            let client = try await RawClient.connect(to: address)
            for byte in get("/health?a=%20b").utf8 { try await client.send([byte]) }
            #expect(RawResponse.all(in: await client.readToEnd())?.map(\.status) == [200])
        }
    }

    @Test(
        "the version and the Connection field decide whether the connection stays",
        arguments: [
            ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
            ("HTTP/1.1", "Connection: keep-alive, Close\r\n", false), ("HTTP/1.1", "Connection: upgrade\r\n", true),
            ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: keep-alive\r\n", true), ("HTTP/1.2", "", true),
        ])
    func persistence(version: String, field: String, stays: Bool) async throws {
        try await withServer { _, address in
            let client = try await RawClient.connect(to: address)
            try await client.send("GET /livez \(version)\r\nHost: a\r\n\(field)\r\n")
            #expect(await client.read(until: "ok\n"))
            if stays { try await client.send(get("/readyz")) }
            let answers = try #require(RawResponse.all(in: await client.readToEnd()))
            #expect(answers.map(\.body) == (stays ? ["ok\n", "ready\n"] : ["ok\n"]))
            let expected = stays ? (version == "HTTP/1.0" ? "keep-alive" : nil) : "close"
            #expect(answers[0].fields["connection"] == expected)
        }
    }

    @Test("HTTP/1.0 needs no Host")
    func oldClient() async throws {
        try await withServer { _, address in
            let text = try await RawClient.exchange(address, "\r\nGET /livez HTTP/1.0\r\n\r\n")
            #expect(RawResponse.all(in: text)?.map(\.body) == ["ok\n"])
        }
    }

    @Test("a client that closes its side still gets every answer", arguments: ["/livez", "/api/v1/ledger"])
    func halfClosed(target: String) async throws {
        try await withServer { _, address in
            let client = try await RawClient.connect(to: address)
            try await client.send(ConnectionTests.keep + "GET \(target) HTTP/1.1\r\nHost: a\r\n\r\nGET /half")
            try await client.finishSending()
            #expect(RawResponse.all(in: await client.readToEnd())?.map(\.status) == [200, 200])
        }
    }

    @Test("a client that closes its side and had sent a flood is not kept in memory")
    func halfClosedFlood() async throws {
        let gate = Gate()
        try await withServer(FakeView(gate: gate)) { _, address in
            let client = try await RawClient.connect(to: address)
            try await client.send("GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.someoneWaits()
            client.push(String(repeating: ConnectionTests.keep, count: 20_000))
            try await client.finishSending()
            await gate.open()
            let text = await client.readToEnd()
            #expect(text.hasPrefix("HTTP/1.1 200 OK") && text.contains("app.log"))
        }
    }

    @Test("silence ends the connection")
    func idle() async throws {
        try await withServer(limits: short) { server, address in
            let client = try await RawClient.connect(to: address)
            #expect(await client.readToEnd() == "")
            let second = try await RawClient.connect(to: address)
            try await second.send(ConnectionTests.keep)
            #expect(RawResponse.all(in: await second.readToEnd())?.count == 1)
            #expect(server.counts.idleTimeouts == 2)
        }
    }

    @Test(
        "a client that sends its request byte by byte runs out of time",
        arguments: [
            "GET /", "GET /livez HTTP/1.1\r\nX: ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000\r\n\r\n",
        ])
    func slow(beginning: String) async throws {
        try await withServer(limits: short) { server, address in
            var text = ""
            // Where other tests keep every processor busy, a connection can be silent for too long before its first byte.
            while text.isEmpty {
                let client = try await RawClient.connect(to: address)
                try? await client.send(beginning)
                let dripping = Task { [drip = client.pusher("a")] in
                    while !Task.isCancelled {
                        drip()
                        try await Task.sleep(for: .milliseconds(10))
                    }
                }
                text = await client.readToEnd()
                dripping.cancel()
                try #require(!text.isEmpty || server.counts.connectionsAccepted < 20)
            }
            #expect(RawResponse.all(in: text)?.map(\.status) == [408], "\(text)")
            #expect(server.counts.refusedByStatus == [408: 1], "\(server.counts)")
        }
    }

    @Test("a client that never reads is closed, and was not answered without end")
    func neverReads() async throws {
        var limits = short
        limits.idle = .seconds(60)
        let view = FakeView(.init(output: String(repeating: "long ", count: 4000)))
        try await withServer(view, limits: limits) { server, address in
            let client = try await RawClient.connect(to: address, reads: false)
            client.push(String(repeating: "GET /health HTTP/1.1\r\nHost: a\r\n\r\n", count: 100_000))
            while server.counts.writeTimeouts == 0 { try await Task.sleep(for: .milliseconds(10)) }
            // What the kernel's two buffers take is not ours; 100,000 answers would be 2 GB.
            #expect(server.counts.requests < 1000)
            await client.close()
        }
    }

    @Test("large answers arrive whole, in their order, and what is asked behind them is answered")
    func large() async throws {
        let text = (0..<60_000).map { "\($0) " }.joined()
        try await withServer(FakeView(.init(output: text))) { _, address in
            let large = "GET /health?format=text HTTP/1.1\r\nHost: a\r\n\r\n"
            let requests = large + ConnectionTests.keep + large + get("/health?format=text")
            let answers = try #require(RawResponse.all(in: try await RawClient.exchange(address, requests)))
            #expect(answers.map { $0.body.utf8.count > 300_000 } == [true, false, true, true])
            #expect(answers[1].body == "ok\n")
            for number in [0, 2, 3] { #expect(answers[number].body.hasSuffix(text + "\n")) }
            #expect(try await ask(address, "/health?format=text", method: "HEAD").body.isEmpty)
        }
    }

    @Test("a large answer that is not taken ends the connection, and so does one whose client goes away")
    func largeUntaken() async throws {
        var limits = short
        limits.idle = .seconds(60)
        try await withServer(FakeView(.init(output: String(repeating: "long ", count: 2_000_000))), limits: limits) {
            server, address in
            for closes in [true, false] {
                let client = try await RawClient.connect(to: address, reads: false)
                try await client.send(get("/health?format=text"))
                if closes {
                    try await Task.sleep(for: .milliseconds(20))
                    await client.close()
                }
                while server.counts.connectionsOpen > 0 { try await Task.sleep(for: .milliseconds(5)) }
                if !closes { await client.close() }
            }
            #expect(server.counts.writeTimeouts >= 1)
        }
    }

    @Test("an agent that does not answer costs one connection, not the server")
    func answerTimeout() async throws {
        let gate = Gate()
        var limits = short
        limits.idle = .seconds(60)
        try await withServer(FakeView(gate: gate), limits: limits) { server, address in
            let client = try await RawClient.connect(to: address)
            try await client.send("GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\n" + get("/livez"))
            await gate.someoneWaits()
            #expect(try await ask(address, "/livez").status == 200)
            let answers = try #require(RawResponse.all(in: await client.readToEnd()))
            #expect(answers.map(\.status) == [503, 200])
            #expect(server.counts.answerTimeouts == 1)
            await gate.open()
        }
    }

    @Test("past the limit a connection is closed at once")
    func limit() async throws {
        var limits = ServerLimits()
        limits.connections = 3
        limits.silent = .seconds(60)
        try await withServer(limits: limits) { server, address in
            var clients: [RawClient] = []
            for _ in 0..<3 {
                let client = try await RawClient.connect(to: address)
                try await client.send(ConnectionTests.keep)
                #expect(await client.read(until: "ok\n"))
                clients.append(client)
            }
            let refused = try await RawClient.connect(to: address)
            #expect(await refused.readToEnd() == "")
            #expect(server.counts.connectionsRefused == 1)
            await clients[0].close()
            while server.counts.connectionsOpen == 3 { await Task.yield() }
            #expect(try await ask(address, "/livez").status == 200)
            for client in clients { await client.close() }
        }
    }

    @Test("a probe gets in although idle clients hold every place")
    func eviction() async throws {
        var limits = ServerLimits()
        limits.connections = 3
        limits.silent = .seconds(60)
        try await withServer(limits: limits) { server, address in
            // One that has asked is silent for longest, and stays.
            let regular = try await RawClient.connect(to: address)
            try await regular.send(ConnectionTests.keep)
            #expect(await regular.read(until: "ok\n"))
            var clients: [RawClient] = []
            for text in ["GET /slow", ""] {
                let client = try await RawClient.connect(to: address)
                try await client.send(text)
                clients.append(client)
                while server.counts.connectionsOpen < 1 + clients.count { await Task.yield() }
            }
            for _ in 0..<2 { #expect(try await ask(address, "/livez").status == 200) }
            #expect(server.counts.connectionsEvicted == 1 && server.counts.connectionsRefused == 0)
            #expect(await clients[0].readToEnd() == "")
            try await regular.send(ConnectionTests.keep)
            #expect(await regular.read(until: "ok\n"))
            for client in clients { await client.close() }
            await regular.close()
        }
    }

    /// Timeouts that a test can wait for.
    private var short: ServerLimits {
        var limits = ServerLimits()
        limits.idle = .milliseconds(700)
        limits.write = .milliseconds(300)
        limits.answer = .milliseconds(200)
        // A busy machine must not lose an answer to the reset that follows.
        limits.linger = .milliseconds(800)
        return limits
    }
}
