internal import RequestLog

/// All change records of a data directory, as `/api/v1/changes` and `change list` show them.
package struct ChangeListing: Sendable {
    /// The newest first.
    package var records: [ChangeRecord]
    /// Files that are no records, one line each.
    package var unreadable: [String]

    package init(_ records: [ChangeRecord] = [], unreadable: [String] = []) {
        self.records = records.sorted { $0.created != $1.created ? $0.created > $1.created : $0.id < $1.id }
        self.unreadable = unreadable
    }

    /// `plumbline.changes.v1`
    package var tree: JSONTree {
        .object([
            .init("schema", .text("plumbline.changes.v1")),
            .init("changes", .array(records.map { $0.shown(among: records) })), .init("unreadable", .texts(unreadable)),
        ])
    }
}

extension ChangeRecord {
    /// What the record holds, and what follows from it: its state, its warnings, what became of each promise.
    package func shown(among others: [ChangeRecord]) -> JSONTree {
        let verdict = verdicts.last
        let promises = expectations.map { expectation -> JSONTree in
            let kept = verdict.flatMap { $0.isAfterRollback ? nil : $0.promises.first { $0.text == expectation.text } }
            if let kept { return kept.tree }
            let keys = [
                "verdict", "reason", "before", "after", "total", "code", "code_low", "code_high", "attribution",
            ]
            return .object([.init("text", .text(expectation.text))] + keys.map { .init($0, .null) })
        }
        return .object([
            .init("id", .text(id)), .init("title", .text(title)), .init("owner", .text(owner)),
            .init("note", .text(note)), .init("state", .text(state.rawValue)), .init("created", .text("\(created)")),
            .init("closed", .text(closed.map { "\($0)" })), .init("routes", .texts(routes)),
            .init("warnings", .texts(warnings(among: others))), .init("expectations", .array(promises)),
            .init(
                "rollback",
                .object([
                    .init("command", .text(rollback)),
                    .init("rehearsed", .text(last(.rehearsal).map { "\($0.time)" })),
                    .init("used", .text(last(.rollback).map { "\($0.time)" })),
                ])), .init("baseline", baseline.tree), .init("marks", .array(events.map(\.tree))),
            .init("verdict", verdict.map(\.summary) ?? .null), .init("checklist", .array(currentChecklist.map(\.tree))),
        ])
    }
}

extension ChangeVerdict {
    /// Without what is shown elsewhere.
    fileprivate var summary: JSONTree {
        guard case .object(let members) = tree else { return .null }
        return .object(members.filter { $0.key != "promises" && $0.key != "checklist" })
    }
}
