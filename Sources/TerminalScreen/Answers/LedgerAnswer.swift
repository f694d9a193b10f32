package import Comparison

/// What `/api/v1/ledger` said.
package struct LedgerAnswer: Equatable, Sendable {
    package struct Reason: Equatable, Sendable {
        var name: String
        var lines: Int
        /// The form of one such line, without anything that it said.
        var sample: String?
    }

    package struct Input: Equatable, Sendable {
        var path: String
        var source: String
        var bytes: Int
        var lines: Int
        var unfinished: Int
        /// Bytes or, of a socket, datagrams.
        var lost: Int
    }

    var lines: Int
    var accepted: Int
    var bytes: Int
    /// Most lines first.
    var rejected: [Reason]
    var inputs: [Input]

    var rejectedLines: Int { rejected.reduce(0) { $0 + $1.lines } }

    /// Nil where it is no such answer.
    package init?(_ json: JSONTree) {
        guard let lines = json["lines"]?.count, let rejected = json["rejected"] else { return nil }
        self.lines = lines
        accepted = json["accepted"]?.count ?? 0
        bytes = json["bytes"]?.count ?? 0
        self.rejected = rejected.members.map { member in
            Reason(
                name: member.key, lines: member.value.count ?? 0, sample: json["rejected_samples"]?[member.key]?.text)
        }.sorted { ($1.lines, $0.name) < ($0.lines, $1.name) }
        inputs = (json["inputs"]?.elements ?? []).compactMap { input in
            guard let path = input["path"]?.text else { return nil }
            return Input(
                path: path, source: input["source"]?.text ?? "", bytes: input["bytes"]?.count ?? 0,
                lines: input["lines"]?.count ?? 0, unfinished: input["unfinished"]?.count ?? 0,
                lost: (input["lost_bytes"]?.count ?? 0) + (input["lost_datagrams"]?.count ?? 0))
        }
    }
}
