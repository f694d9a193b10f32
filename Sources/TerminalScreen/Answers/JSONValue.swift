/// A JSON document in memory, for the answers of an agent: small, and read once.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Of equal names the last one counts.
    case object([String: JSONValue])

    /// Nil where this is no object, or has no such name.
    package subscript(_ name: String) -> JSONValue? {
        if case .object(let members) = self { members[name] } else { nil }
    }

    package var double: Double? {
        if case .number(let number) = self { number } else { nil }
    }

    /// Rounded towards zero; numbers beyond 2^53 are not counts.
    package var count: Int? {
        double.flatMap { $0.magnitude < 9_007_199_254_740_992 ? Int($0) : nil }
    }

    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    package var members: [String: JSONValue] {
        if case .object(let members) = self { members } else { [:] }
    }
}
