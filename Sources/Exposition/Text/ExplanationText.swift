internal import Health
package import RequestLog

/// How one line was read, value by value.
package enum ExplanationText {
    package static func render(_ explanation: LineExplanation, style: TextStyle) -> String {
        var rows: [(String, String)] = explanation.findings.map { finding in
            var text = "\(escapedForDisplay(finding.key)) = \(escapedForDisplay(finding.written))"
            if let unit = finding.unit { text += " in \(unit.symbol)" }
            return (finding.field.name, text)
        }
        if let origin = explanation.origin { rows.insert(("format", origin.description), at: 0) }
        switch explanation.outcome {
        case .blank: rows.append(("result", "a blank line: counted, nothing in it"))
        case .header: rows.append(("result", "a line about the lines behind it: counted as header"))
        case .continuation:
            rows.append(("result", "part of a line that goes on in the next one: counted as continuation"))
        case .filtered: rows.append(("result", "filtered: a request that is not to be counted"))
        case .rejected(let fault):
            rows.append(
                (
                    "rejected",
                    escapedForDisplay(fault.text)
                ))
        case .record(let record): rows += facts(record, explanation)
        }
        let width = rows.map(\.0.count).max() ?? 0
        return rows.reduce("") { text, row in
            text + row.0 + String(repeating: " ", count: width - row.0.count) + "  " + row.1 + "\n"
        }
    }

    private static func words(_ rule: LineExplanation.RouteRule) -> String {
        switch rule {
        case .field: "the log has it"
        case .pattern: "a pattern of the configuration"
        case .template: "the path, its numbers and the like as {id}"
        case .unmatched: "none: a 4xx without a route, or no path"
        }
    }

    private static func facts(_ record: Record, _ explanation: LineExplanation) -> [(String, String)] {
        func span(_ nanoseconds: Int64) -> String {
            nanoseconds == Record.absent ? "–" : HumanUnits.duration(seconds: Double(nanoseconds) / 1e9)
        }
        func number(_ value: Int64) -> String { value == Record.absent ? "–" : HumanUnits.count(value) }
        let origin =
            switch record.cache.originContacted {
            case true?: "origin contacted"
            case false?: "origin not contacted"
            case nil: "origin unknown"
            }
        return [
            ("→ time", "\(record.time)"),
            ("→ route", explanation.routeRule.map(words) ?? "–"),
            ("→ series", "\(record.method.name) \(escapedForDisplay(explanation.route)) \(record.status)"),
            ("→ duration", span(record.durationNanoseconds)), ("→ cache", "\(record.cache.name), \(origin)"),
            ("→ segment", record.segment.name), ("→ db calls", number(record.dbCalls)),
            ("→ db time", span(record.dbNanoseconds)), ("→ upstream", span(record.upstreamNanoseconds)),
            ("→ bytes", number(record.bytes)),
            ("→ version", explanation.version.map(escapedForDisplay) ?? "–"),
        ]
    }
}
