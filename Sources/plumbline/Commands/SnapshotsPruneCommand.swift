import Agent
import ArgumentParser
import Exposition
import Files
import Glibc
import Health
import RequestLog
import Store
import SystemPackage

extension SnapshotsCommand {
    struct Prune: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "prune",
            abstract: "Delete old snapshots.",
            discussion: """
                Hours and days that are over by then go as wholes; the current hour and what
                a hold protects stay. The counters of /metrics do not change. A running agent
                is asked to do it; it looks every few seconds. Without --before and --keep the
                limits are applied now: those of the agent, where none runs those of --config,
                or the default ones.

                Examples:
                  plumbline snapshots prune --keep 720h --dry-run
                  plumbline snapshots prune --before 2026-11-01T00:00:00Z --data ./data
                """)

        @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
        var data: String?

        @Option(help: ArgumentHelp("The agent's settings, for its limits and data directory.", valueName: "file"))
        var config: String?

        // Unconditional: -30m is a time, not another option.
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Delete what ended until this time: RFC 3339 or relative, such as -720h.", valueName: "time"))
        var before: InstantArgument?

        @Option(help: ArgumentHelp("Delete what ended longer ago, such as 720h.", valueName: "duration"))
        var keep: SpanArgument?

        @Flag(help: "Say what would be deleted and delete nothing.")
        var dryRun = false

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        /// An agent looks for requests every few seconds and works on one between two commits.
        private static let patienceNanoseconds: Int64 = 60_000_000_000

        func validate() throws {
            if before != nil, keep != nil { throw ValidationError("expected --before or --keep, found both") }
            if dryRun, before == nil, keep == nil { throw ValidationError("--dry-run: expected --before or --keep") }
            if let keep, keep.span <= .zero { throw ValidationError("--keep: expected more than nothing") }
        }

        func run() async throws {
            let settings = try SettingsSource.read(config: config, flags: data.map { [("--data", $0)] } ?? [])
            let (path, fileSystem) = (SettingsSource.dataDirectory(settings), RealFileSystem())
            try expectDirectory(path, fileSystem)
            let now = AgentClock.wall
            let limit = before?.instant ?? keep.map { now - $0.span }
            if dryRun, let limit { return try forecast(path, limit, now, fileSystem) }
            try prune(path, StoreLimits(settings), limit, now, fileSystem)
        }

        private func expectDirectory(_ path: FilePath, _ fileSystem: RealFileSystem) throws(Failure) {
            let names: [String]
            do throws(FileError) { names = try fileSystem.names(in: path) } catch {
                throw Failure(.missingInput, "\(error); expected a data directory")
            }
            guard names.contains("journal") || names.contains("snapshots") else {
                throw Failure(
                    .missingInput,
                    "\(path): expected a data directory (with journal/ or snapshots/), found another directory")
            }
        }

        private func forecast(
            _ path: FilePath, _ limit: Timestamp, _ now: Timestamp, _ fileSystem: RealFileSystem
        ) throws(Failure) {
            let forecast: PruneRun.Forecast
            do throws(StoreError) {
                forecast = try PruneRun.forecast(path, before: limit, now: now, fileSystem)
            } catch {
                throw Failure(error, path)
            }
            switch output {
            case .json:
                try Terminal.write(
                    json([
                        ("removed", UInt64(forecast.files.count)), ("bytes", forecast.bytes),
                        ("held", UInt64(forecast.held)),
                    ]))
            case .text:
                for file in forecast.files {
                    let name = file.path.lastComponent?.string ?? ""
                    try Terminal.write("\(escapedForDisplay(name))  \(HumanUnits.bytes(file.bytes))\n")
                }
                try Terminal.write(
                    "\(HumanUnits.count(UInt64(forecast.files.count), of: "file")) "
                        + "(\(HumanUnits.bytes(forecast.bytes))) would be deleted, "
                        + "\(HumanUnits.count(forecast.held)) kept by holds\n")
            }
        }

        private func prune(
            _ path: FilePath, _ limits: StoreLimits, _ limit: Timestamp?, _ now: Timestamp,
            _ fileSystem: RealFileSystem
        ) throws(Failure) {
            let result: PruneRun.Result
            do throws(StoreError) {
                result = try PruneRun(path, before: limit, fileSystem).run(
                    limits: limits, now: now, patienceNanoseconds: Prune.patienceNanoseconds
                ) { nanoseconds in usleep(UInt32(nanoseconds / 1_000)) }
            } catch {
                throw Failure(error, path)
            }
            switch result {
            case .done(let outcome): try show(outcome, by: "")
            case .doneByAgent(let outcome): try show(outcome, by: "the agent: ")
            case .refused(let reason): throw Failure(.cannotWrite, "the agent did not prune: \(reason)")
            case .unanswered:
                throw Failure(
                    .unreachableAgent,
                    "\(path): somebody holds this data directory and has not answered for "
                        + "\(Prune.patienceNanoseconds / 1_000_000_000) s; expected an agent; the request is taken "
                        + "back, safe to try again")
            case .unreadableHolds(let reasons):
                throw Failure(.damagedData, "nothing was deleted: \(reasons.joined(separator: "\n"))")
            }
        }

        private func show(_ outcome: PruneOutcome, by whom: String) throws(Failure) {
            switch output {
            case .text: try Terminal.write("\(whom)\(outcome)\n")
            case .json:
                try Terminal.write(
                    json([
                        ("removed", outcome.filesRemoved), ("bytes", outcome.bytesFreed), ("held", outcome.held),
                        ("reduced", outcome.hoursReduced), ("compacted", outcome.hoursCompacted),
                        ("requests", outcome.requestsRemoved),
                    ]))
            }
        }

        private func json(_ numbers: [(String, UInt64)]) -> [UInt8] {
            var json = JSONWriter()
            json.object(.lines) { json in
                json.key("schema")
                json.value("plumbline.prune.v1")
                for (name, number) in numbers {
                    json.key(name)
                    json.value(number)
                }
            }
            return json.finish()
        }
    }
}
