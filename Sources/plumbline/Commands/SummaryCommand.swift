import Agent
import ArgumentParser
import Exposition
import Files
import Glibc
import RequestLog
import RollingWindow

struct SummaryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: "One table, once, from logs or snapshots.",
        discussion: """
            Examples:
              plumbline summary access.log access.log.1.gz
              plumbline summary /var/lib/plumbline --from -2h --by route,cache
              zcat old.gz | plumbline summary - --output json
            """)

    @Argument(
        help: ArgumentHelp(
            "Logs (plain or .gz), snapshot files, data directories, or - for standard input.", valueName: "input"))
    var inputs: [String]

    // Unconditional: -30m is a time, not another option.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Only events from this time on: RFC 3339 or relative, such as -30m. Snapshots are cut at their slices of 10 s.",
            valueName: "time"))
    var from: InstantArgument?

    @Option(parsing: .unconditional, help: ArgumentHelp("Only events before this time.", valueName: "time"))
    var to: InstantArgument?

    @Option(
        help: ArgumentHelp(
            "What stays apart: some of source,route,method,status,cache,segment,version.", valueName: "parts"))
    var by: String?

    @Option(help: ArgumentHelp("The name of the logs' source.", valueName: "name"))
    var source: String = "main"

    @OptionGroup var lines: FormatOptions

    @Flag(help: "Show the form of one rejected line for each reason: letters as a, digits as 9, the rest as ?.")
    var rejects = false

    @Option(help: "How the result is written.")
    var output: OutputFormat = .text

    func run() async throws {
        let grouping = try by.map { text throws(Failure) in
            do throws(SeriesGroupingError) {
                return try SeriesGrouping(parsing: text)
            } catch {
                throw Failure(.usage, "--by: \(error)")
            }
        }
        var span = EventSpan()
        if let from { span.from = from.instant }
        if let to { span.to = to.instant }
        let run = SummaryRun(
            fileSystem: RealFileSystem(), source: source, options: try lines.readerOptions(), span: span,
            pathNames: lines.pathNames ?? Names.defaultPathNames)
        let progress = ProgressLine()
        let result: SummaryRun.Result
        do throws(RunFailure) {
            result = try run.run(inputs, progress: progress.show)
            progress.clear()
        } catch {
            progress.clear()
            throw Failure(error)
        }
        if let unitless = result.unitless { throw Failure(unitless: unitless, of: result.unitlessInput ?? inputs[0]) }
        var ledger = result.ledger
        if !rejects { ledger.rejects = RejectSamples() }
        switch output {
        case .json:
            try Terminal.write(SummaryJSON.render(result.view, ledger: ledger, by: grouping))
        case .text:
            try Terminal.write(
                SummaryText.render(
                    result.view, ledger: ledger, by: grouping ?? .byRoute, insights: result.insights,
                    style: Terminal.style))
        }
        try complain(about: result)
    }

    private func complain(about result: SummaryRun.Result) throws(Failure) {
        for damage in result.damages { Terminal.complain("\(damage)") }
        if result.unknownCacheWords > 0 {
            let word = escapedForDisplay(result.unknownCacheWord ?? "")
            Terminal.writeError(
                "plumbline: \(result.unknownCacheWords) lines have a cache word that no vocabulary knows, such as "
                    + "\"\(word)\"; they count as unknown\n")
        }
        if let doubt = result.durationDoubt { Terminal.complain(doubt.text) }
        let counts = result.ledger.total.counts
        if counts.accepted == 0, counts.rejected > 0 {
            throw Failure(
                .damagedData,
                "no line was understood: \(counts.rejected) of \(counts.lines) rejected; expected lines of a "
                    + "known format with a time and a status (plumbline check INPUT says more)")
        }
        if !result.damages.isEmpty { throw Failure(.damagedData) }
    }
}

extension Failure {
    init(_ failure: RunFailure) {
        switch failure.kind {
        case .missingInput: self.init(.missingInput, failure.message)
        case .damagedData: self.init(.damagedData, failure.message)
        case .cannotWrite: self.init(.cannotWrite, failure.message)
        case .wrongConfiguration: self.init(.wrongConfiguration, failure.message)
        }
    }

    /// A duration without a unit is never guessed: the three readings are shown, and what to say.
    init(unitless finding: LineExplanation.Finding, of input: String) {
        let value = escapedForDisplay(finding.written)
        self.init(
            .wrongConfiguration,
            """
            \(input): \(finding.key): expected a duration with a unit, found \(value)
              it could be \(value) seconds, \(value) milliseconds or \(value) microseconds, and only you can know:
              say duration_unit: s, ms or us in the configuration, or --duration-unit; nothing was counted, safe to try again
            """)
    }
}
