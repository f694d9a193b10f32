/// The commits (from, through] of one store: `from` is not in it, `through` is.
package struct CommitRange: Hashable, Sendable, CustomStringConvertible {
    package var from: UInt64
    package var through: UInt64

    package init(from: UInt64, through: UInt64) {
        precondition(from < through, "a range of commits that holds none")
        self.from = from
        self.through = through
    }

    package init(only sequence: UInt64) { self.init(from: sequence - 1, through: sequence) }

    package func overlaps(_ other: CommitRange) -> Bool { from < other.through && other.from < through }

    package func contains(_ other: CommitRange) -> Bool { from <= other.from && other.through <= through }

    package mutating func formUnion(_ other: CommitRange) {
        from = min(from, other.from)
        through = max(through, other.through)
    }

    package var description: String { "(\(from), \(through)]" }
}
