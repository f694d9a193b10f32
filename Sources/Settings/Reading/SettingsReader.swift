/// File, environment and flags → one checked value, or everything that is wrong with them.
///
/// Flags beat the environment, the environment beats the file, the file beats the defaults. A value that is beaten must
/// be right all the same.
package enum SettingsReader {
    /// A value of an input that is no use.
    package struct InputProblem: Sendable {
        /// Of the setting: `log_format`.
        package var key: String
        package var expected: String
        package var found: String

        package init(key: String, expected: String, found: String) {
            self.key = key
            self.expected = expected
            self.found = found
        }
    }

    /// Reads settings; it opens nothing.
    ///
    /// - Parameters:
    ///   - yaml: the file's bytes, YAML or JSON, at most 1 MiB; none for a run without a file.
    ///   - file: the file's name for messages.
    ///   - environment: all variables; an empty one counts as absent.
    ///   - flags: those given, with their dashes (`--listen`), in order, the last one counts; each `LOG` is one input,
    ///     and together they replace the file's `inputs`.
    ///   - problems: what is wrong with an input for reasons that settings alone do not know.
    ///   - groupProblems: the same for a health group.
    package static func read(
        yaml: [UInt8] = [], file: String = "", environment: [String: String] = [:],
        flags: [(name: String, value: String)] = [], problems: (Settings.Input) -> [InputProblem] = { _ in [] },
        groupProblems: (Settings.HealthGroup) -> [InputProblem] = { _ in [] }
    ) throws(SettingsErrors) -> Settings {
        var reading = SettingsReading(file: file)
        reading.readFile(yaml)
        reading.readEnvironment(environment)
        reading.readFlags(flags)
        reading.checkTogether()
        for (index, input) in reading.settings.inputs.enumerated() {
            for problem in problems(input) { reading.report(problem, ofInput: index) }
        }
        for group in reading.settings.health.groups {
            for problem in groupProblems(group) { reading.report(problem, ofGroup: group.name) }
        }
        reading.errors.sort()
        if reading.errors.isEmpty { return reading.settings }
        throw reading.errors
    }
}

/// A reading under way: the value so far, who set what, and what was wrong.
struct SettingsReading {
    typealias Place = SettingsError.Place

    let file: String
    var settings = Settings.defaults
    var errors = SettingsErrors()
    /// Where each value that stands in `settings` was written; absent for a default.
    var places: [String: Place] = [:]
    /// Maps of the file that are read when everything else of it is, by their keys.
    var waitingMaps: [String: Node] = [:]
    /// Keys with a wrong value: what depends on them is not judged.
    var wrongKeys: Set<String> = []

    mutating func report(_ problem: SettingsError.Problem, of key: String, at place: Place) {
        wrongKeys.insert(key)
        errors.append(SettingsError(place: place, key: key, problem: problem))
    }

    /// At the value, or at the input's path where it has none.
    mutating func report(_ problem: SettingsReader.InputProblem, ofInput index: Int) {
        let key = "inputs[\(index)].\(problem.key)"
        guard !wrongKeys.contains(key), let place = places[key] ?? places["inputs[\(index)].path"] else { return }
        report(.wrong(expected: problem.expected, found: problem.found), of: key, at: place)
    }

    mutating func report(_ problem: SettingsReader.InputProblem, ofGroup name: String) {
        let key = "health.groups.\(name).\(problem.key)"
        guard !wrongKeys.contains(key), let place = places[key] else { return }
        report(.wrong(expected: problem.expected, found: problem.found), of: key, at: place)
    }

    /// Puts a text into the setting; `key` is the one for messages (`inputs[0].path`).
    mutating func assign<Root>(
        _ text: String, to setting: Setting<Root>, key: String, in root: inout Root, at place: Place
    ) {
        do throws(ValueError) {
            try setting.assign(text, &root)
            places[key] = place
        } catch {
            report(.wrong(expected: error.expected, found: error.found), of: key, at: place)
        }
    }
}
