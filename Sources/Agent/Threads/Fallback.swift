import Exposition
import Logging

/// Something that a limit refused, or that went another way than it should: it has a counter, and a line of the log when
/// it first happens.
struct Fallback<Subject>: Sendable {
    /// The counter's name, between `plumbline_agent_` and `_total`.
    let name: String
    let help: String
    /// Nil where each occurrence, or the beginning and the end of a time of them, has a line with its details.
    let line: String?
    /// How often it has happened since the start.
    let count: @Sendable (Subject) -> UInt64

    init(_ name: String, _ help: String, line: String?, count: @escaping @Sendable (Subject) -> UInt64) {
        self.name = name
        self.help = help
        self.line = line
        self.count = count
    }
}

extension Array {
    /// The counters' values.
    func counts<Subject>(of subject: Subject) -> [IncidentCount]
    where Element == Fallback<Subject> {
        map { IncidentCount($0.name, $0.help, $0.count(subject)) }
    }
}
