/// The reference of all settings, made from the table.
package enum SettingsReference {
    /// Markdown: a section per group and a table of its settings.
    package static func referenceMarkdown() -> String {
        var text = """
            # Settings

            How Plumbline is told what to do: every setting, its values and its default.

            ## Overview

            Settings come from a file (YAML; JSON reads too), from environment variables and from flags. Flags beat the
            environment, the environment beats the file, the file beats the defaults. Everything that is wrong is
            reported at once, each with its place. An empty environment variable counts as absent. In the file, groups
            are maps: `limits.series` is `series` in `limits`. Anchors, aliases and tags are refused, and a file has at
            most \(FileText.maximumSize.text).

            A DURATION is a number and a unit (`ns`, `us`, `ms`, `s`, `m`, `h`, `d`): `250ms`, `1.5s`, `7d`. A SIZE is a
            number and a unit (`B`, `KiB`, `MiB`, `GiB`, `TiB`): `64KiB`. A RATIO is a number from 0 to 1 or a percentage:
            `0.05`, `5%`. A HOST:PORT is `127.0.0.1:9180`, `[::1]:9180` or `localhost:9180`.

            This page is made from the table of settings; `RECORD=1 swift test --filter SettingsTests` writes it anew.

            """
        text +=
            inputs() + "\n## General\n\n" + table(of: SettingsTable.settings.settings.filter { group(of: $0) == "" })
        for name in groups() {
            text += "\n## \(name)\n\n" + table(of: SettingsTable.settings.settings.filter { group(of: $0) == name })
            if name == "health" { text += healthGroups() }
        }
        return text
    }

    private static func healthGroups() -> String {
        var text = """

            A level is a value, a multiple of what the same requests had over `baseline` (`3x`), or `none`. It is passed
            when the evidence leaves no doubt: by the Wilson score bound at 95 %, not by the value itself.

            `peers`, `max_fail_duration` and the weights keep a fault that all servers share from taking all of them out.
            The price is that a server which is broken by itself may go on being sent requests: for it cannot know.

            ### health.groups

            A map of names to some of the requests of the primary source: `admin: {routes: ["/admin/**"]}`. Each has its own
            judgement at `/health/NAME`; `/health` warns while one is not well, and fails by the whole service alone. A group
            has the rules of `health` where it says nothing else:

            | setting | value | default | meaning |
            |---|---|---|---|

            """
        for setting in SettingsTable.healthGroup.settings {
            let isRule = SettingsTable.groupRules.contains { $0.key == setting.key }
            let standard = isRule ? "as `health.\(setting.key)`" : standard(of: setting, in: Settings.HealthGroup())
            text += "| `\(setting.key)` | \(value(setting)) | \(standard) | \(setting.help) |\n"
        }
        return text
    }

    private static func inputs() -> String {
        var text = """

            ## inputs

            A list of maps, one per log; logs named on the command line replace it. An input has:

            | setting | value | default | meaning |
            |---|---|---|---|

            """
        for setting in SettingsTable.input.settings {
            let standard = setting.isRequired ? "required" : standard(of: setting, in: Settings.Input())
            text += "| `\(setting.key)` | \(value(setting)) | \(standard) | \(setting.help) |\n"
        }
        text += """

            ### filters

            A list of maps: requests that one of them fits, health probes say, are read and counted as `filtered`, and
            nowhere else. A line that is no request is rejected, whatever fits it. All that a filter names must fit:

            | setting | value | default | meaning |
            |---|---|---|---|

            """
        for setting in SettingsTable.filter.settings {
            let standard = standard(of: setting, in: Settings.Filter())
            text += "| `\(setting.key)` | \(value(setting)) | \(standard) | \(setting.help) |\n"
        }
        return text
    }

    private static func table(of settings: [Setting<Settings>]) -> String {
        var text = "| setting | value | default | environment, flag | meaning |\n|---|---|---|---|---|\n"
        for setting in settings {
            let outside = [setting.environment, setting.flag].compactMap { $0.map { "`\($0)`" } }
            text += "| `\(setting.key)` | \(value(setting)) | \(standard(of: setting, in: .defaults)) | "
            text += "\(outside.joined(separator: ", ")) | \(setting.help) |\n"
        }
        return text
    }

    private static func standard<Root>(of setting: Setting<Root>, in root: Root) -> String {
        setting.absence ?? setting.text(root).map { "`\($0)`" } ?? ""
    }

    /// The value's name and range; a bar inside a cell would end it.
    private static func value<Root>(_ setting: Setting<Root>) -> String {
        let name = setting.valueName.split(separator: "|").map { $0 }.joined(separator: "\\|")
        return name + (setting.range.map { ", \($0)" } ?? "")
    }

    private static func group(of setting: Setting<Settings>) -> Substring {
        let parts = setting.key.split(separator: ".")
        return parts.count == 1 ? "" : parts[0]
    }

    private static func groups() -> [Substring] {
        var names: [Substring] = []
        for setting in SettingsTable.settings.settings
        where group(of: setting) != "" && names.last != group(of: setting) {
            names.append(group(of: setting))
        }
        return names
    }
}
