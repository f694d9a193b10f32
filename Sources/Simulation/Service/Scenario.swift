package import RequestLog

/// Everything about the service that a scenario can change.
package struct Conditions: Sendable {
    package var endpoints: [Endpoint]
    package var noise: Noise
    /// The release that answers, as the log names it: plain ASCII without quotes and backslashes.
    package var version: String

    package init(endpoints: [Endpoint] = Endpoint.shop, noise: Noise = .daily, version: String = "2026.11.3") {
        self.endpoints = endpoints
        self.noise = noise
        self.version = version
    }

    /// A copy with something else about it.
    package func with(_ change: (inout Conditions) -> Void) -> Conditions {
        var copy = self
        change(&copy)
        return copy
    }
}

/// A story that traffic follows: how the service behaves at first, and from when on otherwise.
package struct Scenario: Sendable {
    /// From `after` the start on, these conditions hold. They name the same endpoints in the same order; an endpoint
    /// that should not be called has weight 0, but not all of them.
    package struct Change: Sendable {
        package var after: Timestamp.Span
        package var conditions: Conditions

        package init(after: Timestamp.Span, conditions: Conditions) {
            self.after = after
            self.conditions = conditions
        }
    }

    /// What `--scenario` calls it.
    package var name: String
    /// One line for the help.
    package var summary: String
    package var opening: Conditions
    /// In the order of time.
    package var changes: [Change]

    package init(name: String, summary: String, opening: Conditions = Conditions(), changes: [Change] = []) {
        precondition(
            zip(changes, changes.dropFirst()).allSatisfy { $0.after <= $1.after },
            "the changes of a scenario stand in the order of time")
        precondition(
            changes.allSatisfy { change in
                change.conditions.endpoints.elementsEqual(opening.endpoints) {
                    $0.method == $1.method && $0.template == $1.template
                }
            }, "a scenario keeps its list of endpoints")
        self.name = name
        self.summary = summary
        self.opening = opening
        self.changes = changes
    }

    package static let steady = Scenario(
        name: "steady", summary: "An ordinary day: rhythm, drift and error bursts, and nothing is deployed.")

    /// Every scenario that is built in.
    package static let all: [Scenario] = [.steady, .day()]

    package static func named(_ name: String) -> Scenario? { all.first { $0.name == name } }
}
