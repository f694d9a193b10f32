import Agent
import ArgumentParser
import Exposition
import Files
import Glibc
import RequestLog
import Simulation
import SystemPackage

struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Write a realistic request log with a known truth.",
        discussion: """
            Routes with Zipf popularity, latencies that depend on route, cache and login,
            slow drift and a daily rhythm, N+1 queries, errors in bursts. The same seed
            writes the same lines.

            Examples:
              plumbline simulate --lines 1000000 --seed 7 --truth t.json > access.log
              plumbline simulate --rate 200 --output access.log   live, until Ctrl-C
              plumbline simulate --rate 50 --duration 30s >> access.log
              plumbline simulate --scenario lucky-cache --side before > before.log
              plumbline simulate --scenario lucky-cache --side after > after.log
              plumbline simulate --scenario regression --rate 100 --change-after 5m

            Scenarios with two sides, and what plumbline compare should say with
            --expect "p95 /orders -20%" (a day a side, four routes):
            \(Trial.all.map { "  \($0.name)\n      \($0.summary)" }.joined(separator: "\n"))
            """)

    @Option(parsing: .unconditional, help: ArgumentHelp("Write this many lines as fast as possible.", valueName: "n"))
    var lines: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Requests per second: live, or with --lines the spacing of the times (default: 1000).", valueName: "n"))
    var rate: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("End a live run after this long (default: never).", valueName: "duration"))
    var duration: SpanArgument?

    @Option(parsing: .unconditional, help: ArgumentHelp("The same seed gives the same lines.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(parsing: .unconditional, help: ArgumentHelp("Time of the first line with --lines.", valueName: "rfc3339"))
    var start: InstantArgument = InstantArgument(Timestamp(seconds: 1_795_255_200))

    @Option(help: "Keys always in one order, or mixed orders, escapes and nesting.")
    var shape: LineShape = .constant

    @Option(
        help: ArgumentHelp(
            "What happens: \(Scenario.all.map(\.name).joined(separator: ", ")), or one with two sides: \(Trial.all.map(\.name).joined(separator: ", ")).",
            valueName: "name"))
    var scenario: String = Scenario.steady.name

    @Option(
        help: ArgumentHelp(
            "Only this side of a scenario with two (default: both, one after the other; AFTER a day later).",
            valueName: "before|after"))
    var side: Trial.Side?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Of a live scenario with two sides: when BEFORE becomes AFTER (default: 1m).", valueName: "duration"))
    var changeAfter: SpanArgument?

    @Option(help: ArgumentHelp("Append to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Write the exact counts and quantiles here, as JSON.", valueName: "file"))
    var truth: String?

    func validate() throws {
        let isTrial = Trial.named(scenario) != nil
        guard lines != nil || rate != nil || isTrial else {
            throw ValidationError("Say --lines N, or --rate N for a live log.")
        }
        if let lines, lines < 0 { throw ValidationError("--lines: expected 0 or more, found \(lines).") }
        if let rate, !Traffic.Options.rates.contains(rate) {
            throw ValidationError("--rate: expected 0.001 to 1000000 requests per second, found \(rate).")
        }
        if lines != nil, duration != nil { throw ValidationError("--duration is for a live log, without --lines.") }
        if lines != nil, isTrial { throw ValidationError("--lines: a side of \(scenario) has its own length.") }
        if side != nil, !isTrial { throw ValidationError("--side: \(scenario) has no sides.") }
        if truth != nil, isTrial, rate == nil, side == nil { throw ValidationError("--truth is of one --side.") }
        if changeAfter != nil, rate == nil || !isTrial || side != nil {
            throw ValidationError("--change-after is for a live log of a scenario with two sides, without --side.")
        }
    }

    func run() async throws {
        let file = try output.map { path throws(Failure) in try LogOutput(appendingTo: path) }
        var written: Truth?
        if let trial = Trial.named(scenario), rate == nil {
            for side in side.map({ [$0] }) ?? Trial.Side.allCases {
                var traffic = Traffic(
                    trial.options(
                        side, seed: seed, start: start.instant, shape: shape, recordsTruth: truth != nil))
                let end = trial.start(side, from: start.instant) + trial.length
                try write(file) { traffic.lines(before: end, atMost: 2_000, into: &$0) == 2_000 }
                written = traffic.truth
            }
        } else {
            var traffic = Traffic(try options())
            if var left = lines {
                try write(file) { buffer in
                    let count = min(left, 2_000)
                    traffic.lines(count, into: &buffer)
                    left -= count
                    return left > 0
                }
            } else {
                try await live(&traffic, file)
            }
            written = traffic.truth
        }
        if let truth, let written { try LogOutput.replace(truth, with: written.json()) }
    }

    /// Of a log that is written in one go, or live.
    private func options() throws(Failure) -> Traffic.Options {
        var told: Scenario
        var perSecond = rate ?? 1_000
        if let trial = Trial.named(scenario) {
            told = trial.scenario(side ?? .before)
            if side == nil { told.changes = [.init(after: changeAfter?.span ?? .seconds(60), conditions: trial.after)] }
            perSecond /= told.opening.endpoints.reduce(0) { $0 + $1.weight }
        } else if let scenario = Scenario.named(scenario) {
            told = scenario.name == Scenario.day().name ? .day(in: duration?.span ?? .minutes(4)) : scenario
        } else {
            let known = SimulateCommand.scenarios.joined(separator: ", ")
            throw Failure(.usage, "--scenario: expected one of \(known), found \"\(escapedForDisplay(scenario))\"")
        }
        return Traffic.Options(
            seed: seed, start: lines == nil ? AgentClock.wall : start.instant, requestsPerSecond: perSecond,
            scenario: told, shape: shape, recordsTruth: truth != nil)
    }

    private static let scenarios = Scenario.all.map(\.name) + Trial.all.map(\.name)

    /// Until `more` says that there is none.
    private func write(_ file: LogOutput?, while more: (inout [UInt8]) -> Bool) throws(Failure) {
        var buffer: [UInt8] = []
        var hasMore = true
        while hasMore {
            buffer.removeAll(keepingCapacity: true)
            hasMore = more(&buffer)
            if !buffer.isEmpty { try write(buffer, to: file) }
        }
    }

    /// Writes what is due, a hundred times a second at most; ends at the duration or by SIGINT and SIGTERM.
    private func live(_ traffic: inout Traffic, _ file: LogOutput?) async throws {
        let end = duration.map { AgentClock.wall + $0.span }
        let stop = StopSignals()
        var buffer: [UInt8] = []
        while !stop.arrived {
            let now = AgentClock.wall
            buffer.removeAll(keepingCapacity: true)
            _ = traffic.lines(through: min(now, end ?? now), atMost: .max, into: &buffer)
            if !buffer.isEmpty { try write(buffer, to: file) }
            if let end, now >= end { break }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private func write(_ bytes: [UInt8], to file: LogOutput?) throws(Failure) {
        if let file { try file.append(bytes) } else { try Terminal.write(bytes) }
    }
}

extension LineShape: ExpressibleByArgument {}
extension Trial.Side: ExpressibleByArgument {}
