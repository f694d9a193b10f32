import NIOCore
import NIOPosix
import Serving

/// A client that sends whatever bytes a test wants and sees every byte that comes back.
final class RawClient {
    private let channel: any Channel
    private let bytes: AsyncStream<[UInt8]>
    private var iterator: AsyncStream<[UInt8]>.AsyncIterator
    /// Everything received so far.
    private(set) var received: [UInt8] = []

    private init(channel: any Channel, bytes: AsyncStream<[UInt8]>) {
        self.channel = channel
        self.bytes = bytes
        iterator = bytes.makeAsyncIterator()
    }

    /// - Parameter reads: false for a client that never takes an answer.
    static func connect(to address: ListenAddress, reads: Bool = true) async throws -> RawClient {
        let (bytes, sink) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .channelOption(.autoRead, value: reads)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.socketOption(.so_rcvbuf), value: reads ? 256 * 1024 : 4096)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(RawReader(sink: sink))
                }
            }
            .connect(host: address.host, port: address.port).get()
        return RawClient(channel: channel, bytes: bytes)
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async throws { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)) }

    /// Sends without waiting for the system to take the bytes.
    func push(_ text: String) { channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }

    /// Sends this text each time it is called, from any task.
    func pusher(_ text: String) -> @Sendable () -> Void {
        { [channel] in channel.writeAndFlush(ByteBuffer(string: text), promise: nil) }
    }

    func finishSending() async throws { try await channel.close(mode: .output) }

    func close() async { try? await channel.close() }

    /// Everything until the server closes.
    @discardableResult
    func readToEnd() async -> String {
        while let more = await iterator.next(isolation: #isolation) { received += more }
        return String(decoding: received, as: UTF8.self)
    }

    /// Returns once what was received contains the text; false if the server closed before.
    @discardableResult
    func read(until text: String) async -> Bool {
        while !String(decoding: received, as: UTF8.self).contains(text) {
            guard let more = await iterator.next(isolation: #isolation) else { return false }
            received += more
        }
        return true
    }

    /// Connects, sends, reads until the server closes.
    static func exchange(_ address: ListenAddress, _ request: String) async throws -> String {
        try await exchange(address, Array(request.utf8))
    }

    static func exchange(_ address: ListenAddress, _ request: [UInt8]) async throws -> String {
        let client = try await RawClient.connect(to: address)
        try await client.send(request)
        let answer = await client.readToEnd()
        await client.close()
        return answer
    }
}

private final class RawReader: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let sink: AsyncStream<[UInt8]>.Continuation

    init(sink: AsyncStream<[UInt8]>.Continuation) { self.sink = sink }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        sink.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { sink.finish() }
    }

    func channelInactive(context: ChannelHandlerContext) { sink.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        sink.finish()
        context.close(promise: nil)
    }
}
