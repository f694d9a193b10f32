import Agent
import Files
import Glibc
import Settings
import SystemPackage

/// Where settings come from: a file that somebody named, the environment, the flags.
enum SettingsSource {
    static func read(
        config: String?, flags: [(name: String, value: String)]
    ) throws(Failure) -> Settings {
        var yaml: [UInt8] = []
        if let config {
            do throws(FileError) {
                yaml = try contents(of: FilePath(config))
            } catch {
                throw Failure(.wrongConfiguration, "\(error); expected a configuration file in YAML")
            }
        }
        do throws(SettingsErrors) {
            return try SettingsReader.read(
                yaml: yaml, file: config ?? "", environment: environment, flags: flags, problems: \.problems,
                groupProblems: \.problems)
        } catch {
            Terminal.writeError("\(error)\n")
            throw Failure(error.areAllFlags ? .usage : .wrongConfiguration)
        }
    }

    /// One byte more than any settings file may have is enough to refuse it.
    private static func contents(of path: FilePath) throws(FileError) -> [UInt8] {
        let file = try RealFileSystem().open(path, .read)
        return try file.bytes(at: 0, count: Int(min(try file.metadata().size, 1 << 20 + 1)))
    }

    static var environment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return variables
    }

    /// The path from the root: a running agent must find its files again after a restart from elsewhere.
    static func absolute(_ path: FilePath) -> FilePath {
        guard path.isRelative, let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return FilePath(platformString: here).pushing(path).lexicallyNormalized()
    }

    /// `--data`, else what the service manager or the system says.
    static func dataDirectory(_ settings: Settings) -> FilePath {
        if let data = settings.data { return FilePath(data) }
        let environment = environment
        if let state = environment["STATE_DIRECTORY"], !state.isEmpty {
            return FilePath(String(state.split(separator: ":")[0]))
        }
        if getuid() == 0 { return "/var/lib/plumbline" }
        if let state = environment["XDG_STATE_HOME"], !state.isEmpty { return FilePath(state).appending("plumbline") }
        return FilePath(environment["HOME"] ?? ".").appending(".local/state/plumbline")
    }
}
