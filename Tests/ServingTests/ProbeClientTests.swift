import Health
import NIOCore
import NIOPosix
import Serving
import Testing

@Suite("the client of `plumbline health`", .timeLimit(.minutes(10)))
struct ProbeClientTests {
    @Test("it brings back the status and the body", arguments: [("/health", 503), ("/livez", 200), ("/nowhere", 404)])
    func answer(target: String, status: Int) async throws {
        try await withServer(FakeView(.init(status: .fail))) { _, address in
            let answer = try await ProbeClient.get(ProbeURL(address: address, target: target))
            #expect(answer.status == status)
            #expect(!answer.body.isEmpty)
        }
    }

    @Test("nobody there")
    func nobody() async throws {
        // Port 9 is discard, where nobody listens; one that was just free may be another test's by now.
        let url = ProbeURL(address: ListenAddress(host: "127.0.0.1", port: 9), target: "/health")
        let error = await #expect(throws: ProbeError.self) { try await ProbeClient.get(url) }
        guard case .cannotReach(url, let reason) = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(reason.lowercased().contains("refused"), "\(reason)")
    }

    @Test("an answer that does not come in time")
    func timeout() async throws {
        let gate = Gate()
        try await withServer(FakeView(gate: gate)) { _, address in
            let url = ProbeURL(address: address, target: "/api/v1/ledger")
            await #expect(throws: ProbeError.timedOut(url, after: .milliseconds(100))) {
                try await ProbeClient.get(url, timeout: .milliseconds(100))
            }
            await gate.open()
        }
    }

    @Test("an answer past the limit is not taken")
    func tooLarge() async throws {
        let view = FakeView(.init(output: String(repeating: "a", count: ProbeClient.longestBody + 1)))
        try await withServer(view) { _, address in
            let url = ProbeURL(address: address, target: "/health")
            await #expect(throws: ProbeError.tooLarge(url, limitBytes: ProbeClient.longestBody)) {
                try await ProbeClient.get(url)
            }
        }
    }

    @Test(
        "another program on the port",
        arguments: ["220 mail.example ESMTP\r\n", "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx", ""])
    func strangers(greeting: String) async throws {
        let listener = try await ServerBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Greeter(greeting))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let url = ProbeURL(address: ListenAddress(host: "127.0.0.1", port: port), target: "/health")
        let error = await #expect(throws: ProbeError.self) { try await ProbeClient.get(url) }
        switch try #require(error) {
        case .notHTTP(url, _): #expect(greeting.hasPrefix("220"))
        case .endedEarly(url): #expect(!greeting.hasPrefix("220"))
        case let other: #expect(Bool(false), "\(other)")
        }
        try await listener.close()
    }

    @Test(
        "an address may be written short",
        arguments: [
            ("http://127.0.0.1:9180/health", "http://127.0.0.1:9180/health"),
            ("127.0.0.1:9180", "http://127.0.0.1:9180/health"),
            ("localhost", "http://localhost:9180/health"), ("http://localhost", "http://localhost:80/health"),
            ("HTTP://[::1]:1/livez", "http://[::1]:1/livez"), ("a:1/health/b?c=d", "http://a:1/health/b?c=d"),
            ("https://a", "https://a:443/health"), ("HTTPS://a:1/", "https://a:1/"),
        ])
    func url(text: String, full: String) throws {
        let url = try ProbeURL(text)
        #expect("\(url)" == full)
    }

    @Test(
        "what is no address",
        arguments: ["", "https:///", "http://", "https://", "a:0", "a b", "http://a:x/", "ftp://a/", "a/ü"])
    func noURL(text: String) {
        #expect(throws: ProbeError.invalidURL(text)) { try ProbeURL(text) }
    }
}

/// Says one thing to whoever connects, and hangs up.
private final class Greeter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let greeting: String

    init(_ greeting: String) { self.greeting = greeting }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(NIOAny(ByteBuffer(string: greeting))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }
}
