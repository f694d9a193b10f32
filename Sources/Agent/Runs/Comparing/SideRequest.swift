package import Comparison
package import RequestLog

/// What one side of a comparison is read from.
package struct SideRequest: Equatable, Sendable {
    /// A log, a glob of logs, a snapshot file or a data directory.
    package var input: String
    package var from: Timestamp?
    /// Not included.
    package var to: Timestamp?
    package var marks: [Mark] = []
    /// What the settings come down to, where a change record tells.
    package var configuration: String?

    package init(input: String, from: Timestamp? = nil, to: Timestamp? = nil) {
        self.input = input
        self.from = from
        self.to = to
    }

    /// As reports call it.
    package var name: String {
        guard from != nil || to != nil else { return input }
        return "\(input)@\(from.map { "\($0)" } ?? "")..\(to.map { "\($0)" } ?? "")"
    }
}
