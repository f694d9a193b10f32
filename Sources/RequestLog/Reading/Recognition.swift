/// What a log's first lines say about it: which fields it has, under which keys, in which units.
package struct Recognition: Sendable {
    package struct Source: Sendable {
        package var key: String
        package var unit: DurationUnit?
        package var lines: Int
        /// Up to three values as they stood, for a person to look at; never an identity.
        package var samples: [String] = []

        mutating func keep(_ sample: String) {
            guard samples.count < Recognition.sampleValues, !sample.isEmpty, !samples.contains(sample) else { return }
            samples.append(sample)
        }
    }

    /// Lines that could be a request's.
    package var candidates: Int { lines - blank - others }

    /// Lines that are looked at to find out how a log is written.
    package static let sampleLines = 100
    package static let sampleValues = 3

    package private(set) var lines = 0
    package private(set) var accepted = 0
    package private(set) var blank = 0
    /// Lines that say how others are written, or go on in others.
    package private(set) var others = 0
    package private(set) var filtered = 0
    /// By format, and writer where the keys tell, the lines that it took.
    package private(set) var formats: [LineOrigin: Int] = [:]
    package private(set) var rejects: [RejectReason: (count: Int, first: LineFault)] = [:]
    /// By field, the key that most lines used.
    package private(set) var sources: [Field: [Source]] = [:]
    /// By word, what it means and how often it stood there.
    package private(set) var cacheWords: [String: (meaning: CacheStatus, lines: Int)] = [:]
    package private(set) var routes: [String: Int] = [:]
    /// A duration whose unit nobody tells: the configuration must.
    package private(set) var unitless: LineExplanation.Finding?

    private var durations = DurationSample()
    /// Their unit may be another one.
    package var durationDoubt: DurationDoubt? { durations.doubt }

    package init() {}

    package mutating func observe(_ explanation: LineExplanation) {
        lines += 1
        switch explanation.outcome {
        case .blank: blank += 1
        case .header, .continuation: others += 1
        case .filtered: filtered += 1
        case .record(let record):
            accepted += 1
            _ = durations.observe(record.durationNanoseconds)
            routes[explanation.route, default: 0] += 1
            if let word = explanation.findings.first(where: { $0.field == .cache })?.written {
                cacheWords[word, default: (record.cache, 0)].lines += 1
            }
        case .rejected(let fault):
            rejects[fault.reason, default: (0, fault)].count += 1
            unitless = unitless ?? explanation.lacksDurationUnit
        }
        if let origin = explanation.origin { formats[origin, default: 0] += 1 }
        // A value is shown only of a line that is a request: what stands in another may be anything.
        var isRequest = false
        if case .record = explanation.outcome { isRequest = true }
        for finding in explanation.findings { observe(finding, isShown: isRequest) }
    }

    private mutating func observe(_ finding: LineExplanation.Finding, isShown: Bool) {
        var known = sources[finding.field, default: []]
        let place =
            known.firstIndex { $0.key == finding.key && $0.unit == finding.unit }
            ?? {
                known.append(Source(key: finding.key, unit: finding.unit, lines: 0))
                return known.count - 1
            }()
        known[place].lines += 1
        if isShown { known[place].keep(finding.written) }
        sources[finding.field] = known
    }

    /// The name of the format that all lines are in that are in any.
    package var onlyFormat: String? {
        let names = Set(formats.keys.map(\.format))
        return names.count == 1 ? names.first : nil
    }

    /// The key that most lines used for a field.
    package func source(of field: Field) -> Source? { sources[field]?.max { $0.lines < $1.lines } }

    /// Its requests are told without a time.
    package var isTimeless: Bool { accepted > 0 && source(of: .time) == nil }

    /// The request line is enough where path and method are asked for.
    package var missing: [Field] {
        [Field.time, .status, .duration, .cache, .dbCalls, .identity, .version].filter { field in
            source(of: field) == nil && !(field == .identity && source(of: .authenticated) != nil)
        }
    }
}
