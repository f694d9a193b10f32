import Agent
import ArgumentParser
import Exposition
import Files
import RequestLog
import Settings
import Store
import SystemPackage

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Old logs into snapshots, as if they had been tailed.",
        discussion: """
            What was counted before, by an agent or by an earlier replay, is known by
            its content whatever its name is now, and adds nothing. A replay that was
            interrupted goes on where it was when it is started again.

            For logs that nobody writes any more: a last line without a line feed is a
            line. The agent must not run on the same data directory meanwhile, and deletes
            what is older than its retention when it runs again.

            Examples:
              plumbline replay access.log access.log.1.gz --data ./data
              plumbline replay '/var/log/app/access.log*' --data /var/lib/plumbline
              plumbline summary ./data --by route,cache
            """)

    @Argument(help: ArgumentHelp("Logs, plain or .gz: paths or globs.", valueName: "log"))
    var logs: [String]

    @Option(help: ArgumentHelp("The data directory; made if it is not there.", valueName: "directory"))
    var data: String

    @Option(help: ArgumentHelp("The agent's settings, for its limits (default: the default ones).", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The name of the logs' source (default: the directory's primary one, else main).", valueName: "name"))
    var source: String?

    @OptionGroup var lines: FormatOptions

    @Option(help: "How the result is written.")
    var output: OutputFormat = .text

    func validate() throws {
        if logs.contains("-") {
            throw ValidationError(
                "standard input cannot be replayed: nothing in it can be found again; write it to a file")
        }
        if data.isEmpty { throw ValidationError("--data: expected a directory") }
        if source?.isEmpty == true { throw ValidationError("--source: expected a name") }
    }

    func run() async throws {
        let fileSystem = RealFileSystem()
        let settings = try SettingsSource.read(config: config, flags: [])
        let options = try lines.readerOptions()
        let paths = try open(logs.map { SettingsSource.absolute(FilePath($0)).string }, options, fileSystem)
        OpenFileLimit.raise()
        let started = AgentClock.monotonicNanoseconds
        var result = try replay(paths, options, settings, fileSystem)
        result.report.seconds = Double(AgentClock.monotonicNanoseconds - started) / 1e9
        switch output {
        case .json: try Terminal.write(result.report.json)
        case .text: try Terminal.write(result.report.text(style: Terminal.style))
        }
        try complain(about: result)
    }

    /// The logs that can be replayed; whatever cannot be is refused before anything is counted.
    private func open(
        _ inputs: [String], _ options: ReaderOptions, _ fileSystem: RealFileSystem
    ) throws(Failure) -> [FilePath] {
        do throws(RunFailure) {
            let paths = try ReplayRun.logs(inputs, fileSystem)
            for look in try ReplayRun.recognise(paths, options, fileSystem) {
                if let unitless = look.recognition.unitless {
                    throw RunFailure(.wrongConfiguration, Failure(unitless: unitless, of: look.path).message)
                }
                if let doubt = look.recognition.durationDoubt { Terminal.complain("\(look.path): \(doubt.text)") }
                guard look.recognition.isTimeless else { continue }
                throw RunFailure(
                    .damagedData,
                    "\(look.path): its lines do not tell when their requests were, so no slice is theirs; expected a "
                        + "time in each line, or around it")
            }
            return paths
        } catch {
            throw Failure(error)
        }
    }

    private func replay(
        _ paths: [FilePath], _ options: ReaderOptions, _ settings: Settings, _ fileSystem: RealFileSystem
    ) throws(Failure) -> ReplayRun.Result {
        let directory = SettingsSource.absolute(FilePath(data))
        let size = plainSize(of: paths, fileSystem)
        let progress = ProgressLine()
        defer { progress.clear() }
        do throws(StoreError) {
            let run = try ReplayRun(
                paths, into: directory, source: source, options: options, limits: StoreLimits(settings).forOldLogs,
                fileSystem: fileSystem, pathNames: lines.pathNames ?? settings.limits.pathNames)
            return try run.run { progress.show("replay", $0, size) }
        } catch {
            progress.clear()
            switch error {
            case .newerVersion: throw Failure(.damagedData, "\(error)")
            case .locked:
                throw Failure(
                    .cannotWrite,
                    "\(directory): an agent or another replay holds this data directory; expected to be its only "
                        + "writer; nothing was counted: stop the other one and try again")
            default:
                throw Failure(
                    .cannotWrite,
                    "the data directory \(directory) cannot be written: \(error); what was committed is kept, and "
                        + "the same command goes on behind it")
            }
        }
    }

    /// Nil when a log is compressed: how long its content is, only reading it tells.
    private func plainSize(of paths: [FilePath], _ fileSystem: RealFileSystem) -> UInt64? {
        guard !paths.contains(where: { $0.extension == "gz" }) else { return nil }
        return paths.reduce(0) { sum, path in sum + ((try? fileSystem.metadata(of: path).size) ?? 0) }
    }

    private func complain(about result: ReplayRun.Result) throws(Failure) {
        for damage in result.damages { Terminal.complain(damage) }
        if result.unknownCacheWords > 0 {
            Terminal.complain(
                "\(result.unknownCacheWords) lines have a cache word that no vocabulary knows; they count as unknown")
        }
        for log in result.unitlessLogs {
            Terminal.complain("\(log): lines are rejected: their duration has no unit (--duration-unit)")
        }
        for log in result.unread { Terminal.complain("\(log)") }
        for log in result.brokenLogs { Terminal.complain("\(log); safe to try again with a whole file") }
        if !result.unread.isEmpty { throw Failure(.missingInput) }
        if !result.brokenLogs.isEmpty || !result.damages.isEmpty { throw Failure(.damagedData) }
    }
}
