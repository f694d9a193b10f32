/// A line that is no record, as the reader throws it: plain data, for it is thrown per line.
struct LineReject: Error {
    var reason: RejectReason
    /// Where in memory it went wrong; 0 where something is missing.
    var address: UInt
    var expected: StaticString
    var kind = Kind.fault

    /// Lines that are no requests, and no faults either.
    enum Kind: UInt8 {
        case fault
        /// Nothing but white space.
        case blank
        /// It says how the lines behind it are written.
        case header
        /// It belongs to another line.
        case continuation
        /// The configuration leaves it out.
        case filtered
    }

    init(_ reason: RejectReason, at address: UInt, expected: StaticString) {
        self.reason = reason
        self.address = address
        self.expected = expected
    }

    init(_ reason: RejectReason, _ value: LineFields.Value, expected: StaticString) {
        self.init(reason, at: value.kind == .absent ? 0 : UInt(bitPattern: value.run.start), expected: expected)
    }

    static func none(_ kind: Kind) -> LineReject {
        var reject = LineReject(.malformed, at: 0, expected: "")
        reject.kind = kind
        return reject
    }
}

extension LineCounts {
    mutating func add(_ reject: LineReject) {
        switch reject.kind {
        case .fault: self[reject.reason] &+= 1
        case .blank: blank &+= 1
        case .header: header &+= 1
        case .continuation: continuation &+= 1
        case .filtered: filtered &+= 1
        }
    }
}
