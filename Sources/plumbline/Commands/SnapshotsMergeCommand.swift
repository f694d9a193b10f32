import Agent
import ArgumentParser
import Exposition
import Files
import Health
import Store
import SystemPackage

extension SnapshotsCommand {
    struct Merge: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "merge",
            abstract: "Several data directories, such as one of each host, into a new one.",
            discussion: """
                The new directory has every block of every host, and its summary is that of
                all directories together, the ledger too. A directory that is given twice, or
                an older copy of one, adds nothing. Agents may run on the inputs meanwhile.

                It appears when it is complete. An agent or a replay can go on in it: the
                logs that were counted are known there.

                Examples:
                  plumbline snapshots merge hostA/ hostB/ --data all/
                  plumbline snapshots merge backups/*/ --data all/ && plumbline summary all/
                """)

        @Argument(help: ArgumentHelp("Data directories.", valueName: "directory"))
        var inputs: [String]

        @Option(help: ArgumentHelp("The new directory; empty or not there yet.", valueName: "directory"))
        var data: String

        @Option(help: "How the result is written.")
        var output: OutputFormat = .text

        func validate() throws {
            if data.isEmpty { throw ValidationError("--data: expected a directory") }
        }

        func run() async throws {
            let target = SettingsSource.absolute(FilePath(data))
            let result = try merge(into: target)
            switch output {
            case .json: try Terminal.write(json(result.report))
            case .text: try Terminal.write(text(result.report))
            }
            for damage in result.damages { Terminal.complain(damage) }
            if !result.damages.isEmpty { throw Failure(.damagedData) }
        }

        private func merge(into target: FilePath) throws(Failure) -> MergeRun.Result {
            let progress = ProgressLine()
            defer { progress.clear() }
            do throws(RunFailure) {
                return try MergeRun(into: target, RealFileSystem())
                    .run(inputs.map { FilePath($0) }) { progress.show("merge", $0, $1) }
            } catch {
                progress.clear()
                throw Failure(error)
            }
        }

        private func text(_ report: DirectoryMerge.Report) -> String {
            let directories = report.directories == 1 ? "directory" : "directories"
            var text = "\(HumanUnits.count(report.directories)) \(directories)"
            text += " with \(HumanUnits.count(UInt64(report.stores), of: "store")): "
            text += "\(HumanUnits.count(UInt64(report.blocks), of: "block")) (\(HumanUnits.bytes(report.bytes))) in "
            text += "\(HumanUnits.count(UInt64(report.files), of: "file")) written"
            if report.duplicates > 0 {
                text += ", \(HumanUnits.count(UInt64(report.duplicates))) left out that others contain"
            }
            return text + "\n"
        }

        private func json(_ report: DirectoryMerge.Report) -> [UInt8] {
            var json = JSONWriter()
            json.object(.lines) { json in
                json.key("schema")
                json.value("plumbline.merge.v1")
                let counts = [
                    ("directories", report.directories), ("stores", report.stores), ("files", report.files),
                    ("blocks", report.blocks), ("duplicates", report.duplicates),
                ]
                for (name, count) in counts {
                    json.key(name)
                    json.value(count)
                }
                json.key("bytes")
                json.value(report.bytes)
            }
            return json.finish()
        }
    }
}
