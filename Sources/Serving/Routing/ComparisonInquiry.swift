package import Comparison
internal import RequestLog

/// What `/api/v1/compare` is asked: two stretches of time, or a change, and what was promised.
package struct ComparisonInquiry: Sendable {
    package enum Sides: Equatable, Sendable {
        case windows(before: Side.Window, after: Side.Window)
        case change(String)
    }

    package var sides: Sides
    package var question = ComparisonQuestion()

    /// More promises than anybody makes.
    private static let mostPromises = 32

    init(_ query: [Request.Parameter]) throws(ProblemError) {
        var (before, after): (Side.Window?, Side.Window?)
        var change: String?
        var seen: Set<String> = []
        for parameter in query {
            let (name, value) = (parameter.name, parameter.value)
            guard ["expect", "route", "allow"].contains(name) || seen.insert(name).inserted else {
                throw ProblemError(.badRequest, "\(excerpt(name)) twice", expected: "each of these once")
            }
            switch name {
            case "before": before = try Self.window(parameter)
            case "after": after = try Self.window(parameter)
            case "change": change = value
            case "expect":
                guard question.expectations.count < Self.mostPromises else {
                    throw ProblemError(
                        .badRequest, "expect more than \(Self.mostPromises) times",
                        expected: "at most \(Self.mostPromises) promises")
                }
                do throws(ExpectationError) {
                    question.expectations.append(try Expectation(parsing: value))
                } catch {
                    throw ProblemError(
                        .badRequest, "expect: \(excerpt(value)): found \(excerpt(error.found))",
                        expected: error.expected)
                }
            case "route": question.routes.append(value)
            case "basis":
                guard let basis = Expectation.Basis(rawValue: value) else {
                    throw ProblemError(.badRequest, "basis: \(excerpt(value))", expected: "code or total")
                }
                question.basis = basis
            case "drift":
                guard let tau = Double(value), (0...1).contains(tau) else {
                    throw ProblemError(
                        .badRequest, "drift: \(excerpt(value))", expected: "a share from 0 to 1, such as 0.05")
                }
                question.drift = .allowance(tau)
            case "allow": question.allowed.append(try Self.allowance(value))
            default:
                throw ProblemError(
                    .badRequest, "unknown parameter \(excerpt(name))",
                    expected: "before, after, change, expect, route, basis, drift, allow")
            }
        }
        if let change, before == nil, after == nil {
            sides = .change(change)
        } else if let before, let after, change == nil {
            sides = .windows(before: before, after: after)
        } else {
            throw ProblemError(
                .badRequest, "not two sides",
                expected: "before=FROM..TO and after=FROM..TO in RFC 3339, or change=ID")
        }
    }

    private static func window(_ parameter: Request.Parameter) throws(ProblemError) -> Side.Window {
        let value = parameter.value
        if let dots = value.firstRange(of: ".."), let from = Timestamp(rfc3339: String(value[..<dots.lowerBound])),
            let to = Timestamp(rfc3339: String(value[dots.upperBound...])), from < to
        {
            return Side.Window(from: from, to: to)
        }
        throw ProblemError(
            .badRequest, "\(parameter.name): \(excerpt(value))",
            expected: "FROM..TO such as 2026-11-22T10:00:00Z..2026-11-22T12:00:00Z")
    }

    private static func allowance(_ text: String) throws(ProblemError) -> ComparisonQuestion.Allowance {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard let first = parts.first, let metric = Metric(rawValue: String(first)) else {
            throw ProblemError(
                .badRequest, "allow: \(excerpt(text))",
                expected: "METRIC[:ROUTE] with one of \(Metric.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return ComparisonQuestion.Allowance(metric: metric, route: parts.count > 1 ? String(parts[1]) : nil)
    }
}

/// Why a comparison that was asked for over HTTP has no answer.
package enum ComparisonRefusal: Error, Sendable {
    /// No such change, or nothing in that time.
    case notFound(String)
    /// One at a time: each reads days of snapshots.
    case busy
    case failed(String)
}

extension Problem {
    init(_ refusal: ComparisonRefusal) {
        switch refusal {
        case .notFound(let found):
            self.init(.notFound, found, expected: "a change, or stretches of time that the data directory has")
        case .busy:
            self.init(
                .serviceUnavailable, "another comparison is being made", expected: "one at a time", retryable: true)
        case .failed(let found):
            self.init(.serviceUnavailable, found, expected: "snapshots that can be read")
        }
    }
}
