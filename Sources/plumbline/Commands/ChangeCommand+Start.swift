import Agent
import ArgumentParser
import Comparison
import Exposition
import Glibc
import Health
import RequestLog
import Store

extension ChangeCommand {
    struct Start: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "start",
            abstract: "Store how things are now, and what the change promises.",
            discussion: """
                The baseline is the last 24 h of the data directory, or what there is since the
                last deploy of another change. A baseline that cannot carry a promise is
                refused with exit 3, and how much of today's traffic would do is said.

                A promise is METRIC [METHOD] [ROUTE] TARGET [code|total], where METRIC is one of
                p50, p90, p95, p99, mean, error_ratio, hit_ratio, db_calls, requests.

                Examples:
                  plumbline change start "cache the product list" --owner ana \\
                    --expect "p95 GET /products -30%" --expect "db_calls /products -50%" \\
                    --rollback "make rollback REV=41" --routes /products
                  plumbline change start "longer TTL" --owner ben --expect "hit_ratio / +10pp"
                """)

        @Argument(help: ArgumentHelp("What is about to be done.", valueName: "title")) var title: String

        @Option(help: ArgumentHelp("Who answers for it.", valueName: "name")) var owner: String

        @Option(
            parsing: .unconditionalSingleValue,
            help: ArgumentHelp("A promise; may be given several times.", valueName: "promise"))
        var expect: [String] = []

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("How to undo it, as a shell runs it.", valueName: "command"))
        var rollback: String?

        @Option(
            help: ArgumentHelp(
                "What the change touches, separated by commas (default: those of the promises).", valueName: "routes"))
        var routes: [String] = []

        @Option(parsing: .unconditional, help: ArgumentHelp("Whatever else should be known.", valueName: "text"))
        var note: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("The baseline: times as RFC 3339 or relative, such as -2h..now.", valueName: "from..to"))
        var baseline: HoldSpan?

        @Option(help: ArgumentHelp("The source that is measured (default: the primary one).", valueName: "name"))
        var source: String?

        @Option(help: ArgumentHelp("Routes that must stay responsive begin so.", valueName: "prefix"))
        var admin: String = ChangeRecord.standardAdminPrefix

        @Option(
            help: ArgumentHelp("What the record is called (default: made of the title).", valueName: "change"))
        var id: String?

        @Option(
            help: ArgumentHelp(
                "The agent's settings: how the log is read stands in the baseline.", valueName: "file"))
        var config: String?

        @Flag(help: "Store it even if the baseline cannot carry the promises.")
        var anyway = false

        @OptionGroup var directory: ChangeDirectory

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        func validate() throws {
            for (name, text) in [("title", title), ("--owner", owner), ("--note", note), ("--rollback", rollback)] {
                guard let text else { continue }
                guard text.utf8.count <= ChangeRecord.longestText else {
                    throw ValidationError("\(name): expected at most \(ChangeRecord.longestText) bytes.")
                }
                guard text.utf8.contains(where: { $0 > 0x20 }) else {
                    throw ValidationError("\(name): expected a text, found nothing.")
                }
            }
            if let id, !ChangeRecord.isID(id) {
                throw ValidationError(
                    "--id: expected lower case letters, digits and -, found \"\(escapedForDisplay(id))\".")
            }
        }

        func run() async throws {
            let run = try directory.run()
            let draft = try draft(run)
            let measured = try failing { () throws(RunFailure) in try run.measure(draft) }
            for damage in measured.damages { Terminal.complain(damage) }
            try expectCarried(measured)
            let record = try failing { () throws(RunFailure) in try run.store(measured, now: AgentClock.wall) }
            let others = try failing { () throws(RunFailure) in try run.desk.listing().records }
            switch output {
            case .json: try Terminal.write(record.shown(among: others).bytes)
            case .text:
                try Terminal.write(ChangeText.show(record, among: others, style: Terminal.style))
                try Terminal.write("\nnext: deploy it, then  plumbline change mark \(record.id) deploy\n")
            }
            for warning in record.warnings(among: others) { Terminal.complain(warning) }
        }

        private func draft(_ run: ChangeRun) throws(Failure) -> ChangeRun.Draft {
            var draft = ChangeRun.Draft(title: title, owner: owner, window: try window(run))
            for text in expect {
                do throws(ExpectationError) {
                    draft.expectations.append(try Expectation(parsing: text))
                } catch {
                    throw Failure(.usage, "--expect: \(error)")
                }
            }
            draft.routes = routes.flatMap { $0.split(separator: ",") }.map { String($0.filter { $0 != " " }) }
            draft.id = id
            draft.note = note
            draft.rollback = rollback
            draft.source = source
            draft.adminPrefix = admin
            if let config { draft.reading = try LogReading(config: config) }
            return draft
        }

        /// The last day, but nothing from before another change's deploy: that was another service.
        private func window(_ run: ChangeRun) throws(Failure) -> Side.Window {
            if let baseline { return Side.Window(from: baseline.span.from, to: baseline.span.to) }
            let now = AgentClock.wall
            let records = try failing { () throws(RunFailure) in try run.desk.listing().records }
            let turns = records.compactMap(\.turn?.time).filter { $0 < now }
            return try failing { () throws(RunFailure) in
                try run.baselineWindow(now: now, notBefore: turns.max())
            }
        }

        private func expectCarried(_ measured: ChangeRun.Baseline) throws(Failure) {
            let window = "\(measured.draft.window.from)..\(measured.draft.window.to)"
            guard measured.baseline.requests > 0 else {
                throw Failure(
                    .missingInput,
                    "\(directory.path): expected requests of source \(measured.baseline.source) in \(window), found none; "
                        + "nothing was stored")
            }
            guard !measured.refusals.isEmpty else { return }
            let reasons = measured.refusals.map { "  \($0)" }.joined(separator: "\n")
            let text =
                "the baseline \(window) (\(HumanUnits.count(measured.baseline.requests, of: "request"))) cannot carry this:"
            Terminal.complain("\(text)\n\(reasons)")
            guard !anyway else { return }
            Terminal.complain("nothing was stored; try again with more data, a larger promise, or --anyway")
            Glibc.exit(3)
        }
    }
}
