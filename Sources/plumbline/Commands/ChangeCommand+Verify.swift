import Agent
import ArgumentParser
import Comparison
import Exposition
import Glibc
import Health
import RequestLog

extension ChangeCommand {
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Compare what came since with the baseline, and store the verdict.",
            discussion: """
                BEFORE is the baseline, of a long one the same time of the day; AFTER begins with
                the last deploy or rollback mark. After a rollback the question is whether the
                baseline came back.

                With --wait there is one look, when so much has been measured since the mark:
                looking again and again until the answer pleases finds what is not there.

                Exit 0 met, 1 not met, 2 regressed, 3 inconclusive or not comparable.

                Examples:
                  plumbline change verify cache-the-product-list --wait 2h
                  plumbline change verify cache-the-product-list --output json
                """)

        @Argument(help: ArgumentHelp("As change list names it.", valueName: "change")) var id: String

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("First wait until so much time has passed since the mark.", valueName: "duration"))
        var wait: SpanArgument?

        @Option(
            help: ArgumentHelp(
                "The agent's settings: a log that is read in another way than before is not compared.",
                valueName: "file"))
        var config: String?

        @OptionGroup var directory: ChangeDirectory

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        func run() async throws {
            let run = try directory.run()
            if let wait { try await waiting(wait.span, run) }
            let result = try await verified(run)
            let others = try failing { () throws(RunFailure) in try run.desk.listing().records }
            switch output {
            case .json: try Terminal.write(result.record.shown(among: others).bytes)
            case .text: try show(result, among: others)
            }
            for damage in result.damages { Terminal.complain(damage) }
            Glibc.exit(result.verdict.verdict.exitCode)
        }

        private func verified(_ run: ChangeRun) async throws(Failure) -> ChangeRun.Verification {
            let reading = try config.map { path throws(Failure) in try LogReading(config: path) }
            let progress = ProgressLine()
            defer { progress.clear() }
            do throws(RunFailure) {
                return try await run.verify(id, now: AgentClock.wall, configuration: reading?.configuration) {
                    progress.show("compare", $0, $1 > 0 ? $1 : nil)
                }
            } catch {
                progress.clear()
                throw Failure(error)
            }
        }

        private func show(_ result: ChangeRun.Verification, among others: [ChangeRecord]) throws(Failure) {
            let style = Terminal.style
            if result.verdict.isAfterRollback {
                try Terminal.write(ChangeText.show(result.record, among: others, style: style))
            } else {
                let report = ComparisonText.render(
                    result.report, isVerbose: false, isASCII: Terminal.isASCII, style: style)
                try Terminal.write(report + ChangeText.checklist(result.verdict.checklist, style))
            }
            for warning in result.record.warnings(among: others) { Terminal.complain(warning) }
        }

        /// Until the last deploy or rollback is so long ago.
        private func waiting(_ span: Timestamp.Span, _ run: ChangeRun) async throws {
            let progress = ProgressLine()
            defer { progress.clear() }
            let stop = StopSignals()
            while !stop.arrived {
                let record = try failing { () throws(RunFailure) in try run.desk.record(id) }
                guard let turn = record.turn else { return }
                let passed = AgentClock.wall - turn.time
                // The last slice must be committed.
                if passed >= span + .seconds(2) { return }
                progress.show(
                    "since \(turn.kind.rawValue)", UInt64(clamping: passed.nanoseconds),
                    UInt64(clamping: span.nanoseconds))
                try await Task.sleep(for: .milliseconds(500))
            }
            throw Failure(.unreachableAgent, "stopped while waiting; nothing was stored, safe to try again")
        }
    }

    struct Rollback: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rollback",
            abstract: "Print the rollback command; with --run, run it and mark the instant.",
            discussion: """
                The command is given to /bin/sh as it was recorded. Its output is shown, its exit
                code is stored with the mark, and plumbline exits with it.

                Examples:
                  plumbline change rollback cache-the-product-list
                  plumbline change rollback cache-the-product-list --run && sleep 1h && \\
                    plumbline change verify cache-the-product-list
                """)

        @Argument(help: ArgumentHelp("As change list names it.", valueName: "change")) var id: String

        @Flag(help: "Run it.")
        var run = false

        @OptionGroup var directory: ChangeDirectory

        func run() async throws {
            let changes = try directory.run()
            let record = try failing { () throws(RunFailure) in try changes.desk.record(id) }
            guard let command = record.rollback else {
                throw Failure(.missingInput, "\(id): expected a rollback command, found none recorded")
            }
            guard run else { return try Terminal.write("\(escapedForDisplay(command))\n") }
            Terminal.writeError("plumbline: running \(escapedForDisplay(command))\n")
            // As it is when the command begins: its effects are not before that.
            let time = AgentClock.wall
            let status = ShellCommand.run(command)
            try failing { () throws(RunFailure) in
                try changes.desk.update(id) { (record: inout ChangeRecord) throws(RunFailure) in
                    record.add(ChangeRecord.Event(.rollback, at: time, exitCode: Int(status)))
                }
            }
            Terminal.writeError("plumbline: exit \(status), marked at \(time)\n")
            if status != 0 { Glibc.exit(status) }
        }
    }
}

/// What a shell does with a command line, on this terminal.
private enum ShellCommand {
    /// The exit code; 128 and the signal's number where one ended it.
    static func run(_ command: String) -> Int32 {
        var process = pid_t()
        let words: [String] = ["/bin/sh", "-c", command]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        guard posix_spawn(&process, "/bin/sh", nil, nil, arguments, environ) == 0 else { return 127 }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return 127 }
        }
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
    }
}
