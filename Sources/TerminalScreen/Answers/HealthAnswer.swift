package import Comparison

/// What `/health` said.
package struct HealthAnswer: Equatable, Sendable {
    package struct Check: Equatable, Sendable {
        var name: String
        var status: String
        var observed: Double?
        var unit: String
        var limit: Double?
        var output: String?
    }

    /// `pass`, `warn` or `fail`.
    var status: String
    /// `guarded`, `drain`, …: what the status alone does not say.
    var state: String?
    /// The sentence.
    var reason: String
    /// RFC 3339.
    var since: String?
    /// When it was judged.
    var time: String?
    var weight: Double?
    var checks: [Check]

    /// How long ago the newest request was, in seconds, and whether that is long.
    var age: (seconds: Double, isLong: Bool)? {
        guard let check = checks.first(where: { $0.name == "requests:age" }), let age = check.observed else {
            return nil
        }
        return (age, check.status != "pass")
    }

    /// Nil where it is no such answer.
    package init?(_ json: JSONTree) {
        guard let status = json["status"]?.text, let checks = json["checks"] else { return nil }
        self.status = status
        state = json["state"]?.text
        let notes = json["notes"]?.elements?.compactMap(\.text).joined(separator: "; ")
        reason = json["output"]?.text ?? notes ?? ""
        since = json["since"]?.text
        time = json["time"]?.text
        weight = json["weight"]?.number
        self.checks = checks.members.sorted { $0.key < $1.key }.flatMap { member in
            (member.value.elements ?? []).map { check in
                Check(
                    name: member.key, status: check["status"]?.text ?? "", observed: check["observedValue"]?.number,
                    unit: check["observedUnit"]?.text ?? "", limit: check["limit"]?.number,
                    output: check["output"]?.text)
            }
        }
    }
}
