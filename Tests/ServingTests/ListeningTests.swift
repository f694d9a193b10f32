import Logging
import Serving
import Testing

@Suite("starting and stopping", .timeLimit(.minutes(10)))
struct ListeningTests {
    @Test("a port in use is an error that says which and what to do")
    func portInUse() async throws {
        try await withServer { _, address in
            let second = HTTPServer(
                configuration: .init(listen: address, releaseID: "1"), view: FakeView(), logger: quiet)
            let error = await #expect(throws: ServingError.self) { try await second.start() }
            #expect(error == .addressInUse(address))
            let text = "\(try #require(error))"
            #expect(text.hasPrefix("cannot listen on \(address): another program has this port;"))
            #expect(try await ask(address, "/livez").status == 200)
            await second.stop()
        }
    }

    @Test("when the admin address cannot be had, the other one is given back")
    func adminInUse() async throws {
        try await withServer { _, taken in
            let free = try await freePort()
            let second = HTTPServer(
                configuration: .init(listen: free, adminListen: taken, releaseID: "1"), view: FakeView(), logger: quiet)
            await #expect(throws: ServingError.addressInUse(taken)) { try await second.start() }
            let third = HTTPServer(configuration: .init(listen: free, releaseID: "1"), view: FakeView(), logger: quiet)
            #expect(try await third.start().listen == free)
            await third.stop()
        }
    }

    @Test("an address of another machine, or none at all", arguments: ["192.0.2.1", "no-such-host.invalid"])
    func strangeAddress(host: String) async throws {
        let address = ListenAddress(host: host, port: 0)
        let server = HTTPServer(configuration: .init(listen: address, releaseID: "1"), view: FakeView(), logger: quiet)
        await #expect(throws: ServingError.addressNotAvailable(address)) { try await server.start() }
    }

    @Test("the API moves to the admin address, the probes are on both")
    func adminListen() async throws {
        let any = ListenAddress(host: "127.0.0.1", port: 0)
        let server = HTTPServer(
            configuration: .init(listen: any, adminListen: any, releaseID: "1"), view: FakeView(), logger: quiet)
        let addresses = try await server.start()
        let admin = try #require(addresses.admin)
        for target in ["/livez", "/readyz", "/health", "/metrics", "/"] {
            #expect(try await ask(addresses.listen, target).status == 200)
            #expect(try await ask(admin, target).status == 200)
        }
        for target in ["/api/v1/ledger", "/api/v1/windows/1m"] {
            let answer = try await ask(addresses.listen, target)
            #expect(answer.status == 404 && !answer.body.contains("{window}"))
            #expect(try await ask(admin, target).status == 200)
        }
        await server.stop()
    }

    @Test("stopping lets a running answer finish, and closes the idle connections")
    func gracefulStop() async throws {
        let gate = Gate()
        var limits = ServerLimits()
        limits.stop = .seconds(50)
        try await withServer(FakeView(gate: gate), limits: limits) { server, address in
            let idle = try await RawClient.connect(to: address)
            try await idle.send(ConnectionTests.keep)
            #expect(await idle.read(until: "ok\n"))
            let busy = try await RawClient.connect(to: address)
            try await busy.send("GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.someoneWaits()
            async let stopped: Void = server.stop()
            #expect(RawResponse.all(in: await idle.readToEnd())?.count == 1)
            await #expect(throws: (any Error).self) { try await RawClient.connect(to: address) }
            await gate.open()
            let answers = RawResponse.all(in: await busy.readToEnd())
            await stopped
            #expect(answers?.map(\.status) == [200])
            #expect(answers?.first?.fields["connection"] == "close")
        }
    }

    @Test("stopping does not wait longer than its limit for an answer that never comes")
    func hardStop() async throws {
        let gate = Gate()
        var limits = ServerLimits()
        limits.stop = .milliseconds(100)
        try await withServer(FakeView(gate: gate), limits: limits) { server, address in
            let client = try await RawClient.connect(to: address)
            try await client.send("GET /api/v1/ledger HTTP/1.1\r\nHost: a\r\n\r\n")
            await gate.someoneWaits()
            let time = await ContinuousClock().measure { await server.stop() }
            #expect(time < .seconds(5))
            #expect(await client.readToEnd() == "")
            await gate.open()
        }
    }

    @Test("a server starts once")
    func startsOnce() async throws {
        try await withServer { server, _ in
            await #expect(throws: ServingError.alreadyStarted) { try await server.start() }
        }
    }

    @Test(
        "an address is HOST:PORT",
        arguments: [
            ("127.0.0.1:9180", "127.0.0.1", 9180), ("localhost:0", "localhost", 0), ("[::1]:80", "::1", 80),
        ])
    func address(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect("\(address)" == text)
    }

    @Test(
        "anything else is no address",
        arguments: [
            "", ":80", "a", "a:", "a:b", "a:-1", "a:65536", "::1:80", "[::1]", "http://a:80", "u@a:80", "a:8 0",
        ])
    func noAddress(text: String) { #expect(ListenAddress(text) == nil) }

    private func freePort() async throws -> ListenAddress {
        let server = HTTPServer(
            configuration: .init(listen: ListenAddress(host: "127.0.0.1", port: 0), releaseID: "1"), view: FakeView(),
            logger: quiet)
        let address = try await server.start().listen
        await server.stop()
        return address
    }
}
