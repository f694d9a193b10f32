package import Logging
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
import Synchronization

/// The HTTP/1.1 server: probes, metrics and the API, and the agent-check port, on one event loop thread.
///
/// It starts once and stops once. With `adminListen`, `listen` keeps the probes and metrics, and the admin address
/// serves everything.
package final class HTTPServer: Sendable {
    package struct Configuration: Sendable {
        package var listen: ListenAddress
        package var adminListen: ListenAddress?
        /// The port for HAProxy's `agent-check`.
        package var agentCheckListen: ListenAddress?
        /// The agent's own release, told by `/health` and `/`.
        package var releaseID: String
        package var limits: ServerLimits
        package var credentials: Credentials

        package init(
            listen: ListenAddress, adminListen: ListenAddress? = nil, agentCheckListen: ListenAddress? = nil,
            releaseID: String, limits: ServerLimits = ServerLimits(), credentials: Credentials = Credentials()
        ) {
            self.listen = listen
            self.adminListen = adminListen
            self.agentCheckListen = agentCheckListen
            self.releaseID = releaseID
            self.limits = limits
            self.credentials = credentials
        }
    }

    /// Where it really listens: with port 0 the system chose.
    package struct BoundAddresses: Equatable, Sendable {
        package var listen: ListenAddress
        package var admin: ListenAddress?
        package var agentCheck: ListenAddress?
    }

    private enum State {
        case new, starting
        case running(Running)
        case stopped
    }

    private struct Running {
        var group: MultiThreadedEventLoopGroup
        var listeners: [any Channel]
        var connections: NIOLoopBound<Connections>
        var checks: NIOLoopBound<AgentChecks>
    }

    private let configuration: Configuration
    private let view: any AgentView
    private let logger: Logger
    private let counters = ServerCounters()
    private let keyring = Keyring()
    private let state = Mutex(State.new)

    package init(configuration: Configuration, view: any AgentView, logger: Logger) {
        self.configuration = configuration
        self.view = view
        self.logger = logger
    }

    package var counts: ServerCounts { counters.snapshot }

    /// Returns once every address accepts connections; after a throw none does.
    package func start() async throws(ServingError) -> BoundAddresses {
        try state.withLock { state throws(ServingError) in
            guard case .new = state else { throw .alreadyStarted }
            try keyring.use(configuration.credentials)
            state = .starting
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        do throws(ServingError) {
            let (running, addresses) = try await listen(on: group)
            state.withLock { $0 = .running(running) }
            logger.info("Listening", metadata: ["address": "\(addresses.listen)"])
            if let admin = addresses.admin { logger.info("Listening for the API", metadata: ["address": "\(admin)"]) }
            if let check = addresses.agentCheck {
                logger.info("Listening for agent checks", metadata: ["address": "\(check)"])
            }
            return addresses
        } catch {
            state.withLock { $0 = .stopped }
            try? await group.shutdownGracefully()
            throw error
        }
    }

    /// From now on, for new connections and requests; after a throw the ones before stay.
    package func use(_ credentials: Credentials) throws(ServingError) { try keyring.use(credentials) }

    /// Accepts nothing more, lets running answers finish within `ServerLimits.stop`, closes every connection.
    package func stop() async {
        let running: Running? = state.withLock { state in
            guard case .running(let running) = state else { return nil }
            state = .stopped
            return running
        }
        guard let running else { return }
        for listener in running.listeners { try? await listener.close() }
        let (connections, checks) = (running.connections, running.checks)
        try? await checks.eventLoop.submit { checks.value.stop() }.get()
        try? await connections.eventLoop.flatSubmit { connections.value.stop() }.get()
        try? await running.group.shutdownGracefully()
        logger.info("Stopped listening", metadata: ["requests": "\(counts.requests)"])
    }

    private func listen(
        on group: MultiThreadedEventLoopGroup
    ) async throws(ServingError) -> (Running, BoundAddresses) {
        let loop = group.next()
        let connections: NIOLoopBound<Connections>
        let checks: NIOLoopBound<AgentChecks>
        do {
            (connections, checks) = try await loop.submit { [limits = configuration.limits, counters] in
                (
                    NIOLoopBound(Connections(limits: limits, counters: counters, eventLoop: loop), eventLoop: loop),
                    NIOLoopBound(AgentChecks(limits: limits, counters: counters), eventLoop: loop)
                )
            }.get()
        } catch {
            throw .cannotListen(configuration.listen, reason: "\(error)")
        }
        let isSplit = configuration.adminListen != nil
        let listener = try await bind(
            configuration.listen, group,
            connected: serve(connections, isAdministrative: false, servesAdministration: !isSplit))
        var running = Running(group: group, listeners: [listener], connections: connections, checks: checks)
        var addresses = BoundAddresses(listen: configuration.listen.bound(to: listener), admin: nil)
        if let admin = configuration.adminListen {
            let listener = try await bind(
                admin, group, connected: serve(connections, isAdministrative: true, servesAdministration: true))
            running.listeners.append(listener)
            addresses.admin = admin.bound(to: listener)
        }
        if let check = configuration.agentCheckListen {
            let listener = try await bind(check, group) { [view] channel in
                try channel.pipeline.syncOperations.addHandler(AgentCheckConnection(checks: checks.value, view: view))
            }
            running.listeners.append(listener)
            addresses.agentCheck = check.bound(to: listener)
        }
        return (running, addresses)
    }

    /// What is done with a new connection of an HTTP port.
    private func serve(
        _ connections: NIOLoopBound<Connections>, isAdministrative: Bool, servesAdministration: Bool
    ) -> @Sendable (any Channel) throws -> Void {
        let router = Router(
            view: view, counters: counters, keyring: keyring, releaseID: configuration.releaseID,
            servesAdministration: servesAdministration)
        return { [keyring] channel in
            if let context = keyring.context(isAdministrative: isAdministrative) {
                try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
            }
            try channel.pipeline.syncOperations.addHandler(Connection(connections: connections.value, router: router))
        }
    }

    private func bind(
        _ address: ListenAddress, _ group: MultiThreadedEventLoopGroup,
        connected: @escaping @Sendable (any Channel) throws -> Void
    ) async throws(ServingError) -> any Channel {
        let waterMark = ChannelOptions.Types.WriteBufferWaterMark(
            low: configuration.limits.unwrittenBytes / 4, high: configuration.limits.unwrittenBytes)
        let bootstrap = ServerBootstrap(group: group)
            // A burst of clients must not make the system drop a probe's first packet, which costs it a second.
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    // Out of descriptors: wait a second instead of turning in circles.
                    try channel.pipeline.syncOperations.addHandler(AcceptBackoffHandler())
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            // One read a turn: a second one would mostly hear that there is nothing more.
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 4096))
            .childChannelOption(.writeBufferWaterMark, value: waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try connected(channel) }
            }
        do {
            return try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch {
            throw ServingError(binding: address, error)
        }
    }
}

extension ListenAddress {
    fileprivate func bound(to listener: any Channel) -> ListenAddress {
        ListenAddress(host: host, port: listener.localAddress?.port ?? port)
    }
}
