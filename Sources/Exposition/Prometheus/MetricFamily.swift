/// What is said once of all samples of a name.
struct MetricFamily {
    enum Kind {
        case counter, gauge, histogram
        /// A gauge that is always 1 and whose labels are what it tells.
        case info
    }

    /// As the samples of text are called: a counter's ends with `_total`, an info's with `_info`.
    var name: String
    var kind: Kind
    /// One line without a backslash or a quote.
    var help: String

    init(_ name: String, _ kind: Kind, _ help: String) {
        precondition(kind != .counter || name.hasSuffix("_total"), "the name of a counter ends with _total")
        precondition(kind != .info || name.hasSuffix("_info"), "the name of an info ends with _info")
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// The name without what only its samples have, as OpenMetrics calls the family.
    var baseName: Substring {
        switch kind {
        case .counter: name.dropLast("_total".count)
        case .info: name.dropLast("_info".count)
        case .gauge, .histogram: name[...]
        }
    }

    /// The unit that the name ends with, of those that OpenMetrics recommends.
    var unit: String? {
        guard kind != .info else { return nil }
        return ["seconds", "bytes", "ratio"].first { baseName.hasSuffix("_" + $0) }
    }
}

/// The number of a sample, exact until a format rounds it.
enum MetricValue {
    case integer(Int128)
    /// Shown in seconds.
    case nanoseconds(Int128)
    /// Itself an estimate: ten digits of it are enough.
    case estimate(Double)

    static func count(_ value: some BinaryInteger) -> MetricValue { .integer(Int128(value)) }

    /// The nearest double; of more than 2^53 nanoseconds at most the one beside it. Of a greater value it is never less.
    var double: Double {
        switch self {
        case .integer(let value): Double(value)
        // An instant has too many nanoseconds for a double, and its seconds are wanted exactly.
        case .nanoseconds(let value):
            value.magnitude < 1 << 53
                ? Double(value) / 1e9 : Double(value / 1_000_000_000) + Double(value % 1_000_000_000) / 1e9
        case .estimate(let value): value
        }
    }
}
