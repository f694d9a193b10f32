/// What somebody says a line becomes, fact by fact, and where the reading differs from it.
package struct LineExpectation: Sendable {
    /// The names under which a record's facts are told, in the order in which they are listed.
    package static let facts = [
        "time", "method", "route", "status", "duration", "cache", "segment", "version", "db_calls", "db_time",
        "upstream_time", "bytes", "rejected",
    ]

    /// Fact and value, as written.
    package var facts: [(name: String, value: String)]

    package init(facts: [(name: String, value: String)]) { self.facts = facts }

    /// One text for each fact that is otherwise; none: the line is what was expected.
    package func differences(from explanation: LineExplanation) -> [String] {
        facts.compactMap { name, expected in
            let found = explanation.fact(name) ?? "nothing"
            return LineExpectation.agree(name, expected, found) ? nil : "\(name): expected \(expected), found \(found)"
        }
    }

    /// Two writings of one length of time, or of one instant, are the same.
    private static func agree(_ name: String, _ expected: String, _ found: String) -> Bool {
        if expected == found { return true }
        switch name {
        case "duration", "db_time", "upstream_time":
            let length = nanoseconds(expected)
            return length != nil && length == nanoseconds(found)
        case "time":
            let instant = Timestamp(rfc3339: expected)
            return instant != nil && instant == Timestamp(rfc3339: found)
        default: return false
        }
    }

    private static func nanoseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8) + Array(repeating: 0, count: ByteRun.padding)
        return bytes.withUnsafeBufferPointer { buffer in
            ByteRun(start: buffer.baseAddress!, count: text.utf8.count).duration(unit: nil)
        }
    }
}

extension LineExplanation {
    /// A fact by its name in `LineExpectation.facts`; nil where the line does not tell it.
    package func fact(_ name: String) -> String? {
        switch outcome {
        case .blank: return name == "rejected" ? "blank" : nil
        case .header: return name == "rejected" ? "header" : nil
        case .continuation: return name == "rejected" ? "continuation" : nil
        case .filtered: return name == "rejected" ? "filtered" : nil
        case .rejected(let fault): return name == "rejected" ? fault.reason.name : nil
        case .record(let record):
            func number(_ value: Int64, _ unit: String = "") -> String? {
                value == Record.absent ? nil : "\(value)\(unit)"
            }
            switch name {
            case "time": return "\(record.time)"
            case "method": return record.method.name
            case "route": return route
            case "status": return "\(record.status)"
            case "duration": return number(record.durationNanoseconds, "ns")
            case "cache": return record.cache.name
            case "segment": return record.segment.name
            case "version": return version
            case "db_calls": return number(record.dbCalls)
            case "db_time": return number(record.dbNanoseconds, "ns")
            case "upstream_time": return number(record.upstreamNanoseconds, "ns")
            case "bytes": return number(record.bytes)
            default: return nil
            }
        }
    }
}
