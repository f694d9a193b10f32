import Foundation
import Settings
import Testing

@Suite("reference and example")
struct ReferenceTests {
    @Test("the example reads as the defaults, as does the example with its comments taken off")
    func example() throws {
        let example = SettingsExample.exampleYAML()
        #expect(try read(example) == Settings.defaults)
        for setting in SettingsTable.settings.settings {
            let name = try #require(setting.key.split(separator: ".").last)
            #expect(example.contains("\(name): "), "\(setting.key) is missing")
        }
    }

    @Test("the example's commented values are right, too")
    func exampleUncommented() throws {
        let lines = SettingsExample.exampleYAML().split(separator: "\n").map { line in
            line.hasPrefix("#") && (!line.hasPrefix("# ") || line.hasPrefix("#  ")) ? line.dropFirst() : line
        }
        let settings = try read(lines.joined(separator: "\n"))
        #expect(settings.data == "/var/lib/plumbline")
        #expect(settings.adminListen == HostPort(host: "127.0.0.1", port: 9181))
        #expect(settings.inputs.map(\.path) == ["/var/log/app/access.log"])
        #expect(settings.inputs.map(\.durationUnit) == [.milliseconds])
        #expect(settings.inputs.flatMap(\.filters).map(\.status) == [["2xx", "304", "400-499"]])
    }

    @Test("the reference page is the table's; RECORD=1 writes it anew")
    func reference() throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Settings/Settings.docc/Settings.md")
        let reference = SettingsReference.referenceMarkdown()
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try reference.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == reference)
        for setting in SettingsTable.settings.settings { #expect(reference.contains("| `\(setting.key)` |")) }
    }

    @Test("the help of a flag names the default")
    func help() {
        #expect(
            SettingsTable.setting(flag: "--listen")?.helpText(default: .defaults)
                == "Address of probes, metrics, API and page; port 0 takes a free one (default: 127.0.0.1:9180).")
    }

    @Test("help, value names and variables are complete and unique")
    func table() {
        let settings = SettingsTable.settings.settings
        #expect(settings.allSatisfy { $0.help.hasSuffix(".") && $0.help.first?.isUppercase == true })
        #expect(Set(settings.compactMap(\.environment)).count == settings.count)
        #expect(settings.compactMap(\.flag) == ["--data", "--listen", "--from-start"])
        for setting in settings where !setting.isList {
            var root = Settings.defaults
            #expect(throws: Never.self, "\(setting.key)") { try setting.assign(setting.example, &root) }
        }
    }
}
