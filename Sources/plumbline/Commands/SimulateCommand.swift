import Agent
import ArgumentParser
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

    @Option(help: "What happens meanwhile (\(Scenario.all.map(\.name).joined(separator: ", "))).")
    var scenario: String = Scenario.steady.name

    @Option(help: ArgumentHelp("Append to this file instead of standard output.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("Write the exact counts and quantiles here, as JSON.", valueName: "file"))
    var truth: String?

    func validate() throws {
        guard lines != nil || rate != nil else { throw ValidationError("Say --lines N, or --rate N for a live log.") }
        if let lines, lines < 0 { throw ValidationError("--lines: expected 0 or more, found \(lines).") }
        if let rate, !Traffic.Options.rates.contains(rate) {
            throw ValidationError("--rate: expected 0.001 to 1000000 requests per second, found \(rate).")
        }
        if lines != nil, duration != nil { throw ValidationError("--duration is for a live log, without --lines.") }
    }

    func run() async throws {
        guard let scenario = Scenario.all.first(where: { $0.name == scenario }) else {
            let known = Scenario.all.map(\.name).joined(separator: ", ")
            throw Failure(.usage, "--scenario: expected one of \(known), found \"\(scenario)\"")
        }
        let file = try output.map { path throws(Failure) in try LogOutput(appendingTo: path) }
        let isLive = lines == nil
        var traffic = Traffic(
            Traffic.Options(
                seed: seed, start: isLive ? AgentClock.wall : start.instant, requestsPerSecond: rate ?? 1_000,
                scenario: scenario, shape: shape, recordsTruth: truth != nil))
        if let lines {
            var left = lines
            var buffer: [UInt8] = []
            while left > 0 {
                let count = min(left, 2_000)
                buffer.removeAll(keepingCapacity: true)
                traffic.lines(count, into: &buffer)
                try write(buffer, to: file)
                left -= count
            }
        } else {
            try await live(&traffic, file)
        }
        if let truth { try LogOutput.replace(truth, with: traffic.truth!.json()) }
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
