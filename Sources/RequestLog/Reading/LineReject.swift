/// A line that is no record, as the reader throws it: plain data, for it is thrown per line.
struct LineReject: Error {
    var reason: RejectReason
    /// Where in memory it went wrong; 0 where something is missing.
    var address: UInt
    var expected: StaticString
    /// A line of nothing but white space is none, and no fault either.
    var isBlank = false

    init(_ reason: RejectReason, at address: UInt, expected: StaticString) {
        self.reason = reason
        self.address = address
        self.expected = expected
    }

    init(_ reason: RejectReason, _ value: LineFields.Value, expected: StaticString) {
        self.init(reason, at: value.kind == .absent ? 0 : UInt(bitPattern: value.run.start), expected: expected)
    }

    static var blank: LineReject {
        var reject = LineReject(.malformed, at: 0, expected: "")
        reject.isBlank = true
        return reject
    }
}
