/// What the clocks of a place showed: the offset from UTC, and when it changed.
package struct TimeZone: Hashable, Sendable {
    package struct Transition: Hashable, Sendable {
        /// Seconds since the epoch.
        package var instant: Int64
        /// Seconds east of UTC from then on.
        package var offset: Int64

        package init(instant: Int64, offset: Int64) {
            self.instant = instant
            self.offset = offset
        }
    }

    /// Of the same name are the same: what else there is follows from it.
    package let name: String
    private let first: Int64
    private let transitions: [Transition]

    /// - Parameters:
    ///   - first: seconds east of UTC before the first transition.
    ///   - transitions: in the order of time.
    package init(name: String, first: Int64, transitions: [Transition] = []) {
        self.name = name
        self.first = first
        self.transitions = transitions
    }

    package static let utc = TimeZone(name: "UTC", first: 0)

    package static func == (left: TimeZone, right: TimeZone) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// Whether its clocks are ever set to another offset.
    package var changes: Bool { !transitions.isEmpty }

    package func offset(at instant: Int64) -> Int64 {
        let later = place(behind: instant)
        return later == 0 ? first : transitions[later - 1].offset
    }

    /// The instant at which clocks showed this, given as if it were UTC.
    ///
    /// Where they showed it twice, in autumn, it is the first time, unless that would be more than a minute before the
    /// `last` instant of about then: logs go forward. Where they never showed it, in spring, it is read with the offset
    /// of before.
    package func instant(ofLocal local: Int64, last: Int64?) -> Int64 {
        // No offset is more than a day.
        let early = local - offset(at: local - 86_400)
        let late = local - offset(at: local + 86_400)
        let isEarly = offset(at: early) == local - early
        let isLate = offset(at: late) == local - late
        guard early != late else { return early }
        if isEarly, isLate, let last {
            return early < last - 60 && last < late + (late - early) ? late : early
        }
        return isEarly || !isLate ? early : late
    }

    /// The times that clocks showed around this one, given as if they were UTC, and the one offset that they can have:
    /// no change is within a day of any of them. Nil where one is within a day of this.
    package func steady(around local: Int64) -> (locals: Range<Int64>, offset: Int64)? {
        let later = place(behind: local - 86_400)
        let start = later == 0 ? Int64.min : transitions[later - 1].instant + 86_400
        let end = later == transitions.count ? Int64.max : transitions[later].instant - 86_400
        guard start <= local, local < end else { return nil }
        return (start..<end, later == 0 ? first : transitions[later - 1].offset)
    }

    /// The first transition behind the instant.
    private func place(behind instant: Int64) -> Int {
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].instant <= instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
