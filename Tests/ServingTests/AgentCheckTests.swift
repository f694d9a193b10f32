import Serving
import Testing

@Suite("HAProxy's agent-check", .timeLimit(.minutes(1)))
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

    @Test("clients that stay are few, and are sent away")
    func limit() async throws {
        var limits = ServerLimits()
        limits.agentChecks = 2
        limits.linger = .milliseconds(300)
        try await withCheck(limits) { server, address in
            let silent = [try await RawClient.connect(to: address), try await RawClient.connect(to: address)]
            for client in silent { #expect(await client.read(until: "up 42%\n")) }
            #expect(try await RawClient.exchange(address, "") == "")
            #expect(server.counts.agentChecksRefused == 1)
            // They do not close their side; the server does.
            for client in silent { #expect(await client.readToEnd() == "up 42%\n") }
            try await Task.sleep(for: .milliseconds(600))
            #expect(try await RawClient.exchange(address, "") == "up 42%\n")
            for client in silent { await client.close() }
        }
    }
}
