/// Why a line did not become a record.
package enum RejectReason: UInt8, CaseIterable, Sendable {
    case malformed, missingTime, missingStatus, badTime, badStatus, badDuration, futureTime, tooLong, notARequest

    package var name: String {
        switch self {
        case .malformed: "malformed"
        case .missingTime: "missing_time"
        case .missingStatus: "missing_status"
        case .badTime: "bad_time"
        case .badStatus: "bad_status"
        case .badDuration: "bad_duration"
        case .futureTime: "future_time"
        case .tooLong: "too_long"
        case .notARequest: "not_a_request"
        }
    }
}

/// How many lines came in and what became of them.
///
/// `lines = accepted + blank + filtered + continuation + header + Σ rejected`: the sum is the definition, so it cannot
/// be violated.
package struct LineCounts: Equatable, Sendable {
    package var accepted: UInt64 = 0
    package var blank: UInt64 = 0
    package var filtered: UInt64 = 0
    package var continuation: UInt64 = 0
    package var header: UInt64 = 0
    private var rejects: InlineArray<9, UInt64> = .init(repeating: 0)

    package init() {}

    package var lines: UInt64 { accepted &+ blank &+ filtered &+ continuation &+ header &+ rejected }

    package var rejected: UInt64 {
        var sum: UInt64 = 0
        for index in rejects.indices { sum &+= rejects[index] }
        return sum
    }

    package subscript(reason: RejectReason) -> UInt64 {
        get { rejects[Int(reason.rawValue)] }
        set { rejects[Int(reason.rawValue)] = newValue }
    }

    package mutating func add(_ other: LineCounts) {
        accepted &+= other.accepted
        blank &+= other.blank
        filtered &+= other.filtered
        continuation &+= other.continuation
        header &+= other.header
        for reason in RejectReason.allCases { self[reason] &+= other[reason] }
    }

    package static func == (left: LineCounts, right: LineCounts) -> Bool {
        left.accepted == right.accepted && left.blank == right.blank && left.filtered == right.filtered
            && left.continuation == right.continuation && left.header == right.header
            && RejectReason.allCases.allSatisfy { left[$0] == right[$0] }
    }
}
