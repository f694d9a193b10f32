import Agent
import ArgumentParser
import Exposition
import RequestLog
import Settings

/// How the lines of logs are written, for commands that read them without a configuration.
struct FormatOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How lines are written: \(Settings.Input.Format.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "name"))
    var format: String?

    @Option(
        help: ArgumentHelp(
            "What nginx, apache or gunicorn was told to write, word for word.", valueName: "text"))
    var logFormat: String?

    @Option(help: ArgumentHelp("The unit of durations that name none: s, ms, us or ns.", valueName: "unit"))
    var durationUnit: String?

    @Option(help: ArgumentHelp("Of times that name none: UTC, local, +02:00, Europe/Berlin.", valueName: "zone"))
    var timeZone: String?

    var areGiven: Bool { format != nil || logFormat != nil || durationUnit != nil || timeZone != nil }

    /// As an input of a configuration with the same values would have them.
    func readerOptions() throws(Failure) -> ReaderOptions {
        var input = Settings.Input(path: "log")
        if let format {
            input.format = try value(format, "--format", Settings.Input.Format.init(rawValue:))
        }
        if let durationUnit {
            input.durationUnit = try value(durationUnit, "--duration-unit", Settings.Input.DurationUnit.init(rawValue:))
        }
        input.logFormat = logFormat
        if let timeZone { input.timeZone = timeZone }
        if let problem = input.problems.first {
            let flag = "--" + problem.key.split(separator: "_").joined(separator: "-")
            throw Failure(
                .usage, "\(flag): expected \(problem.expected), found \(escapedForDisplay(problem.found))")
        }
        var options = ReaderOptions(input)
        options.reference = AgentClock.wall
        return options
    }

    private func value<Value: CaseIterable & RawRepresentable<String>>(
        _ text: String, _ flag: String, _ make: (String) -> Value?
    ) throws(Failure) -> Value {
        if let value = make(text) { return value }
        let names = Value.allCases.map(\.rawValue)
        let expected = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        throw Failure(.usage, "\(flag): expected \(expected), found \"\(escapedForDisplay(text))\"")
    }
}
