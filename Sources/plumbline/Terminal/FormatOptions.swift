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
            "What nginx, apache or gunicorn was told to write, word for word; for w3c its columns.", valueName: "text"))
    var logFormat: String?

    @Option(help: ArgumentHelp("The unit of durations that name none: s, ms, us or ns.", valueName: "unit"))
    var durationUnit: String?

    @Option(help: ArgumentHelp("Of times that name none: UTC, local, +02:00, Europe/Berlin.", valueName: "zone"))
    var timeZone: String?

    @Option(
        help: ArgumentHelp(
            "A name for paths: /users/:id, /static/**; of several, the first that fits counts.",
            valueName: "pattern"))
    var routePattern: [String] = []

    @Option(
        help: ArgumentHelp("The key whose value tells whether somebody is logged in: session_id.", valueName: "key"))
    var segment: String?

    @Option(
        help: ArgumentHelp("Requests of these paths do not count: /healthz, /static/**.", valueName: "pattern"))
    var skipRoute: [String] = []

    @Option(help: ArgumentHelp("Nor those answered so: 404, 3xx, 200-299.", valueName: "status"))
    var skipStatus: [String] = []

    @Option(help: ArgumentHelp("Nor those whose user agent begins so: kube-probe/.", valueName: "text"))
    var skipUserAgent: [String] = []

    @Option(
        help: ArgumentHelp(
            "So many names in one place of a path stay apart; more are one, {*} (default: 100).", valueName: "count"))
    var pathNames: Int?

    var areGiven: Bool {
        format != nil || logFormat != nil || durationUnit != nil || timeZone != nil || !routePattern.isEmpty
            || segment != nil
            || !filters.isEmpty
    }

    /// Each flag is a filter for itself.
    private var filters: [Settings.Filter] {
        var (routes, status, userAgent) = (Settings.Filter(), Settings.Filter(), Settings.Filter())
        routes.routes = skipRoute
        status.status = skipStatus
        userAgent.userAgent = skipUserAgent
        return [routes, status, userAgent].filter { $0 != Settings.Filter() }
    }

    func validate() throws {
        let range = Settings.Limits.pathNameCounts
        guard let pathNames, !range.contains(pathNames) else { return }
        throw ValidationError(
            "--path-names: expected \(range.lowerBound) to \(range.upperBound), found \(pathNames)")
    }

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
        input.routes = routePattern
        input.segment = segment
        input.filters = filters
        if let problem = input.problems.first {
            let flag = "--" + FormatOptions.name(ofSetting: problem.key)
            throw Failure(
                .usage, "\(flag): expected \(problem.expected), found \(escapedForDisplay(problem.found))")
        }
        var options = ReaderOptions(input)
        options.reference = AgentClock.wall
        return options
    }

    /// `log-format` for `log_format`; a flag that may be given again is called after one item of the list.
    private static func name(ofSetting key: String) -> String {
        if key.hasPrefix("routes") { return "route-pattern" }
        if key.hasPrefix("filters") { return key.contains(".routes[") ? "skip-route" : "skip-status" }
        return key.split(separator: "_").joined(separator: "-")
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
