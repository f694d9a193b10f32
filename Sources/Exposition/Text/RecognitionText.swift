internal import Health
package import RequestLog

/// What a log's first lines say about it, for a person: the format, which fields come from which keys in which units, and
/// what cannot be told for want of a field.
package enum RecognitionText {
    /// - Parameters:
    ///   - name: the log's path.
    ///   - learnedRoutes: what the paths behind the first lines teach, too.
    package static func render(
        name: String, _ recognition: Recognition, learnedRoutes: [String] = [], style: TextStyle
    ) -> String {
        let lines = recognition.candidates
        var text = "\(escapedForDisplay(name)): "
        guard lines > 0 else { return text + "no lines yet\n" }
        text += "\(formats(recognition)); "
        let first = lines == 1 ? "its only line" : "the first \(lines) lines"
        text += "\(recognition.accepted == lines ? "all" : "\(recognition.accepted)") of \(first) read\n"
        var rows = recognition.rejects.sorted { $0.key.rawValue < $1.key.rawValue }.map { _, rejects in
            ("rejected", "\(rejects.count) \(escapedForDisplay(rejects.first.text))")
        }
        if let doubt = recognition.durationDoubt { rows.append(("durations", doubt.text)) }
        if recognition.filtered > 0 { rows.append(("filtered", "\(recognition.filtered) are not to be counted")) }
        if !recognition.cacheWords.isEmpty { rows.append(("cache words", cacheWords(recognition))) }
        if !recognition.routes.isEmpty { rows.append(("routes", routes(recognition))) }
        if !learnedRoutes.isEmpty { rows.append(("learned", learned(learnedRoutes))) }
        for field in recognition.missing where recognition.accepted > 0 {
            rows.append(("no \(title(of: field))", consequence(of: field)))
        }
        let table = fields(recognition, lines: lines)
        if !table.rows.isEmpty { text += "\n" + indented(table.render(style.narrower(by: 2))) }
        let width = rows.map(\.0.count).max() ?? 0
        if !rows.isEmpty { text += "\n" }
        for (label, value) in rows {
            text += "  \(label)\(String(repeating: " ", count: width - label.count))  \(value)\n"
        }
        return text
    }

    /// `JSON lines`, or, of a mixed log, each format with its share.
    private static func formats(_ recognition: Recognition) -> String {
        let formats = recognition.formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        switch formats.count {
        case 0: return "lines of no known format"
        case 1: return formats[0].key.lines
        default:
            let shares = formats.map { "\(HumanUnits.count(UInt64($0.value), of: "line")) of \($0.key.description)" }
            return "mixed: " + shares.joined(separator: ", ")
        }
    }

    private static func fields(_ recognition: Recognition, lines: Int) -> TextTable {
        var table = TextTable(columns: [
            .word("field"), .text("from"), .word("unit"), .number("lines"), .text("values"),
        ])
        for field in Field.allCases {
            guard let source = recognition.source(of: field) else { continue }
            // Who somebody is, and what they asked for, stays in the log.
            let isPrivate = [.identity, .path, .requestLine, .userAgent].contains(field) || source.samples.isEmpty
            table.rows.append([
                .init(field.name), .init(source.key), source.unit.map { .init($0.symbol) } ?? .absent,
                .init("\(source.lines * 100 / lines) %"),
                isPrivate ? .absent : .init(source.samples.joined(separator: " · ")),
            ])
        }
        return table
    }

    private static func cacheWords(_ recognition: Recognition) -> String {
        recognition.cacheWords.sorted { ($1.value.lines, $0.key) < ($0.value.lines, $1.key) }.prefix(9).map {
            let word = $0.key.isEmpty ? "(empty)" : escapedForDisplay($0.key)
            return "\(word) = \($0.value.meaning.name) (\($0.value.lines))"
        }.joined(separator: ", ")
    }

    private static let shown = 8

    private static func routes(_ recognition: Recognition) -> String {
        let all = recognition.routes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let text = all.prefix(shown).map { "\(escapedForDisplay($0.key)) (\($0.value))" }.joined(separator: ", ")
        return all.count > shown ? "\(text), and \(all.count - shown) more" : text
    }

    private static func learned(_ routes: [String]) -> String {
        let text = routes.prefix(shown).map { escapedForDisplay($0) }.joined(separator: ", ")
        return
            "\(routes.count > shown ? "\(text), and \(routes.count - shown) more" : text): too many names in one place"
    }

    private static func title(of field: Field) -> String { field == .identity ? "segment" : field.name }

    private static func consequence(of field: Field) -> String {
        switch field {
        case .time: "run takes the time of arrival; replay and compare need one in the line"
        case .status: "no line can be counted without one"
        case .duration: "no response times"
        case .cache: "no hit ratio, and a comparison cannot tell a lucky hit from a fix"
        case .dbCalls: "no database calls per request"
        case .identity: "visitors and logged-in users cannot be told apart"
        case .version: "releases cannot be compared side by side"
        default: "not there"
        }
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
            .joined(separator: "\n")
    }
}
