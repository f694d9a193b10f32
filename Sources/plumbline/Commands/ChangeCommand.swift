import Agent
import ArgumentParser
import Comparison
import Exposition
import Files
import RequestLog
import Settings
import SystemPackage

struct ChangeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "What a change should do, written down, and if it did.",
        discussion: """
            A record keeps the baseline, the owner, the promise and the rollback command in
            one place: one JSON file each in the data directory, beside a running agent. Its
            checklist fills itself in from the data. While a change is open, the slices that
            it needs are neither merged into wider ones nor pruned.

            Examples:
              plumbline change start "cache the product list" --owner ana \\
                --expect "p95 GET /products -30%" --expect "db_calls /products -50%" \\
                --rollback "make rollback REV=41" --routes /products
              plumbline change mark cache-the-product-list deploy
              plumbline change verify cache-the-product-list --wait 2h
              plumbline change rollback cache-the-product-list --run
              plumbline change show cache-the-product-list
              plumbline change close cache-the-product-list

            verify exits 0 met, 1 not met, 2 regressed, 3 inconclusive or not comparable.
            """,
        subcommands: [
            Start.self, MarkCommand.self, Verify.self, List.self, Show.self, Rollback.self, Close.self,
        ])
}

/// Where the records are.
struct ChangeDirectory: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
    var data: String?

    var path: FilePath {
        var settings = Settings.defaults
        settings.data = data
        return SettingsSource.dataDirectory(settings)
    }

    func run() throws(Failure) -> ChangeRun {
        do throws(FileError) {
            _ = try RealFileSystem().names(in: path)
        } catch {
            throw Failure(.missingInput, "\(error); expected a data directory")
        }
        return ChangeRun(path, RealFileSystem())
    }
}

extension ChangeCommand {
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Every change, the newest first.",
            discussion: """
                Examples:
                  plumbline change list
                  plumbline change list --output json | jq '.changes[] | {id, state}'
                """)

        @OptionGroup var directory: ChangeDirectory

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        func run() async throws {
            let run = try directory.run()
            let listing = try failing { () throws(RunFailure) in try run.desk.listing() }
            switch output {
            case .json: try Terminal.write(listing.tree.bytes)
            case .text: try Terminal.write(ChangeText.list(listing, style: Terminal.style))
            }
            for line in listing.unreadable { Terminal.complain(line) }
            if !listing.unreadable.isEmpty { throw Failure(.damagedData) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One change: promises, marks, verdict, baseline, checklist.",
            discussion: """
                Examples:
                  plumbline change show cache-the-product-list
                  plumbline change show cache-the-product-list --output json
                """)

        @Argument(help: ArgumentHelp("As change list names it.", valueName: "change")) var id: String

        @OptionGroup var directory: ChangeDirectory

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        func run() async throws {
            let run = try directory.run()
            let record = try failing { () throws(RunFailure) in try run.desk.record(id) }
            let others = try failing { () throws(RunFailure) in try run.desk.listing().records }
            switch output {
            case .json: try Terminal.write(record.shown(among: others).bytes)
            case .text: try Terminal.write(ChangeText.show(record, among: others, style: Terminal.style))
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract: "Nothing more is to be learned: let go of the slices that were kept for it.",
            discussion: """
                Examples:
                  plumbline change close cache-the-product-list
                """)

        @Argument(help: ArgumentHelp("As change list names it.", valueName: "change")) var id: String

        @OptionGroup var directory: ChangeDirectory

        func run() async throws {
            let run = try directory.run()
            try failing { () throws(RunFailure) in
                try run.desk.update(id) { (record: inout ChangeRecord) throws(RunFailure) in
                    if record.closed == nil { record.closed = AgentClock.wall }
                }
            }
        }
    }
}

extension LogReading {
    /// As the agent's settings say.
    init(config: String) throws(Failure) {
        self.init(try SettingsSource.read(config: config, flags: []))
    }
}

/// What a run throws, as a command says it.
func failing<Value>(_ body: () throws(RunFailure) -> Value) throws(Failure) -> Value {
    do throws(RunFailure) { return try body() } catch { throw Failure(error) }
}
