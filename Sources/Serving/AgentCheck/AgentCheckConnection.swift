internal import NIOCore

/// One question of HAProxy's `agent-check`: the line is written as soon as somebody connects.
///
/// What the client sends (`agent-send`) is thrown away; it is read all the same, for a socket closed with unread bytes is
/// reset, and the line would be lost with it.
final class AgentCheckConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let checks: AgentChecks
    private let view: any AgentView
    private var deadline: Scheduled<Void>?

    init(checks: AgentChecks, view: any AgentView) {
        self.checks = checks
        self.view = view
    }

    func channelActive(context: ChannelHandlerContext) {
        guard checks.admit(context.channel) else { return context.close(promise: nil) }
        let loop = context.eventLoop.assumeIsolated()
        deadline = loop.scheduleTask(in: TimeAmount(checks.limits.linger)) { context.close(promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenSuccess { context.close(mode: .output, promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: view.agentCheckLine())), promise: written)
        context.read()
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event as? ChannelEvent == .inputClosed { return context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        checks.remove(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// The open connections of the agent-check port, on their event loop.
final class AgentChecks {
    let limits: ServerLimits
    private let counters: ServerCounters
    private var open: [ObjectIdentifier: any Channel] = [:]

    init(limits: ServerLimits, counters: ServerCounters) {
        self.limits = limits
        self.counters = counters
    }

    /// False where there is no room: the longest anybody stays is `ServerLimits.linger`.
    func admit(_ channel: any Channel) -> Bool {
        guard open.count < limits.agentChecks else {
            counters.count(\.agentChecksRefused)
            return false
        }
        counters.count(\.agentChecks)
        open[ObjectIdentifier(channel)] = channel
        return true
    }

    func remove(_ channel: any Channel) { open[ObjectIdentifier(channel)] = nil }

    func stop() { for channel in Array(open.values) { channel.close(promise: nil) } }
}
