import Agent
import ArgumentParser
import Exposition
import Files
import RequestLog
import Settings
import SystemPackage

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Is the configuration right, and how would these lines be read?",
        discussion: """
            Reads the configuration and the beginning of each log, changes nothing, and
            says what was recognised.

            Examples:
              plumbline check --config plumbline.yaml
              plumbline check access.log
              plumbline check --explain "$(tail -n 1 access.log)"
              plumbline check --example > plumbline.yaml
            """)

    @Argument(help: ArgumentHelp("Logs to look at (default: the inputs of the configuration).", valueName: "log"))
    var logs: [String] = []

    @Option(help: ArgumentHelp("The configuration to check.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Show every field of this line: its key, its unit, what it becomes.", valueName: "line"))
    var explain: String?

    @Option(help: ArgumentHelp("The unit of durations that name none: s, ms, us or ns.", valueName: "unit"))
    var durationUnit: String?

    @Flag(help: "Print a commented configuration with every setting at its default.")
    var example = false

    @Flag(help: "Print the reference of all settings (Markdown).")
    var reference = false

    func run() async throws {
        if example { return try Terminal.write(SettingsExample.exampleYAML()) }
        if reference { return try Terminal.write(SettingsReference.referenceMarkdown()) }
        let options = try readerOptions(durationUnit)
        if let explain { return try self.explain(explain, options) }
        let settings = try SettingsSource.read(config: config, flags: logs.map { ("LOG", $0) })
        if let config, logs.isEmpty {
            try Terminal.write("\(escapedForDisplay(config)): the configuration is right\n")
        }
        guard !settings.inputs.isEmpty || config != nil else {
            throw Failure(.usage, "nothing to check: name a log, --config FILE or --explain LINE")
        }
        var worst: Failure?
        for input in settings.inputs where input.path != "-" {
            let options = durationUnit == nil ? ReaderOptions(input) : options
            do throws(Failure) { try look(at: input.path, options, isOptional: config != nil) } catch { worst = error }
        }
        if let worst { throw worst }
    }

    private func look(at path: String, _ options: ReaderOptions, isOptional: Bool) throws(Failure) {
        let looks: [LogRecognition]
        do throws(RunFailure) {
            looks = try LogRecognition.look(at: path, options, RealFileSystem())
        } catch {
            throw Failure(error)
        }
        if looks.isEmpty {
            guard isOptional else { throw Failure(.missingInput, "\(path): no such file or directory") }
            return try Terminal.write("\(escapedForDisplay(path)): not there yet; it would be waited for\n")
        }
        for look in looks {
            try Terminal.write(RecognitionText.render(name: look.path, look.recognition, style: Terminal.style))
            if let unitless = look.recognition.unitless { throw Failure(unitless: unitless, of: look.path) }
            if look.recognition.lines > 0, look.recognition.accepted == 0, look.recognition.rejects.count > 0 {
                throw Failure(.damagedData, "\(look.path): no line was understood")
            }
        }
    }

    private func explain(_ line: String, _ options: ReaderOptions) throws(Failure) {
        var reader = RecordReader(options: options)
        let explanation = reader.explain(Array(line.utf8), latest: Timestamp(nanoseconds: .max))
        try Terminal.write(ExplanationText.render(explanation, style: Terminal.style))
        if let unitless = explanation.lacksDurationUnit { throw Failure(unitless: unitless, of: "the line") }
        if case .rejected = explanation.outcome { throw Failure(.damagedData) }
    }
}
