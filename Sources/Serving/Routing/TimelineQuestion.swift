internal import Exposition
internal import RequestLog
internal import RollingWindow

/// What `/api/v1/timeline` was asked, checked; each parameter at most once.
enum TimelineQuestion {
    private static let parameters = "window, from, to, step, route, source, by, histogram"

    static func read(_ query: [Request.Parameter]) throws(ProblemError) -> TimelineQuery {
        var values: [String: String] = [:]
        for parameter in query {
            guard values.updateValue(parameter.value, forKey: parameter.name) == nil else {
                throw ProblemError(.badRequest, "\(excerpt(parameter.name)) twice", expected: "each parameter once")
            }
        }
        var timeline = TimelineQuery(range: try range(&values))
        timeline.step = try word("step", of: TimelineStep.self, in: &values)
        timeline.grouping = try word("by", of: TimelineGrouping.self, in: &values)
        timeline.route = values.removeValue(forKey: "route")
        timeline.source = values.removeValue(forKey: "source")
        switch values.removeValue(forKey: "histogram") {
        case nil, "false": break
        case "true": timeline.hasHistograms = true
        case let found?:
            throw ProblemError(.badRequest, "histogram: \(excerpt(found))", expected: "true or false")
        }
        if let name = values.keys.min() {
            throw ProblemError(.badRequest, "unknown parameter \(excerpt(name))", expected: parameters)
        }
        return timeline
    }

    static func problem(_ error: TimelineError) -> Problem {
        switch error {
        case .unknownSource(let source):
            Problem(.notFound, "no source \(excerpt(source))", expected: "a source of the configuration")
        case .nothingBetween(let from, let to):
            Problem(
                .badRequest, "from \(from) to \(to)", expected: "a stretch that begins before it ends, and before now")
        case .tooManySlices(let count, let step):
            Problem(
                .badRequest, "\(count) slices of \(step.rawValue)",
                expected: "at most \(TimelineLimits.slices): a wider step or a shorter stretch")
        case .busy:
            Problem(.serviceUnavailable, "others read snapshots already", expected: "patience", retryable: true)
        }
    }

    private static func range(_ values: inout [String: String]) throws(ProblemError) -> TimelineQuery.Range {
        let window = try word("window", of: WindowLength.self, in: &values)
        let from = try instant("from", in: &values)
        let to = try instant("to", in: &values)
        switch (window, from, to) {
        case (let window?, nil, nil): return .window(window)
        case (nil, nil, nil): return .window(.fifteenMinutes)
        case (nil, let from?, let to): return .stretch(from: from, to: to ?? .beforeNow(.zero))
        case (nil, nil, _?):
            throw ProblemError(.badRequest, "to without from", expected: "both, or from alone, or window")
        case (_?, _, _):
            throw ProblemError(.badRequest, "window beside from or to", expected: "window, or from and to")
        }
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Word.Type, in values: inout [String: String]
    ) throws(ProblemError) -> Word? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw ProblemError(.badRequest, "\(name): \(excerpt(text))", expected: "one of \(known)")
        }
        return word
    }

    /// RFC 3339, or before now as `-30m`.
    private static func instant(
        _ name: String, in values: inout [String: String]
    ) throws(ProblemError) -> TimelineQuery.Instant? {
        guard let text = values.removeValue(forKey: name) else { return nil }
        if let instant = Timestamp(rfc3339: text) { return .at(instant) }
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        if text.first == "-", let unit = text.last.flatMap({ units[$0] }),
            let count = Int64(text.dropFirst().dropLast()), (0...10_000_000).contains(count)
        {
            return .beforeNow(.seconds(count * unit))
        }
        throw ProblemError(
            .badRequest, "\(name): \(excerpt(text))", expected: "a time such as 2026-11-22T10:00:00Z, or -30m")
    }
}
