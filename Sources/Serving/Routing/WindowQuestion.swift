internal import Exposition
internal import RequestLog
internal import RollingWindow

/// What `/api/v1/windows/{window}` was asked, checked: `?by=`, `?route=` and `?source=`, each at most once.
struct WindowQuestion: Equatable, Sendable {
    private var by: SeriesGrouping?
    private var route: String?
    private var source: String?

    init(_ query: [Request.Parameter]) throws(ProblemError) {
        var seen: Set<String> = []
        for parameter in query {
            guard seen.insert(parameter.name).inserted else {
                throw ProblemError(.badRequest, "\(excerpt(parameter.name)) twice", expected: "each parameter once")
            }
            switch parameter.name {
            case "by":
                do {
                    by = try SeriesGrouping(parsing: parameter.value)
                } catch {
                    let known = SeriesDimension.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ProblemError(
                        .badRequest, "by: cannot group by \(excerpt(error.found))",
                        expected: "some of \(known), separated by commas")
                }
            case "route": route = parameter.value
            case "source": source = parameter.value
            default:
                throw ProblemError(
                    .badRequest, "unknown parameter \(excerpt(parameter.name))", expected: "by, route, source")
            }
        }
    }

    /// A source that no input has is an error, not an empty answer: it is a slip of the pen.
    func answer(_ length: WindowLength, _ view: SeriesView) throws(ProblemError) -> Response {
        if let source, view.names.find(source) == nil {
            throw ProblemError(.notFound, "no source \(excerpt(source))", expected: "a source of the configuration")
        }
        let bytes = WindowJSON.render(window: length, view: view, by: by, route: route, source: source)
        return Response(.ok, .json, bytes)
    }
}

/// A problem on its way to the client.
struct ProblemError: Error, Equatable {
    var problem: Problem

    init(_ status: Status, _ detail: String, expected: String) {
        problem = Problem(status, detail, expected: expected)
    }
}
