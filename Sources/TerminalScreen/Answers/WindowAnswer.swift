package import Comparison
internal import RequestLog

/// What `/api/v1/windows/{window}` said.
package struct WindowAnswer: Equatable, Sendable {
    package struct Route: Equatable, Sendable {
        var name: String
        var figures: Figures
    }

    /// A row of `?by=`: the texts of what was asked to stay apart, in that order.
    package struct Row: Equatable, Sendable {
        var parts: [String]
        var figures: Figures
    }

    /// Of event time; nil where it is not told, or nothing.
    var span: Timestamp.Span?
    var total = Figures()
    var routes: [Route] = []
    var rows: [Row] = []

    /// Nil where it is no such answer.
    ///
    /// - Parameter parts: what `?by=` asked for.
    package init?(_ json: JSONTree, by parts: [String] = []) {
        guard let total = json["total"], case .array(let routes) = json["routes"] else { return nil }
        if let from = json["from"]?.text, let to = json["to"]?.text,
            let start = Timestamp(rfc3339: from), let end = Timestamp(rfc3339: to), end > start
        {
            span = end - start
        }
        self.total = Figures(total)
        self.routes = routes.compactMap { row in
            row["route"]?.text.map { Route(name: $0, figures: Figures(row)) }
        }
        rows = (json["series"]?.elements ?? []).map { row in
            Row(parts: parts.map { Self.text(row[$0]) }, figures: Figures(row))
        }
    }

    private static func text(_ value: JSONTree?) -> String {
        value?.text ?? value?.count.map(String.init) ?? "–"
    }
}
