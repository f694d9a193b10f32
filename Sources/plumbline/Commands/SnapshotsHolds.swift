import ArgumentParser
import Files
import RequestLog
import Settings
import Store
import SystemPackage

extension SnapshotsCommand {
    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "hold",
            abstract: "Keep the slices of some time as they are.",
            discussion: """
                Slices in a hold are neither merged into wider ones nor deleted, whatever the
                limits say, until the hold is released. Works beside a running agent, which
                looks at the holds before every round. The same name again replaces the hold.

                Examples:
                  plumbline snapshots hold deploy-42 2026-11-22T10:00:00Z..2026-11-22T11:00:00Z
                  plumbline snapshots hold deploy-42 -2h..now --data ./data
                """)

        @Argument(help: "Letters, digits, '-', '_' and '.'.") var name: String

        @Argument(
            parsing: .allUnrecognized,
            help: ArgumentHelp("What to keep; several are kept together.", valueName: "from..to"))
        var spans: [HoldSpan]

        @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
        var data: String?

        func validate() throws {
            guard Holds.isName(name) else {
                throw ValidationError("expected a name of letters, digits, '-', '_' and '.', found \"\(name)\"")
            }
            guard !spans.isEmpty else { throw ValidationError("expected at least one FROM..TO") }
        }

        func run() async throws {
            let directory = try HoldDirectory.find(data)
            do throws(StoreError) {
                try Holds.hold(name, spans.map(\.span), directory, RealFileSystem())
            } catch {
                throw Failure(.cannotWrite, "\(error)")
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Let go of what was held.",
            discussion: """
                Examples:
                  plumbline snapshots release deploy-42
                """)

        @Argument(help: "As it was held.") var name: String

        @Option(help: ArgumentHelp("The data directory (default: the agent's).", valueName: "directory"))
        var data: String?

        func validate() throws {
            guard Holds.isName(name) else {
                throw ValidationError("expected a name of letters, digits, '-', '_' and '.', found \"\(name)\"")
            }
        }

        func run() async throws {
            let directory = try HoldDirectory.find(data)
            let wasHeld: Bool
            do throws(StoreError) {
                wasHeld = try Holds.release(name, directory, RealFileSystem())
            } catch {
                throw Failure(.cannotWrite, "\(error)")
            }
            guard wasHeld else {
                throw Failure(.missingInput, "\(directory.holds): expected a hold \"\(name)\", found none")
            }
        }
    }
}

/// `FROM..TO` on the command line: RFC 3339, or relative as `-2h..now`.
struct HoldSpan: ExpressibleByArgument {
    let span: Holds.Span

    init?(argument: String) {
        guard let dots = argument.indices.first(where: { argument[$0...].hasPrefix("..") }) else { return nil }
        guard
            let from = InstantArgument(argument: String(argument[..<dots])),
            let to = InstantArgument(argument: String(argument[argument.index(dots, offsetBy: 2)...])),
            let span = Holds.Span(from: from.instant, to: to.instant)
        else { return nil }
        self.span = span
    }
}

private enum HoldDirectory {
    static func find(_ data: String?) throws(Failure) -> DataDirectory {
        var settings = Settings.defaults
        settings.data = data
        let path = SettingsSource.dataDirectory(settings)
        do throws(FileError) {
            _ = try RealFileSystem().names(in: path)
        } catch {
            throw Failure(.missingInput, "\(error); expected a data directory")
        }
        return DataDirectory(path)
    }
}
