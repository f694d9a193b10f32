import ArgumentParser
import Exposition
import Files
import Health
import RequestLog
import Settings
import Snapshots
import Store
import SystemPackage

struct SnapshotsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshots",
        abstract: "Look after the data directory.",
        discussion: """
            Examples:
              plumbline snapshots list --data ./data
              plumbline snapshots verify --data ./data        reads every byte
              plumbline snapshots merge A/ B/ --data ALL      one per host, into one
              plumbline snapshots export --format jsonl       for DuckDB, jq, a sheet
              plumbline snapshots prune --keep 720h
            """,
        subcommands: [
            List.self, Verify.self, Merge.self, Export.self, Prune.self, Hold.self, Release.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "What is there: a row for every file of an hour or day and every journal segment.",
            discussion: """
                Works beside a running agent. Slices are 10s wide at first and 1m and 5m when
                they are old; totals of hours and days hold the same requests once more.

                Examples:
                  plumbline snapshots list
                  plumbline snapshots list --data ./data --output json
                """)

        @OptionGroup var options: DirectoryOptions

        func run() async throws {
            let reports = try options.reports()
            try options.show(reports)
        }
    }

    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Read every byte; exit 65 if any is not what it should be, or is missing.",
            discussion: """
                A file that is being written, or was cut by a crash, may end inside a
                block: that is reported and is no damage. Whole blocks before a damaged
                place are used by every command. Requests that were committed and are in
                no file are missing, unless they were pruned.

                Examples:
                  plumbline snapshots verify
                  plumbline snapshots verify --data ./data
                """)

        @OptionGroup var options: DirectoryOptions

        func run() async throws {
            let reports = try options.reports()
            try options.show(reports)
            let damages = reports.compactMap(\.damage) + (try options.damagesBetweenFiles(besides: reports))
            for damage in damages { Terminal.complain("\(damage)") }
            let missing = try options.missingRequests()
            if missing > 0 {
                let (number, verb) = (HumanUnits.count(missing), missing == 1 ? "request is" : "requests are")
                Terminal.complain("\(number) committed \(verb) in no snapshot")
            }
            if missing > 0 || damages.contains(where: { $0.error.kind != .torn }) { throw Failure(.damagedData) }
        }
    }
}

struct DirectoryOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
    var data: String?

    @Option(help: "How the result is written.")
    var output: OutputFormat = .text

    private var path: FilePath { DirectoryOptions.path(data) }

    static func path(_ data: String?) -> FilePath {
        var settings = Settings.defaults
        settings.data = data
        return SettingsSource.dataDirectory(settings)
    }

    func reports() throws(Failure) -> [SnapshotFileReport] {
        let fileSystem = RealFileSystem()
        do throws(FileError) {
            _ = try fileSystem.names(in: path)
        } catch {
            throw Failure(.missingInput, "\(error); expected a data directory")
        }
        do throws(StoreError) {
            return try SnapshotFileReport.all(in: path, fileSystem)
        } catch {
            throw Failure(.damagedData, "\(error)")
        }
    }

    /// What no file shows by itself: commits that are missing between two segments, blocks that do not nest.
    func damagesBetweenFiles(besides reports: [SnapshotFileReport]) throws(Failure) -> [StoreDamage] {
        var reader = SnapshotReader(RealFileSystem())
        var names = Names()
        do throws(StoreError) {
            try reader.add(directory: path)
            try reader.forEachBlock(names: &names) { _ in }
        } catch {
            throw Failure(.damagedData, "\(error)")
        }
        return reader.damages.filter { damage in !reports.contains { $0.damage == damage } }
    }

    /// Requests that were committed, are in no snapshot and were not pruned.
    func missingRequests() throws(Failure) -> UInt64 {
        do throws(StoreError) {
            return try SnapshotAccount.of(path, RealFileSystem())?.missing ?? 0
        } catch {
            throw Failure(.damagedData, "\(error)")
        }
    }

    func show(_ reports: [SnapshotFileReport]) throws(Failure) {
        switch output {
        case .json: try Terminal.write(json(reports))
        case .text: try Terminal.write(text(reports))
        }
    }

    private func text(_ reports: [SnapshotFileReport]) -> String {
        var table = TextTable(
            columns: [
                .word("file"), .number("bytes"), .number("blocks"), .word("slices"), .number("totals"),
                .number("requests"), .word("from"), .word("to"), .word("state"),
            ])
        for report in reports {
            let (from, to) = (report.from.map { "\($0)" }, report.to.map { "\($0)" })
            let cells = [
                report.name, HumanUnits.count(report.bytes), HumanUnits.count(report.blocks), report.widths,
                report.totals > 0 ? HumanUnits.count(report.totals) : "–", HumanUnits.count(report.requests),
                from ?? "–", to ?? "–", report.state,
            ]
            table.rows.append(cells.map { TextTable.Cell($0) })
        }
        return table.render(Terminal.style)
    }

    private func json(_ reports: [SnapshotFileReport]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object(.lines) { writer in
            writer.key("schema")
            writer.value("plumbline.snapshots.v1")
            writer.key("files")
            writer.array(.lines) { writer in
                for report in reports { write(report, to: &writer) }
            }
        }
        return writer.finish()
    }

    private func write(_ report: SnapshotFileReport, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("path")
            writer.value(report.path.string)
            writer.key("kind")
            writer.value(report.kind.rawValue)
            writer.key("bytes")
            writer.value(report.bytes)
            writer.key("blocks")
            writer.value(report.blocks)
            writer.key("totals")
            writer.value(report.totals)
            writer.key("narrowest_seconds")
            writer.value(report.narrowest?.seconds)
            writer.key("widest_seconds")
            writer.value(report.widest?.seconds)
            writer.key("requests")
            writer.value(report.requests)
            writer.key("from")
            writer.value(report.from.map { "\($0)" })
            writer.key("to")
            writer.value(report.to.map { "\($0)" })
            writer.key("state")
            writer.value(report.state)
            writer.key("damage")
            writer.value(report.damage.map { "\($0)" })
        }
    }
}

extension SnapshotFileReport {
    /// The file inside its directory: `snapshots/2026-11-22T10.plb`.
    fileprivate var name: String { path.components.suffix(2).map(\.string).joined(separator: "/") }

    /// How wide the slices are: `10s`, or `10s–1m` where narrow ones came late.
    fileprivate var widths: String {
        guard let narrowest, let widest else { return "–" }
        let ends = [narrowest, widest].map { Duration.nanoseconds($0.nanoseconds).text }
        return ends[0] == ends[1] ? ends[0] : "\(ends[0])–\(ends[1])"
    }

    fileprivate var state: String {
        guard let damage else { return "whole" }
        return damage.error.kind == .torn ? "ends inside a block" : "damaged"
    }
}
