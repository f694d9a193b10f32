internal import NIOCore
internal import NIOSSL

/// One client: bytes in, requests one after the other, answers in their order, and every way it can end.
///
/// Everything happens on the event loop. Nothing is read from the socket while an answer is under way or the client has
/// not taken the answers it has, so what is held for a client is bounded by `ServerLimits`.
final class Connection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case reading
        /// The agent works on the answer to this request, which has this number on its connection.
        case answering(Request, number: UInt64, Task<Void, Never>)
        /// The body of a large answer is being written, piece by piece.
        case sending(staysOpen: Bool)
        /// The answer goes on for as long as the client stays.
        case streaming
        /// The last answer is being written.
        case ending
        /// The last answer is written; bytes are thrown away until the client has read it and goes.
        case lingering
        case closed
    }

    private let connections: Connections
    private let router: Router
    private var limits: ServerLimits { connections.limits }
    private var counters: ServerCounters { connections.counters }

    private var phase = Phase.reading
    /// When the phase began; while reading, when the client began to be silent or to send the request.
    private var since = NIODeadline.now()
    /// When the client stopped taking answers.
    private var blockedSince: NIODeadline?
    private var parser: RequestParser
    private var input = ByteBuffer()
    private var output = ByteBuffer()
    private var answersInOutput = 0
    /// Of the large answer under way, and how much of it is written.
    private var body: [UInt8] = []
    private var sentBytes = 0
    private var isWritingPiece = false
    /// Answers that the agent was asked for.
    private var answersBegun: UInt64 = 0
    /// Whether a whole request has come.
    private var hasAsked = false
    private var isInputClosed = false
    private var isLocal = false
    private var isStopping = false
    private var context: ChannelHandlerContext?

    init(connections: Connections, router: Router) {
        self.connections = connections
        self.router = router
        parser = RequestParser(limits: connections.limits)
    }

    // MARK: Events of the socket

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        isLocal = context.remoteAddress?.isLoopback ?? false
        guard connections.admit(self) else {
            phase = .closed
            return context.close(promise: nil)
        }
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .answering(_, _, let task) = phase { task.cancel() }
        phase = .closed
        body = []
        connections.remove(self)
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch phase {
        case .reading, .answering, .sending:
            if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
            // Only a client that closed its side can get here unasked: NIO then hands over all that the kernel holds.
            if input.readableBytes > limits.headerBytes + limits.unwrittenBytes {
                input.clear()
                isStopping = true
            }
        case .streaming, .ending, .lingering, .closed: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { advance() }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            blockedSince = nil
            since = .now()
            advance()
        } else {
            blockedSince = .now()
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        isInputClosed = true
        if case .lingering = phase { return close() }
        advance()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case NIOSSLError.handshakeFailed = error { counters.count(\.tlsFailures) }
        close()
    }

    // MARK: Requests in, answers out

    private func advance() {
        // Writing comes back here when the channel becomes writable.
        guard let context, !isWritingPiece else { return }
        let wasInsideRequest = parser.isInsideRequest
        var answered = 0
        while blockedSince == nil {
            if case .sending(let staysOpen) = phase {
                writePiece(staysOpen: staysOpen)
                continue
            }
            guard case .reading = phase, !isStopping, input.readableBytes > 0, readRequest() else { break }
            answered += 1
            if answersInOutput >= limits.pipelinedRequests || output.readableBytes >= limits.unwrittenBytes {
                counters.count(\.pipelineWaits)
                flush()
            }
        }
        if case .answering = phase {} else { flush() }
        switch phase {
        case .reading:
            if answered > 0 || parser.isInsideRequest != wasInsideRequest { since = .now() }
            if isStopping || isInputClosed && blockedSince == nil { return end(lingering: false) }
            if blockedSince == nil { context.read() }
        case .streaming:
            if isInputClosed { return close() }
            context.read()
        case .lingering: context.read()
        case .answering, .sending, .ending, .closed: break
        }
    }

    /// Reads and answers one request; false where there is none yet, or none any more.
    private func readRequest() -> Bool {
        var consumed = 0
        let step = input.withUnsafeReadableBytes { parser.parse($0, consumed: &consumed) }
        input.moveReaderIndex(forwardBy: consumed)
        if input.readableBytes == 0 { input = ByteBuffer() }
        switch step {
        case .incomplete: return false
        case .fault(let fault):
            refuse(fault)
            return false
        case .request(let request):
            hasAsked = true
            counters.countRequest()
            switch router.answer(request, isLocal: isLocal) {
            case .now(let response): respond(response, to: request)
            case .later(let work): answer(request, with: work)
            case .stream(let beat): stream(beat, to: request)
            }
            return true
        }
    }

    private func answer(_ request: Request, with work: @escaping @Sendable () async -> Response) {
        guard let context else { return }
        since = .now()
        answersBegun += 1
        let number = answersBegun
        let connection = NIOLoopBound(self, eventLoop: context.eventLoop)
        let task = Task { [wayBack = connections.wayBack] in
            let response = await work()
            wayBack.run { connection.value.complete(response, number: number) }
        }
        // Before the flush, which may come back here: there is nothing to read until this answer is there.
        phase = .answering(request, number: number, task)
        // Earlier answers must not wait for this one.
        flush()
    }

    /// Begins an answer without an end: the connection is its end.
    private func stream(_ beat: @escaping @Sendable () -> [UInt8], to request: Request) {
        guard !isStopping, connections.streams.admit(self, beat) else {
            let problem = Problem(
                .serviceUnavailable, "enough pages are told of news already",
                expected: "at most \(limits.streams) (limits.streams)", retryable: true)
            return respond(Response(problem), to: request)
        }
        phase = .streaming
        since = .now()
        connections.writer.writeStreamHead(into: &output)
        output.writeBytes(beat())
        flush()
    }

    /// False where the client has not taken what it was sent.
    func push(_ bytes: ByteBuffer) -> Bool {
        guard case .streaming = phase, let context, blockedSince == nil else { return false }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: nil)
        return true
    }

    private func complete(_ response: Response, number: UInt64) {
        // Not so when the answer came too late, to another request than this one, or the client is gone.
        guard case .answering(let request, number, _) = phase else { return }
        phase = .reading
        respond(response, to: request)
        since = .now()
        advance()
    }

    private func respond(_ response: Response, to request: Request) {
        let staysOpen = request.keepsAlive && !isStopping
        let isLarge = response.body.count > limits.unwrittenBytes && request.method != .head
        connections.writer.write(response, to: request, staysOpen: staysOpen, withBody: !isLarge, into: &output)
        answersInOutput += 1
        if isLarge {
            (body, sentBytes) = (response.body, 0)
            phase = .sending(staysOpen: staysOpen)
        } else if !staysOpen {
            end(lingering: !isInputClosed && input.readableBytes > 0)
        }
    }

    /// As much of a large answer as may wait for the client: the rest stays where it is, and is copied into memory that
    /// was just used for the piece before.
    private func writePiece(staysOpen: Bool) {
        let count = min(limits.unwrittenBytes, body.count - sentBytes)
        body.withUnsafeBytes { _ = output.writeBytes($0[sentBytes..<sentBytes + count]) }
        sentBytes += count
        isWritingPiece = true
        flush()
        isWritingPiece = false
        // The client may be gone since.
        guard case .sending = phase, sentBytes == body.count else { return }
        body = []
        phase = .reading
        since = .now()
        if !staysOpen { end(lingering: !isInputClosed && input.readableBytes > 0) }
    }

    /// Says why, and ends the connection: where the next request would begin is not known.
    private func refuse(_ fault: RequestFault) {
        counters.countRefusal(fault.status)
        let request = Request(method: parser.method, path: "/", query: [], keepsAlive: false, isOldVersion: false)
        connections.writer.write(Response(fault.problem), to: request, staysOpen: false, into: &output)
        end(lingering: !isInputClosed)
    }

    private func flush() {
        guard let context, output.readableBytes > 0 else { return }
        // Writing may come back here before it returns, when the channel becomes writable: what goes out is taken first.
        var batch = output
        output = ByteBuffer()
        answersInOutput = 0
        context.writeAndFlush(wrapOutboundOut(batch), promise: nil)
        // Reuses the storage when everything went out at once; a large one is not kept.
        if output.capacity == 0, batch.capacity <= limits.unwrittenBytes {
            batch.clear()
            output = batch
        }
    }

    // MARK: Ends

    /// Writes what is left and closes. A socket closed with unread bytes is reset, and the client would lose the
    /// answer: hence `lingering` (RFC 9112 §9.6).
    private func end(lingering: Bool) {
        guard let context else { return }
        phase = .ending
        since = .now()
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [self] _ in
            guard case .ending = phase else { return }
            guard lingering, !isInputClosed else { return close() }
            phase = .lingering
            since = .now()
            input = ByteBuffer()
            context.close(mode: .output, promise: nil)
            context.read()
        }
        let batch = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(batch), promise: written)
    }

    func close() {
        if case .closed = phase { return }
        if case .answering(_, _, let task) = phase { task.cancel() }
        phase = .closed
        context?.close(promise: nil)
    }

    /// Ends as soon as the answer under way, if any, is written.
    func stop() {
        isStopping = true
        switch phase {
        case .reading, .streaming: end(lingering: false)
        case .answering, .sending, .ending, .lingering, .closed: break
        }
    }

    /// What a connection waits for its client to do; the first is given up first.
    enum Wait: CaseIterable {
        case forFirstRequest, forRequest, forReader
    }

    /// Nil where it is not the client's turn.
    func wait(at now: NIODeadline) -> (wait: Wait, time: TimeAmount)? {
        if let blockedSince { return (.forReader, now - blockedSince) }
        switch phase {
        case .reading: return (hasAsked ? .forRequest : .forFirstRequest, now - since)
        case .ending: return (.forReader, now - since)
        // It has its answer, and only has to go.
        case .lingering: return (.forFirstRequest, now - since)
        case .answering, .sending, .streaming, .closed: return nil
        }
    }

    /// Ends what has lasted too long.
    func expire(at now: NIODeadline) {
        let length = now - since
        switch phase {
        case .reading:
            if let blockedSince {
                guard now - blockedSince > TimeAmount(limits.write) else { return }
                counters.count(\.writeTimeouts)
                close()
            } else if length > TimeAmount(limits.idle) {
                if parser.isInsideRequest || input.readableBytes > 0 { return refuse(.tooSlow) }
                counters.count(\.idleTimeouts)
                close()
            }
        case .answering(let request, _, let task):
            guard length > TimeAmount(limits.answer) else { return }
            counters.count(\.answerTimeouts)
            task.cancel()
            phase = .reading
            let problem = Problem(
                .serviceUnavailable, "the agent did not answer in time", expected: "an answer", retryable: true)
            respond(Response(problem), to: request)
            advance()
        case .sending, .streaming:
            guard let blockedSince, now - blockedSince > TimeAmount(limits.write) else { return }
            counters.count(\.writeTimeouts)
            close()
        case .ending:
            guard length > TimeAmount(limits.write) else { return }
            counters.count(\.writeTimeouts)
            close()
        case .lingering:
            if length > TimeAmount(limits.linger) { close() }
        case .closed: break
        }
    }
}
