import Settings

/// Any bytes as a configuration file, a variable and a flag: settings, or errors that each have a place in them.
///
/// Input: a number that picks the variable and the flag and says how long their value is; the value; the file.
@c(LLVMFuzzerTestOneInput)
func fuzzSettings(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    var input = FuzzInput(start, count)
    let choice = Int(input.byte())
    let value = String(decoding: (0..<choice % 16).map { _ in input.byte() }, as: UTF8.self)
    let file = input.bytes

    var environment: [String: String] = [:]
    var flags: [(name: String, value: String)] = []
    if choice >= 16 { environment = [Outside.variables[choice / 16]: value] }
    if choice & 1 != 0 { flags = [(Outside.flags[choice / 16 % Outside.flags.count], value)] }
    do throws(SettingsErrors) {
        let settings = try SettingsReader.read(yaml: file, file: "f", environment: environment, flags: flags)
        check(settings)
    } catch {
        check(error, file: file)
    }
    return 0
}

private enum Outside {
    /// One for each sixteenth of a byte; the first is never used.
    static let variables = [
        "", "PLUMBLINE_LISTEN", "PLUMBLINE_DATA", "PLUMBLINE_LIMITS_SERIES", "PLUMBLINE_HEALTH_WINDOW",
        "PLUMBLINE_HEALTH_P95_WARN", "PLUMBLINE_HEALTH_ERROR_RATIO_FAIL", "PLUMBLINE_SNAPSHOTS_SIZE",
        "PLUMBLINE_SNAPSHOTS_KEEP_10S", "PLUMBLINE_LOG_LEVEL", "PLUMBLINE_FROM_START", "PLUMBLINE_COMMIT_INTERVAL",
        "PLUMBLINE_ADMIN_LISTEN", "PLUMBLINE_LIMITS_LINE_LENGTH", "PLUMBLINE_", "OTHER",
    ]
    static let flags = ["--listen", "--data", "--from-start", "LOG", "--unknown"]
}

/// What was accepted keeps the promises that the rest of the program relies on.
private func check(_ settings: Settings) {
    let limits = settings.limits
    precondition(limits.series > 0 && limits.counterSeries > 0 && limits.openInputs > 0, "a limit of nothing")
    precondition(
        limits.lineLength >= .kibibytes(1) && limits.lineLength <= .mebibytes(64), "a line length out of range")
    for rules in [settings.health.rules] + settings.health.groups.map(\.rules) { check(rules) }
    precondition(settings.snapshots.keep10s <= settings.snapshots.keep1m, "a coarse tier shorter than a fine one")
    let primaries = Set(settings.inputs.filter(\.primary).map(\.source))
    precondition(settings.inputs.isEmpty || primaries.count == 1, "not one primary source")
    for input in settings.inputs { precondition(!input.path.utf8.contains(0), "a path that no system call takes") }
}

private func check(_ rules: Settings.HealthRules) {
    precondition(
        rules.errorRatio.warn.isAtMost(rules.errorRatio.fail) && rules.p95.warn.isAtMost(rules.p95.fail)
            && rules.hitRatio.fail.isAtMost(rules.hitRatio.warn), "a failure before its warning")
}

private func check(_ errors: SettingsErrors, file: [UInt8]) {
    precondition(!errors.isEmpty && errors.errors.count <= SettingsErrors.limit, "none, or more errors than are listed")
    let lines = 1 + file.count { $0 == 10 || $0 == 13 || $0 == 0xa8 || $0 == 0xa9 || $0 == 0x85 }
    for error in errors.errors {
        if case .file(let name, let line, let column) = error.place {
            precondition(name == "f", "another file")
            precondition(line >= 1 && line <= lines + 1, "a line that the file does not have")
            precondition(column >= 1 && column <= file.count + 1, "a column that the file does not have")
        }
        precondition(
            error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control },
            "a control character in a message")
    }
}
