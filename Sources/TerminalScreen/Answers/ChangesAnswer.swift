package import Comparison

/// What `/api/v1/changes` said: the newest first.
package struct ChangesAnswer: Equatable, Sendable {
    package struct Promise: Equatable, Sendable {
        var text: String
        /// Nil until it is judged.
        var verdict: String?
        var reason: String?
    }

    package struct Change: Equatable, Sendable {
        var title: String
        var owner: String
        var state: String
        var routes: [String]
        /// What happened last, and when (RFC 3339).
        var event: String
        var time: String?
        var reasons: [String]
        var promises: [Promise]
    }

    var changes: [Change]
    /// Files that are no records.
    var unreadable: Int

    /// Nil where it is no such answer.
    package init?(_ json: JSONTree) {
        guard let changes = json["changes"]?.elements else { return nil }
        self.changes = changes.compactMap(Change.init)
        unreadable = json["unreadable"]?.elements?.count ?? 0
    }
}

extension ChangesAnswer.Change {
    fileprivate init?(_ json: JSONTree) {
        guard let title = json["title"]?.text, let state = json["state"]?.text else { return nil }
        let mark = json["marks"]?.elements?.last
        self.init(
            title: title, owner: json["owner"]?.text ?? "", state: state,
            routes: json["routes"]?.elements?.compactMap(\.text) ?? [], event: mark?["kind"]?.text ?? "begun",
            time: mark?["time"]?.text ?? json["created"]?.text,
            reasons: json["verdict"]?["reasons"]?.elements?.compactMap(\.text) ?? [],
            promises: (json["expectations"]?.elements ?? []).map { promise in
                ChangesAnswer.Promise(
                    text: promise["text"]?.text ?? "", verdict: promise["verdict"]?.text,
                    reason: promise["reason"]?.text)
            })
    }
}
