import ArgumentParser

/// `plumbline`: the commands and what the exit codes mean.
@main
struct Plumbline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plumbline",
        abstract: "How your service is doing, from its request log.",
        discussion: """
            Examples:
              plumbline run /var/log/app/access.log   HTTP on 127.0.0.1:9180
              plumbline compare before.log after.log  did the change help?
              plumbline simulate --lines 100000 | plumbline summary -

            Exit codes:
              0 done, healthy, met   1 unhealthy, not met   2 regressed
              3 inconclusive   64 usage   65 damaged data   66 no such input
              69 no agent there   70 a bug   73 cannot write   78 configuration
            """,
        version: release,
        subcommands: [
            RunCommand.self, SummaryCommand.self, ReplayCommand.self, CheckCommand.self, SnapshotsCommand.self,
            CompareCommand.self, ChangeCommand.self, HealthCommand.self, TopCommand.self, InitCommand.self,
            SimulateCommand.self,
        ])

    /// What this build calls itself.
    static let release = "0.1.0"

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as Failure {
            failure.exit()
        } catch {
            exit(withError: unknownOption ?? error)
        }
    }

    /// An option that there is not, where an argument is missing beside it: it says more of what went wrong.
    private static var unknownOption: (any Error)? {
        do {
            _ = try parseAsRoot(CommandLine.arguments.dropFirst() + ["-", "-"])
            return nil
        } catch {
            return message(for: error).hasPrefix("Unknown option") ? error : nil
        }
    }
}
