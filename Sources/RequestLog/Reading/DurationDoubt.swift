/// Durations that no service has: their unit is likely to be another one than was said.
package enum DurationDoubt: Equatable, Sendable {
    /// Half of them or more last at least this long, in nanoseconds.
    case tooLong(median: Int64)
    /// None lasts longer, in nanoseconds, though some last.
    case tooShort(longest: Int64)

    /// A median from here on is no answer to a request.
    static let tooLong: Int64 = 600 * 1_000_000_000
    /// Nothing is answered in less than a microsecond.
    static let tooShort: Int64 = 1_000

    /// - Parameters: in nanoseconds; nil: nobody knows.
    package init?(median: Int64?, longest: Int64?) {
        if let median, median >= DurationDoubt.tooLong {
            self = .tooLong(median: median)
        } else if let longest, longest > 0, longest < DurationDoubt.tooShort {
            self = .tooShort(longest: longest)
        } else {
            return nil
        }
    }
}

/// Some durations of a log, until there are enough to judge by.
package struct DurationSample: Sendable {
    package static let size = 31

    private var durations: [Int64] = []

    package init() {}

    package var isComplete: Bool { durations.count == DurationSample.size }

    /// - Returns: what is to be said, once, when the sample is complete.
    package mutating func observe(_ nanoseconds: Int64) -> DurationDoubt? {
        guard nanoseconds != Record.absent, !isComplete else { return nil }
        durations.append(nanoseconds)
        return isComplete ? doubt : nil
    }

    /// Of those that there are.
    package var doubt: DurationDoubt? {
        DurationDoubt(median: durations.sorted().dropFirst((durations.count - 1) / 2).first, longest: durations.max())
    }
}
