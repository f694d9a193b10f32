import Agent
import ArgumentParser
import Comparison
import Exposition
import Files
import RequestLog
import SystemPackage

extension ChangeCommand {
    struct MarkCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "mark",
            abstract: "Note the instant of a deploy, a purge, a rollback or a rehearsal.",
            discussion: """
                What comes after the last deploy or rollback is compared with the baseline;
                the warm-up behind each mark is left out. A rehearsal says that the rollback
                command was tried where it does no harm: with --in, the record of the same
                command in that data directory must show that it ran and ended with 0.

                Examples:
                  plumbline change mark cache-the-product-list deploy
                  plumbline change mark cache-the-product-list purge --at -30s --note "all of /products"
                  plumbline change mark cache-the-product-list rehearsal --in /srv/staging/plumbline
                """)

        @Argument(help: ArgumentHelp("As change list names it.", valueName: "change")) var id: String

        @Argument(help: ArgumentHelp("deploy, purge, rollback or rehearsal.", valueName: "what"))
        var kind: ChangeRecord.Event.Kind

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("When it was: RFC 3339 or relative, such as -5m (default: now).", valueName: "time"))
        var at: InstantArgument?

        @Option(parsing: .unconditional, help: ArgumentHelp("What exactly was done.", valueName: "text"))
        var note: String?

        @Option(
            name: .customLong("in"),
            help: ArgumentHelp("Of a rehearsal: the data directory where it was.", valueName: "directory"))
        var place: String?

        @OptionGroup var directory: ChangeDirectory

        func validate() throws {
            if place != nil, kind != .rehearsal { throw ValidationError("--in is for a rehearsal.") }
            if let note, note.utf8.count > ChangeRecord.longestText {
                throw ValidationError("--note: expected at most \(ChangeRecord.longestText) bytes.")
            }
        }

        func run() async throws {
            let run = try directory.run()
            let now = AgentClock.wall
            let time = at?.instant ?? now
            guard time <= now else {
                throw Failure(.usage, "--at: expected a time that has come, found \(time); it is \(now)")
            }
            var event = ChangeRecord.Event(kind, at: time, note: note)
            if let place {
                let command = try failing { () throws(RunFailure) in try run.desk.record(id).rollback }
                event = try rehearsal(of: command, in: place)
            }
            let (records, record) = try failing { () throws(RunFailure) in
                let record = try run.desk.update(id) { (record: inout ChangeRecord) throws(RunFailure) in
                    guard record.isOpen else {
                        throw RunFailure(.missingInput, "\(id): expected an open change, found one that is closed")
                    }
                    record.add(event)
                    return record
                }
                return (try run.desk.listing().records, record)
            }
            try Terminal.write("\(id): \(event.kind.rawValue) at \(event.time)\n")
            for warning in record.warnings(among: records) { Terminal.complain(warning) }
        }

        /// The last time that the same command was run there and ended well.
        private func rehearsal(of command: String?, in place: String) throws(Failure) -> ChangeRecord.Event {
            let desk = ChangeDesk(FilePath(place), RealFileSystem())
            let records = try failing { () throws(RunFailure) in try desk.listing().records }
            guard let command else { throw Failure(.missingInput, "\(id): expected a rollback command, found none") }
            let used = records.filter { $0.rollback == command }.compactMap { record in
                record.events.last { $0.kind == .rollback && $0.exitCode == 0 }.map { (record.id, $0.time) }
            }
            guard let last = used.max(by: { $0.1 < $1.1 }) else {
                throw Failure(
                    .missingInput,
                    "\(place): expected a change with the same rollback command that ran and ended with 0, found none")
            }
            return ChangeRecord.Event(
                .rehearsal, at: last.1, note: note ?? "change \(last.0) in \(SettingsSource.absolute(FilePath(place)))")
        }
    }
}

extension ChangeRecord.Event.Kind: ExpressibleByArgument {}
