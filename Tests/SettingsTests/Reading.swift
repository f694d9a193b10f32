import Settings

/// Reads a configuration named `plumbline.yaml`.
func read(
    _ yaml: String, environment: [String: String] = [:], flags: [(name: String, value: String)] = []
) throws(SettingsErrors) -> Settings {
    try SettingsReader.read(yaml: Array(yaml.utf8), file: "plumbline.yaml", environment: environment, flags: flags)
}

/// The lines that the configuration is refused with; none when it is not.
func errors(
    _ yaml: String, environment: [String: String] = [:], flags: [(name: String, value: String)] = []
) -> [String] {
    errors(bytes: Array(yaml.utf8), environment: environment, flags: flags)
}

func errors(
    bytes: [UInt8], environment: [String: String] = [:], flags: [(name: String, value: String)] = []
) -> [String] {
    do throws(SettingsErrors) {
        _ = try SettingsReader.read(yaml: bytes, file: "plumbline.yaml", environment: environment, flags: flags)
        return []
    } catch {
        return error.errors.map(\.description)
    }
}
