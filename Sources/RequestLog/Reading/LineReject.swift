/// A line that is no record, as the reader throws it: plain data, for it is thrown per line.
struct LineReject: Error {
    /// What the line is counted as.
    enum Kind {
        /// By its reason.
        case rejected
        /// Nothing but white space.
        case blank
        /// It says how other lines are written.
        case header
        /// Part of a line that goes on with another one.
        case continuation
        /// A request that the user does not want to count.
        case filtered
    }

    var kind = Kind.rejected
    var reason: RejectReason
    /// Where in memory it went wrong; 0 where something is missing.
    var address: UInt
    var expected: StaticString

    init(_ reason: RejectReason, at address: UInt, expected: StaticString) {
        self.reason = reason
        self.address = address
        self.expected = expected
    }

    init(_ reason: RejectReason, _ value: LineFields.Value, expected: StaticString) {
        self.init(reason, at: value.kind == .absent ? 0 : UInt(bitPattern: value.run.start), expected: expected)
    }

    /// No fault of the line.
    init(_ kind: Kind) {
        self.init(.malformed, at: 0, expected: "")
        self.kind = kind
    }
}
