package import RequestLog

/// One side of a comparison: what happened in its windows, slice by slice and stratum by stratum.
///
/// `SideBuilder` makes it. Two sides of one comparison have slices of one width and were read with one table of names,
/// so that what was learned of routes on either side holds on both.
package struct Side: Sendable {
    /// As somebody named it: a path, a data directory, a version.
    package var name: String
    /// Event time covered, in order, each from a multiple of the slices' width to another.
    package var windows: [Window]
    package var sliceWidth: Timestamp.Span
    /// In the order of their keys.
    package internal(set) var strata: [Stratum]
    /// What somebody did to the service, inside the windows and before them.
    package var marks: [Mark] = []
    package var facts: SideFacts

    package struct Window: Equatable, Sendable {
        package var from: Timestamp
        /// Not included.
        package var to: Timestamp

        package init(from: Timestamp, to: Timestamp) {
            self.from = from
            self.to = to
        }

        package func contains(_ time: Timestamp) -> Bool { from <= time && time < to }
    }

    package struct Stratum: Sendable {
        package var key: StratumKey
        var cells: PackedCells
    }

    package var requests: UInt64 {
        var sum: UInt64 = 0
        for stratum in strata { stratum.cells.forEach { _, cell in sum &+= cell.requests } }
        return sum
    }
}

/// What is known about a side beside its numbers: a difference here may explain a difference there.
package struct SideFacts: Sendable {
    /// First and last event.
    package var firstEvent: Timestamp?
    package var lastEvent: Timestamp?
    /// Requests of each version; without versions empty.
    package var versions: [String: UInt64] = [:]
    /// Requests that the side has, and how many of them have which field.
    package var requests: UInt64 = 0
    package var withCacheStatus: UInt64 = 0
    package var withCalls: UInt64 = 0
    package var withSegment: UInt64 = 0
    package var withDuration: UInt64 = 0
    package var authenticated: UInt64 = 0
    /// Every response time is a multiple of this, a power of ten; 0: there is none.
    package var resolutionNanoseconds: Int64 = 0
    /// How its lines are written, where that is known: `nginx`, `json`.
    package var formats: [String] = []
    /// What the settings that decide how lines are read come down to, where that is known.
    package var configuration: String?

    package init() {}
}
