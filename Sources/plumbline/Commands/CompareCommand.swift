import Agent
import ArgumentParser
import Comparison
import Exposition
import Files
import Glibc
import RequestLog
import Settings

struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Did the change help? The verdict between two sides.",
        discussion: """
            A side is a log (plain or .gz; a glob in quotes for several), a snapshot file or a data directory, each with
            an optional @FROM..TO. The verdict is about what the code did: at the same mix of traffic and cache.

            Examples:
              plumbline compare monday.log tuesday.log --expect "p95 /orders -20%"
              plumbline compare ./data@-26h..-24h ./data@-2h..now --expect "error_ratio < 0.01"
              plumbline compare access.log --by version
              plumbline compare change:cache-the-product-list
              plumbline compare before.log after.log --output markdown > verdict.md

            Exit: 0 met, or nothing promised and nothing regressed; 1 not met; 2 regressed; 3 inconclusive or not comparable.
            """)

    @Argument(
        help: ArgumentHelp(
            "What it was: log, snapshots or data directory, with an optional @FROM..TO.", valueName: "before"))
    var before: SideArgument

    @Argument(help: ArgumentHelp("What it is now; with --by version it may be left out.", valueName: "after"))
    var after: SideArgument?

    @Option(
        help: ArgumentHelp(
            "What was promised: METRIC [METHOD] [ROUTE] TARGET, such as \"p95 /orders -20%\".", valueName: "promise"))
    var expect: [String] = []

    @Option(help: ArgumentHelp("A route that must not get worse; without one all of them.", valueName: "route"))
    var route: [String] = []

    @Option(
        help: ArgumentHelp(
            "Compare versions: \"version\" (the newest with the one before) or \"version:OLD,NEW\".",
            valueName: "version"))
    var by: VersionsArgument?

    @Option(help: "What a promise is about: what the code did, or the total that users see.")
    var basis: Expectation.Basis = .code

    @Option(
        help: ArgumentHelp(
            "What windows may differ by without a change, as one standard deviation: 5%, 0 (default: 5%, 4% from 12h on).",
            valueName: "ratio"))
    var drift: Ratio?

    @Option(
        help: ArgumentHelp(
            "Width of the slices (default: the widest of 1s, 10s, 1m, 5m that gives 60).", valueName: "duration"))
    var slice: SpanArgument?

    @Option(help: ArgumentHelp("A guardrail that may get worse: METRIC[:ROUTE].", valueName: "metric"))
    var allow: [AllowanceArgument] = []

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp("When the new version came, where that is inside a side.", valueName: "time"))
    var deploy: [InstantArgument] = []

    @Option(
        parsing: .unconditionalSingleValue, help: ArgumentHelp("When a cache was emptied, likewise.", valueName: "time")
    )
    var purge: [InstantArgument] = []

    @Flag(help: "Look again and again while AFTER grows, until there is a verdict.")
    var watch = false

    @Option(help: ArgumentHelp("Watch for so long, with four looks; finds more than --watch.", valueName: "duration"))
    var plan: SpanArgument?

    @Option(help: ArgumentHelp("The source that is compared (default: the primary one).", valueName: "name"))
    var source: String?

    @OptionGroup var directory: ChangeDirectory

    @OptionGroup var lines: FormatOptions

    @Flag(name: .shortAndLong, help: "Strata, degrees of freedom and error terms too.")
    var verbose = false

    @Option(help: "How the result is written.")
    var output: ComparisonOutput = .text

    func validate() throws {
        guard after != nil || by != nil || before.change != nil else {
            throw ValidationError(
                "Missing expected argument '<after>' (only --by version compares one side with itself).")
        }
        if watch, plan != nil { throw ValidationError("--watch and --plan exclude each other.") }
        if let slice, slice.span < .seconds(1) || slice.span > .minutes(60) {
            throw ValidationError("--slice: expected 1s to 60m.")
        }
    }

    func run() async throws {
        let question = try question()
        let report: ComparisonReport
        if let change = before.change {
            report = try await reportOfChange(change)
        } else if watch || plan != nil {
            report = try await ComparisonWatch(self, question).run()
        } else {
            report = question.report(inputs: try await read())
        }
        try show(report)
        if report.exitCode != 0 { Glibc.exit(report.exitCode) }
    }

    /// As the record says what is compared and what was promised; `--expect` adds to it.
    private func reportOfChange(_ id: String) async throws -> ComparisonReport {
        let run = try directory.run()
        let added = try question()
        do throws(RunFailure) {
            let record = try run.desk.record(id)
            guard let windows = record.windows(now: AgentClock.wall) else {
                throw RunFailure(
                    .missingInput,
                    "\(id): expected a mark of what was done (plumbline change mark \(id) deploy), found none in the past"
                )
            }
            return try await run.report(of: record, windows, among: try run.desk.listing().records, asking: added)
        } catch {
            throw Failure(error)
        }
    }

    private func question() throws(Failure) -> ComparisonQuestion {
        var question = ComparisonQuestion()
        for text in expect {
            do throws(ExpectationError) {
                question.expectations.append(try Expectation(parsing: text))
            } catch {
                throw Failure(.usage, "--expect \(error)")
            }
        }
        question.routes = route
        question.basis = basis
        question.allowed = allow.map(\.allowance)
        question.comparesVersions = by != nil
        if let drift { question.drift = .allowance(drift.value) }
        return question
    }

    func read() async throws(Failure) -> ComparisonRun.Inputs {
        let run = ComparisonRun(
            fileSystem: RealFileSystem(), options: try lines.readerOptions(), source: source, slice: slice?.span,
            versions: by?.versions ?? .together)
        let marks = deploy.map { Mark(.deploy, at: $0.instant) } + purge.map { Mark(.purge, at: $0.instant) }
        var requests = [before.request, (after ?? before).request]
        for place in requests.indices { requests[place].marks = marks }
        let progress = ProgressLine()
        defer { progress.clear() }
        do throws(RunFailure) {
            return try await run.read(before: requests[0], after: requests[1]) { done, all in
                progress.show("compare", done, all > 0 ? all : nil)
            }
        } catch {
            progress.clear()
            throw Failure(error)
        }
    }

    private func show(_ report: ComparisonReport) throws(Failure) {
        switch output {
        case .text:
            try Terminal.write(
                ComparisonText.render(report, isVerbose: verbose, isASCII: Terminal.isASCII, style: Terminal.style))
        case .json: try Terminal.write(ComparisonJSON.render(report))
        case .markdown: try Terminal.write(ComparisonMarkdown.render(report))
        case .html: try Terminal.write(ComparisonPage.render(report))
        }
    }
}

extension ComparisonQuestion {
    func report(inputs: ComparisonRun.Inputs, look: Look? = nil) -> ComparisonReport {
        for damage in inputs.damages { Terminal.complain(damage) }
        if inputs.unknownCacheWords > 0 {
            let word = escapedForDisplay(inputs.unknownCacheWord ?? "")
            Terminal.writeError(
                "plumbline: \(inputs.unknownCacheWords) lines have a cache word that no vocabulary knows, such as "
                    + "\"\(word)\"; they count as unknown\n")
        }
        return report(
            before: inputs.before, after: inputs.after, history: inputs.history, look: look, lanes: .processors)
    }
}

enum ComparisonOutput: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown, html
}

extension Expectation.Basis: ExpressibleByArgument {}

extension Ratio: ExpressibleByArgument {
    public init?(argument: String) { self.init(text: argument) }
}
