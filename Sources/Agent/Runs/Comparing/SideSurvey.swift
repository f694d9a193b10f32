import RequestLog

/// What a look at the beginning and the end of an input tells.
struct SideSurvey: Equatable {
    var first: Timestamp?
    var last: Timestamp?
    /// The widest slices of its snapshots; nil: logs.
    var tier: Timestamp.Span?
    /// The ends are known without reading it all.
    var isCertain = true

    mutating func add(_ other: SideSurvey) {
        if let start = other.first { first = min(first ?? start, start) }
        if let end = other.last { last = max(last ?? end, end) }
        if let width = other.tier { tier = max(tier ?? width, width) }
        isCertain = isCertain && other.isCertain
    }

    /// From the first event to the last.
    var span: Timestamp.Span {
        guard let first, let last else { return .zero }
        return last - first
    }
}
