import Serving
import Testing

@Suite("HAProxy's agent-check", .timeLimit(.minutes(10)))
struct AgentCheckTests {
    private func withCheck(
        _ limits: ServerLimits = ServerLimits(), _ body: (HTTPServer, ListenAddress) async throws -> Void
    ) async throws {
        let local = ListenAddress(host: "127.0.0.1", port: 0)
        let server = HTTPServer(
            configuration: .init(listen: local, agentCheckListen: local, releaseID: "1", limits: limits),
            view: FakeView(), logger: quiet)
        let address = try #require(try await server.start().agentCheck)
        do {
            try await body(server, address)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }

    // A socket closed with unread bytes is reset, and the line with it: what agent-send sends has to be read.
    @Test("whoever connects gets the line and the end, whatever it sends", arguments: ["", "web/one\n", "x"])
    func line(sent: String) async throws {
        try await withCheck { server, address in
            for _ in 1...20 {
                let line = try await RawClient.exchange(address, sent)
                #expect(line == "up 42%\n")
            }
            #expect(server.counts.agentChecks == 20 && server.counts.requests == 0)
        }
    }

    /// Asks until there is room.
    private func line(_ address: ListenAddress) async throws -> String {
        while true {
            let line = try await RawClient.exchange(address, "")
            if !line.isEmpty { return line }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test("beyond their limit clients are closed at once, and counted")
    func limit() async throws {
        var limits = ServerLimits()
        limits.agentChecks = 2
        limits.linger = .seconds(600)
        try await withCheck(limits) { server, address in
            let silent = [try await RawClient.connect(to: address), try await RawClient.connect(to: address)]
            for client in silent { #expect(await client.read(until: "up 42%\n")) }
            let refused = try await RawClient.exchange(address, "")
            #expect(refused == "" && server.counts.agentChecksRefused == 1)
            await silent[0].close()
            let next = try await line(address)
            #expect(next == "up 42%\n")
            await silent[1].close()
        }
    }

    @Test("who does not close its side is sent away")
    func stay() async throws {
        var limits = ServerLimits()
        limits.agentChecks = 1
        limits.linger = .milliseconds(100)
        try await withCheck(limits) { _, address in
            let silent = try await RawClient.connect(to: address)
            #expect(await silent.read(until: "up 42%\n"))
            let next = try await line(address)
            #expect(next == "up 42%\n")
            await silent.close()
        }
    }
}
