/// A commented file to start from, made from the table; it reads as the defaults.
package enum SettingsExample {
    package static func exampleYAML() -> String {
        var text = """
            # Plumbline: every setting with its default. Take out what you do not change.
            # A duration is written 250ms, 1.5s, 5m, 24h or 7d; a size 512B, 64KiB or 1GiB; a ratio 0.05 or 5%.

            # Lines that begin with "#" and no space after it are settings without a default.

            # The logs. Named on the command line, they replace this list.
            #inputs:

            """
        for (index, setting) in SettingsTable.input.settings.enumerated() {
            text += comment(setting, indent: "#    ")
            text += "#\(index == 0 ? "  - " : "    ")\(setting.key): \(setting.example)\n"
        }
        text += "#    # Requests that are not counted; all that an item names must fit.\n#    filters:\n"
        for (index, setting) in SettingsTable.filter.settings.enumerated() {
            text += comment(setting, indent: "#        ")
            text += "#\(index == 0 ? "      - " : "        ")\(setting.key): \(setting.example)\n"
        }
        var groups: [Substring] = []
        for setting in SettingsTable.settings.settings {
            let parts = setting.key.split(separator: ".")
            text += headings(of: parts.dropLast(), after: groups)
            groups = Array(parts.dropLast())
            let indent = String(repeating: "  ", count: groups.count)
            if groups.isEmpty { text += "\n" }
            if setting.key == SettingsTable.health.first?.key { text += healthGroups }
            text += comment(setting, indent: indent)
            if let value = setting.text(.defaults) {
                text += "\(indent)\(parts[groups.count]): \(value)\n"
            } else {
                text += "\(indent)#\(parts[groups.count]): \(setting.example)\n"
            }
        }
        return text
    }

    private static let healthGroups = """
          # Requests with a judgement of their own at /health/NAME; what is not said is as for the whole service.
          #groups:
          #  admin:
          #    routes: ["/admin/**"]
          #    p95: { warn: 3x, fail: none }

        """

    private static func comment<Root>(_ setting: Setting<Root>, indent: String) -> String {
        let values = setting.range ?? (setting.valueName.contains("|") ? setting.valueName : nil)
        return "\(indent)# \(setting.help)" + (values.map { " (\($0))" } ?? "") + "\n"
    }

    /// The lines that open the groups which the setting before was not in.
    private static func headings(of groups: ArraySlice<Substring>, after open: [Substring]) -> String {
        var text = ""
        var isOpen = true
        for (depth, group) in groups.enumerated() {
            isOpen = isOpen && depth < open.count && open[depth] == group
            if isOpen { continue }
            text += (depth == 0 ? "\n" : "") + String(repeating: "  ", count: depth) + "\(group):\n"
        }
        return text
    }
}
