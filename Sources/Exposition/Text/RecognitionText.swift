internal import Health
package import RequestLog

/// What a log's first lines say about it, for a person: which fields, from which keys, in which units.
package enum RecognitionText {
    /// - Parameter name: the log's path.
    package static func render(name: String, _ recognition: Recognition, style: TextStyle) -> String {
        let lines = recognition.lines - recognition.blank
        var text = "\(escapedForDisplay(name)): "
        guard lines > 0 else { return text + "no lines yet\n" }
        text += "JSON lines, \(recognition.accepted) of the first \(HumanUnits.count(UInt64(lines), of: "line")) read\n"
        var rows: [(String, String)] = []
        for field in Field.allCases {
            guard let source = recognition.source(of: field) else { continue }
            rows.append((field.name, describe(source, of: field)))
        }
        for (_, rejects) in recognition.rejects.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            rows.append(
                (
                    "rejected",
                    "\(rejects.count) \(escapedForDisplay(rejects.first.text))"
                ))
        }
        let missing = recognition.missing.map(\.name)
        if !missing.isEmpty { rows.append(("not there", missing.joined(separator: ", "))) }
        let width = rows.map(\.0.count).max() ?? 0
        for (label, value) in rows {
            text += "  \(label)\(String(repeating: " ", count: width - label.count))  \(value)\n"
        }
        return text
    }

    private static func describe(_ source: Recognition.Source, of field: Field) -> String {
        var text = escapedForDisplay(source.key)
        if let unit = source.unit { text += " in \(unit.symbol)" }
        // Who somebody is, and what they asked for, stays in the log.
        if ![.identity, .path, .requestLine].contains(field), !source.sample.isEmpty {
            text += ", such as \(escapedForDisplay(source.sample))"
        }
        return text
    }
}
