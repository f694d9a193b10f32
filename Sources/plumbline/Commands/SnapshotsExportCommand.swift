import Agent
import ArgumentParser
import Exposition
import Files
import RequestLog
import RollingWindow
import SystemPackage

extension SnapshotsCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "A row for every slice and series, as CSV or JSON lines.",
            discussion: """
                Works beside a running agent. What stands in several inputs counts once.
                Every request is in exactly one row, so sums over rows are exact: sum the
                …_nanoseconds, which are integers. What the log did not say is empty or
                null, never 0. Quantiles of several rows together come from the sum of
                their histograms.

                A histogram is its buckets that are not empty: index:count in CSV,
                [index, count] in JSON. Bucket i of duration_histogram has durations in
                (2^(i/32), 2^((i+1)/32)] seconds; those of 0 are in duration_zero_count.
                Bucket i of db_calls_histogram has i calls up to 63, and from 64 on calls
                in (2^((i+127)/32), 2^((i+128)/32)].

                Texts are the log's own, byte for byte: a route may begin with =, + - or @,
                which a spreadsheet takes for a formula. Say --guard-formulas before
                opening a CSV in one: such texts get a ' in front.

                Examples:
                  plumbline snapshots export --from -24h > day.csv
                  plumbline snapshots export hostA/ hostB/ --format jsonl | jq -c .route
                  plumbline snapshots export --format jsonl > all.jsonl
                  duckdb -c "select route, sum(requests) from 'all.jsonl' group by all"

                Tools that guess types in a CSV take a version such as 2026.11.3 for a date:
                in DuckDB say read_csv('day.csv', types={'version': 'varchar'}).
                """)

        @Argument(
            help: ArgumentHelp("Data directories or snapshot files (default: --data).", valueName: "input"))
        var inputs: [String] = []

        @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
        var data: String?

        @Option(help: "How rows are written.")
        var format: SliceExport.Format = .csv

        // Unconditional: -30m is a time, not another option.
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Only slices that begin at this time or later: RFC 3339 or relative, such as -30m.",
                valueName: "time"))
        var from: InstantArgument?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Only slices that begin before this time.", valueName: "time"))
        var to: InstantArgument?

        @Flag(help: "Put a ' before texts that a spreadsheet would take for a formula.")
        var guardFormulas = false

        func validate() throws {
            if !inputs.isEmpty, data != nil {
                throw ValidationError("expected either inputs or --data, found both")
            }
        }

        func run() async throws {
            var export = SliceExport(format)
            export.guardsFormulas = guardFormulas
            export.escapesControls = Terminal.outputIsTerminal
            var span = EventSpan()
            if let from { span.from = from.instant }
            if let to { span.to = to.instant }
            let inputs = inputs.isEmpty ? [DirectoryOptions.path(data).string] : inputs
            let damages = try write(inputs, export, span)
            for damage in damages { Terminal.complain(damage) }
            if !damages.isEmpty { throw Failure(.damagedData) }
        }

        private func write(_ inputs: [String], _ export: SliceExport, _ span: EventSpan) throws(Failure) -> [String] {
            var run: ExportRun
            do throws(RunFailure) {
                run = try ExportRun(inputs, as: export, span: span, fileSystem: RealFileSystem())
            } catch {
                throw Failure(error)
            }
            while let bytes = try next(&run) { try Terminal.write(bytes) }
            return run.damages
        }

        private func next(_ run: inout ExportRun) throws(Failure) -> [UInt8]? {
            do throws(RunFailure) { return try run.next() } catch { throw Failure(error) }
        }
    }
}

extension SliceExport.Format: ExpressibleByArgument {}
