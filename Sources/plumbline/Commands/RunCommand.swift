import Agent
import ArgumentParser
import Exposition
import Files
import Health
import Logging
import RequestLog
import Serving
import Settings
import Store
import SystemPackage

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Follow logs: windows, snapshots, health over HTTP.",
        discussion: """
            Without a configuration it recognises the log, says what it recognised, and
            starts. SIGTERM and SIGINT stop it with everything committed; SIGHUP looks at
            all inputs anew.

            Examples:
              plumbline run /var/log/app/access.log
              plumbline run '/var/log/app/*.log' --data ./data --from-start
              plumbline run unix:/run/plumbline.sock
              plumbline run --config /etc/plumbline.yaml
            """)

    @Argument(
        help: ArgumentHelp(
            "Logs to follow: paths, globs, udp://127.0.0.1:5140, unix:/PATH, or - for standard input.",
            valueName: "log"))
    var logs: [String] = []

    @Option(help: ArgumentHelp("Settings in YAML (plumbline check --example prints one).", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "Where snapshots and journal are kept (default: $STATE_DIRECTORY, or /var/lib/plumbline for root, or ~/.local/state/plumbline).",
            valueName: "directory"))
    var data: String?

    @Option(help: ArgumentHelp("Address of probes, metrics and API (default: 127.0.0.1:9180).", valueName: "host:port"))
    var listen: String?

    @Flag(help: "Read logs that are there at the first start from their beginning instead of their end.")
    var fromStart = false

    func run() async throws {
        var flags = logs.map { (name: "LOG", value: $0) }
        if let data { flags.append(("--data", data)) }
        if let listen { flags.append(("--listen", listen)) }
        if fromStart { flags.append(("--from-start", "true")) }
        var settings = try SettingsSource.read(config: config, flags: flags)
        guard !settings.inputs.isEmpty else {
            throw Failure(.usage, "nothing to follow: name a log, or inputs in --config FILE")
        }
        OpenFileLimit.raise()
        let console = RunConsole(settings.log)
        let directory = SettingsSource.absolute(SettingsSource.dataDirectory(settings))
        for place in settings.inputs.indices where settings.inputs[place].isFile {
            settings.inputs[place].path = SettingsSource.absolute(FilePath(settings.inputs[place].path)).string
        }
        for input in settings.inputs where input.isFile { try recognise(input, console) }
        let agent = Agent(
            settings: settings, directory: directory, fileSystem: RealFileSystem(), release: Plumbline.release,
            logger: console.logger)
        let view = LiveView(settings)
        defer { view?.close() }
        do {
            try await agent.run { running in console.started(running, directory: directory, view: view) }
        } catch let error as StoreError {
            throw Failure(error, directory)
        } catch let error as ServingError {
            throw Failure(.wrongConfiguration, "\(error)")
        } catch let error as RunFailure {
            throw Failure(error)
        }
    }

    private func recognise(_ input: Settings.Input, _ console: RunConsole) throws(Failure) {
        let looks: [LogRecognition]
        do throws(RunFailure) {
            var options = ReaderOptions(input)
            options.reference = AgentClock.wall
            looks = try LogRecognition.look(at: input.path, options, RealFileSystem())
        } catch {
            // What may become readable is waited for, and the agent says so; a directory never becomes a log.
            guard error.kind == .wrongConfiguration else { return }
            throw Failure(error)
        }
        for look in looks {
            if let unitless = look.recognition.unitless { throw Failure(unitless: unitless, of: look.path) }
            console.recognised(look)
        }
    }
}

extension Failure {
    init(_ error: StoreError, _ directory: FilePath) {
        switch error {
        case .newerVersion: self.init(.damagedData, "\(error)")
        default: self.init(.cannotWrite, "the data directory \(directory) cannot be used: \(error)")
        }
    }
}
