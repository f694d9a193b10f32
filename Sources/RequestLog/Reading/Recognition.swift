/// What a log's first lines say about it: which fields it has, under which keys, in which units.
package struct Recognition: Sendable {
    package struct Source: Sendable {
        package var key: String
        package var unit: DurationUnit?
        package var lines: Int
        /// A value as it stood, for a person to look at; never an identity.
        package var sample: String
    }

    /// Lines that are looked at to find out how a log is written.
    package static let sampleLines = 100

    package private(set) var lines = 0
    package private(set) var accepted = 0
    package private(set) var blank = 0
    /// By format, the lines that it took.
    package private(set) var formats: [String: Int] = [:]
    package private(set) var rejects: [RejectReason: (count: Int, first: LineFault)] = [:]
    /// By field, the key that most lines used.
    package private(set) var sources: [Field: [Source]] = [:]
    /// A duration whose unit nobody tells: the configuration must.
    package private(set) var unitless: LineExplanation.Finding?

    package init() {}

    package mutating func observe(_ explanation: LineExplanation) {
        lines += 1
        switch explanation.outcome {
        case .blank: blank += 1
        case .record: accepted += 1
        case .rejected(let fault):
            rejects[fault.reason, default: (0, fault)].count += 1
            unitless = unitless ?? explanation.lacksDurationUnit
        }
        if let format = explanation.format { formats[format, default: 0] += 1 }
        for finding in explanation.findings {
            var known = sources[finding.field, default: []]
            if let place = known.firstIndex(where: { $0.key == finding.key && $0.unit == finding.unit }) {
                known[place].lines += 1
                if known[place].sample.isEmpty { known[place].sample = finding.written }
            } else {
                known.append(Source(key: finding.key, unit: finding.unit, lines: 1, sample: finding.written))
            }
            sources[finding.field] = known
        }
    }

    /// The key that most lines used for a field.
    package func source(of field: Field) -> Source? { sources[field]?.max { $0.lines < $1.lines } }

    /// The request line is enough where path and method are asked for.
    package var missing: [Field] {
        [Field.time, .status, .duration, .cache, .dbCalls, .identity].filter { field in
            source(of: field) == nil && !(field == .identity && source(of: .authenticated) != nil)
        }
    }
}
