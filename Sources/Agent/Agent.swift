package import Files
import Health
package import Logging
import RequestLog
package import RollingWindow
import ServiceLifecycle
package import Serving
package import Settings
import Snapshots
import Store
package import SystemPackage
import Tailing
import UnixSignals

/// A running agent: tailing → records → windows → commits on one side, HTTP on the other.
///
/// Starting goes from what can fail for good (the data directory, the address) to what only takes time (the last
/// hour); stopping goes the other way and ends with everything committed.
package struct Agent: Sendable {
    private let settings: Settings
    private let fileSystem: any FileSystem
    private let directory: FilePath
    private let release: String
    private let logger: Logger

    package init(
        settings: Settings, directory: FilePath, fileSystem: any FileSystem, release: String, logger: Logger
    ) {
        self.settings = settings
        self.directory = directory
        self.fileSystem = fileSystem
        self.release = release
        self.logger = logger
    }

    /// Runs until SIGTERM or SIGINT; SIGHUP looks at all inputs anew.
    ///
    /// - Parameter started: called once the agent answers, with its address and a view of itself.
    package func run(started: @escaping @Sendable (RunningAgent) -> Void) async throws {
        SpareMemory.keepNoLargePieces()
        // Before anybody can know that the agent is there and write to a log for it.
        let present = logsPresent()
        var names = Names(limit: AgentLimits.names, pathNames: settings.limits.pathNames)
        // Before the data can fill the table.
        for input in settings.inputs { _ = names.intern(input.source) }
        var generator = SystemRandomNumberGenerator()
        let store = try Store.open(
            fileSystem, at: directory, limits: StoreLimits(settings), names: &names, generator: &generator)
        for damage in store.recovered.damages {
            logger.error("Part of the data directory is damaged", metadata: ["reason": "\(damage)"])
        }
        let recovered = store.recovered
        let receivers = try DatagramReceiver.started(by: settings, logger)
        defer { for receiver in receivers { receiver.socket.removeFile() } }
        let memory = HealthMemory(store, settings, logger)
        let desk = OperatorDesk(memory.word)
        let ingest = IngestThread(
            commitIntervalNanoseconds: settings.commitInterval.inNanoseconds, rules: HealthRules.all(settings.health),
            timing: HealthTiming(settings.health), healthHistory: memory.history, desk: desk,
            future: Timestamp.Span(settings.limits.future), logger: logger)
        let peers = try PeerWatch(settings.health, settings.tls, ingest: ingest, logger: logger)
        let storing = StoreThread(consume store, names: names, logger: logger) { ingest.committed() }
        let state = AgentState(
            ingest: ingest, store: storing, desk: desk, insightDesk: InsightDesk(directory, fileSystem),
            changeDesk: ChangeDesk(directory, fileSystem), comparisonDesk: ComparisonDesk(directory, fileSystem),
            timelines: Timelines(
                ingest: ingest, fileSystem: fileSystem, directory: directory,
                cacheBytes: settings.limits.timelineCache.bytes), release: release, startTime: AgentClock.wall)
        let server = HTTPServer(configuration: try serverConfiguration(), view: state, logger: logger)
        let addresses = try await server.start()
        started(RunningAgent(addresses: addresses, state: state))

        let pipeline = Pipeline(
            ingest: ingest, storing: storing, names: names, recovered: recovered, present: present,
            receivers: receivers, settings: settings, directory: directory, fileSystem: fileSystem, logger: logger)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [
                    .init(service: pipeline),
                    .init(
                        service: Reopening(
                            ingest: ingest, server: server, settings: settings, fileSystem: fileSystem, logger: logger)),
                    .init(service: Answering(server: server)), .init(service: peers),
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: AgentLogHandler.quiet))
        try await group.run()
    }

    private func logsPresent() -> [FilePath: FileMetadata] {
        var present: [FilePath: FileMetadata] = [:]
        for input in settings.inputs {
            for path in Glob(input.path).expand(in: fileSystem).paths {
                present[path] = try? fileSystem.metadata(of: path)
            }
        }
        return present
    }

    private func serverConfiguration() throws(ServingError) -> HTTPServer.Configuration {
        var limits = ServerLimits()
        limits.connections = settings.limits.connections
        limits.headerBytes = settings.limits.headerSize.bytes
        limits.idle = settings.limits.idleTimeout
        limits.streams = settings.limits.streams
        return HTTPServer.Configuration(
            listen: ListenAddress(settings.listen), adminListen: settings.adminListen.map(ListenAddress.init),
            agentCheckListen: settings.agentCheckListen.map(ListenAddress.init), releaseID: release, limits: limits,
            credentials: try Credentials(settings, fileSystem))
    }
}

/// Limits that are not settings.
package enum AgentLimits {
    /// Routes, versions and sources that one process knows; further ones are `(other)`.
    package static let names = 100_000
    /// With less room at a Unix socket the user is told.
    package static let fewDatagrams = 100
    /// How long the end waits for the disk, all in all; one that hangs would hold it for ever.
    package static let stop = Duration.milliseconds(900)
}

/// An agent that answers.
package struct RunningAgent: Sendable {
    package let addresses: HTTPServer.BoundAddresses
    let state: AgentState

    package var view: any AgentView { state }

    /// The primary source over the last minute, for a status line.
    package var minute: Rollup { state.ingest.state.minute }

    package var lagBytes: UInt64 { state.ingest.state.lagBytes }
}

/// The two threads as one service: it ends when both have ended.
private struct Pipeline: Service {
    let ingest: IngestThread
    let storing: StoreThread
    let names: Names
    let recovered: Recovered
    let present: [FilePath: FileMetadata]
    let receivers: [DatagramReceiver]
    let settings: Settings
    let directory: FilePath
    let fileSystem: any FileSystem
    let logger: Logger

    func run() async throws {
        let storeEnding = AgentThread.start { [storing] in storing.run() }
        let ingestEnding = AgentThread.start { [self] in runIngest() }
        try? await gracefulShutdown()
        let deadline = ContinuousClock.now + AgentLimits.stop
        for ending in receivers.compactMap({ $0.stop() }) { _ = await ending.wait(until: deadline) }
        ingest.stop()
        if await !ingestEnding.wait(until: deadline) {
            logger.error("Stopped while an input does not answer; what was not committed is read again if it is a file")
        }
        storing.stop()
        guard await storeEnding.wait(until: deadline) else {
            return logger.error("Stopped while the disk does not answer; what it lacks is read again at the next start")
        }
        logger.info("Stopped", metadata: ["commits": "\(storing.state.statistics.commits)"])
    }

    /// The ingest thread: everything it uses is made on it.
    private func runIngest() {
        var options = TailOptions()
        options.lineLimitBytes = settings.limits.lineLength.bytes
        options.openLogs = settings.limits.openInputs
        options.presentAtStart = present
        let watcher = InotifyWatcher()
        if watcher == nil { logger.warning("No inotify here: looking at the inputs every 250 ms") }
        var names = names
        let history = lastHour(names: &names)
        let ingestion = Ingest(
            inputs: settings.inputs.map { Ingest.Input($0, of: settings, recovered) },
            primary: settings.primarySource ?? "main", recovered: recovered, names: names,
            seriesLimit: settings.limits.series,
            future: Timestamp.Span(nanoseconds: settings.limits.future.inNanoseconds), options: options,
            fileSystem: fileSystem, watcher: watcher, logger: logger, sockets: receivers)
        ingest.run(ingestion, watching: watcher?.descriptor, history: history, store: storing)
    }

    /// What the last hour's snapshots and the journal hold.
    private func lastHour(names: inout Names) -> [TimedSlice] {
        let now = AgentClock.wall
        var snapshots = SnapshotReader(fileSystem)
        do throws(StoreError) {
            try snapshots.add(directory: directory)
            return try snapshots.slices(from: now - .minutes(60), to: now + .minutes(60), names: &names)
        } catch {
            logger.error("Cannot rebuild the last hour; its windows begin empty", metadata: ["reason": "\(error)"])
            return []
        }
    }
}

/// SIGHUP.
private struct Reopening: Service {
    let ingest: IngestThread
    let server: HTTPServer
    let settings: Settings
    let fileSystem: any FileSystem
    let logger: Logger

    func run() async throws {
        for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
            ingest.reopen()
            renew()
        }
    }

    /// Certificates and tokens are read again; what cannot be used changes nothing.
    private func renew() {
        guard settings.tls.certificate != nil || settings.adminTokenFile != nil else { return }
        do throws(ServingError) {
            try server.use(try Credentials(settings, fileSystem))
            logger.info("Certificates and tokens are read again")
        } catch {
            logger.error("Certificates and tokens stay as they were", metadata: ["reason": "\(error)"])
        }
    }
}

/// The server, which has started before the group: a port in use must end the start, not the run.
private struct Answering: Service {
    let server: HTTPServer

    func run() async throws {
        try? await gracefulShutdown()
        await server.stop()
    }
}
