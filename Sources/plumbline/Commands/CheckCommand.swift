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
        abstract: "How would these lines be read? And the configuration?",
        discussion: """
            Reads the configuration and the beginning of each log, changes nothing, and
            says what was recognised.

            Examples:
              plumbline check --config plumbline.yaml
              plumbline check access.log
              plumbline check --explain "$(tail -n 1 access.log)"
              plumbline check access.log --write-config plumbline.yaml
              plumbline check --test lines.yaml
              plumbline check --example > plumbline.yaml
            """)

    @Argument(help: ArgumentHelp("Logs to look at (default: the inputs of the configuration).", valueName: "log"))
    var logs: [String] = []

    @Option(help: ArgumentHelp("The configuration to check.", valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("Show every field of this line: its key, its unit, what it becomes.", valueName: "line"))
    var explain: String?

    @Option(
        help: ArgumentHelp("Write the configuration that pins what was recognised; - prints it.", valueName: "file"))
    var writeConfig: String?

    @Option(
        help: ArgumentHelp(
            "Hold sample lines against what they must become (a list of line and expect).", valueName: "file"))
    var test: String?

    @OptionGroup var lines: FormatOptions

    @Flag(help: "Print a commented configuration with every setting at its default.")
    var example = false

    @Flag(help: "Print the reference of all settings (Markdown).")
    var reference = false

    func run() async throws {
        if example { return try Terminal.write(SettingsExample.exampleYAML()) }
        if reference { return try Terminal.write(SettingsReference.referenceMarkdown()) }
        var options = try lines.readerOptions()
        let settings = try SettingsSource.read(config: config, flags: logs.map { ("LOG", $0) })
        if !lines.areGiven, let input = settings.inputs.first {
            options = ReaderOptions(input)
            options.reference = AgentClock.wall
        }
        if let explain { return try self.explain(explain, options) }
        if let test { return try LineTestRun(file: test, options: options).run() }
        if let config, logs.isEmpty {
            try Terminal.write("\(escapedForDisplay(config)): the configuration is right\n")
        }
        guard !settings.inputs.isEmpty || config != nil else {
            throw Failure(.usage, "nothing to check: name a log, --config FILE or --explain LINE")
        }
        for input in settings.inputs where input.datagrams != nil {
            try say("\(escapedForDisplay(input.path)): a socket; what it receives is recognised line by line\n")
        }
        var worst: Failure?
        var recognised: [RecognisedConfiguration.Input] = []
        for input in settings.inputs where input.isFile {
            var options = lines.areGiven ? options : ReaderOptions(input)
            options.reference = AgentClock.wall
            do throws(Failure) {
                let pathNames = lines.pathNames ?? settings.limits.pathNames
                try look(at: input.path, options, pathNames: pathNames, isOptional: config != nil, &recognised)
            } catch {
                worst = error
            }
        }
        if let worst { throw worst }
        if let writeConfig { try write(RecognisedConfiguration.yaml(recognised), to: writeConfig) }
    }

    private func look(
        at path: String, _ options: ReaderOptions, pathNames: Int, isOptional: Bool,
        _ recognised: inout [RecognisedConfiguration.Input]
    ) throws(Failure) {
        let looks: [LogRecognition]
        do throws(RunFailure) {
            looks = try LogRecognition.look(at: path, options, RealFileSystem(), learningBy: pathNames)
        } catch {
            throw Failure(error)
        }
        if looks.isEmpty {
            guard isOptional else { throw Failure(.missingInput, "\(path): no such file or directory") }
            return try say("\(escapedForDisplay(path)): not there yet; it would be waited for\n")
        }
        for look in looks {
            try say(
                RecognitionText.render(
                    name: look.path, look.recognition, learnedRoutes: look.learnedRoutes, style: Terminal.style))
            if let unitless = look.recognition.unitless { throw Failure(unitless: unitless, of: look.path) }
            if look.recognition.lines > 0, look.recognition.accepted == 0, look.recognition.rejects.count > 0 {
                throw Failure(.damagedData, "\(look.path): no line was understood")
            }
            recognised.append(
                RecognisedConfiguration.Input(
                    path: SettingsSource.absolute(FilePath(look.path)).string, recognition: look.recognition,
                    options: options))
        }
    }

    /// Nothing but the configuration itself goes where the configuration is printed.
    private func say(_ text: String) throws(Failure) {
        if writeConfig != "-" { try Terminal.write(text) }
    }

    /// A file that is there stays as it is.
    private func write(_ yaml: String, to path: String) throws(Failure) {
        if path == "-" { return try Terminal.write(yaml) }
        do {
            let file = try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .exclusiveCreate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead])
            try file.closeAfter { _ = try file.writeAll(yaml.utf8) }
        } catch {
            throw Failure(
                .cannotWrite,
                "\(path): cannot write the configuration: \(error)"
                    + (error as? Errno == .fileExists ? " (it is left as it is; name another file)" : ""))
        }
        try Terminal.write(
            "\nwritten to \(escapedForDisplay(path)): plumbline run --config \(escapedForDisplay(path))\n")
    }

    private func explain(_ line: String, _ options: ReaderOptions) throws(Failure) {
        var reader = RecordReader(options: options)
        // As `run` would have it, of a format that tells none.
        reader.arrival = AgentClock.wall
        let explanation = reader.explain(Array(line.utf8), latest: Timestamp(nanoseconds: .max))
        try Terminal.write(ExplanationText.render(explanation, style: Terminal.style))
        if let unitless = explanation.lacksDurationUnit { throw Failure(unitless: unitless, of: "the line") }
        if case .rejected = explanation.outcome { throw Failure(.damagedData) }
    }
}
