package import RequestLog

/// The configuration that pins what was recognised, so that a log that changes is noticed instead of read differently.
package enum RecognisedConfiguration {
    package struct Input: Sendable {
        /// From the root.
        package var path: String
        package var recognition: Recognition
        /// What the user said already.
        package var options: ReaderOptions

        package init(path: String, recognition: Recognition, options: ReaderOptions) {
            self.path = path
            self.recognition = recognition
            self.options = options
        }
    }

    package static func yaml(_ inputs: [Input]) -> String {
        var text = "# What plumbline check recognised. The reference of all settings: plumbline check --reference\n"
        text += "inputs:\n"
        for input in inputs {
            let lines = input.recognition.candidates
            text += "  # \(input.recognition.accepted) of the first \(lines) lines were requests.\n"
            for field in Field.allCases {
                guard let source = input.recognition.source(of: field) else { continue }
                let unit = source.unit.map { " in \($0.symbol)" } ?? ""
                text += "  #   \(field.name): \(plain(source.key))\(unit)\n"
            }
            text += "  - path: \(quoted(input.path))\n"
            text += "    format: \(input.recognition.onlyFormat ?? "auto")\n"
            if case .text(let format) = input.options.format, let pattern = format.pattern {
                text += "    log_format: \(quoted(pattern))\n"
            }
            if let zone = input.options.timeZone, zone.name != "local" {
                text += "    time_zone: \(quoted(zone.name))\n"
            }
            let routes = input.options.routes.map(\.text)
            if !routes.isEmpty { text += "    routes: \(list(routes))\n" }
            if let key = input.options.segmentKey { text += "    segment: \(quoted(key))\n" }
            if !input.options.filters.isEmpty { text += "    filters:\n" }
            for filter in input.options.filters {
                let parts = [
                    ("routes", filter.routes.map(\.text)), ("status", filter.statuses.map(\.text)),
                    ("user_agent", filter.userAgents),
                ].filter { !$0.1.isEmpty }.map { "\($0): \(list($1))" }
                text += "      - {\(parts.joined(separator: ", "))}\n"
            }
            if let unit = input.options.durationUnit { text += "    duration_unit: \(unit.symbol)\n" }
        }
        return text
    }

    /// A key can hold anything; a comment ends with its line.
    private static func plain(_ key: String) -> String { escapedForDisplay(key) }

    private static func list(_ texts: [String]) -> String {
        "[" + texts.map(quoted).joined(separator: ", ") + "]"
    }

    /// YAML's single quotes know one escape.
    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }
}
