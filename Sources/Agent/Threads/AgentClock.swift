import Glibc
package import RequestLog

/// The wall clock, watched: it should move as the monotonic clock does, and a step is noticed.
package struct AgentClock {
    /// Steps of more than `tolerance` since the start.
    package private(set) var steps: UInt64 = 0

    private var lastWall: Timestamp
    private var lastMonotonic: Int64

    /// Slewing by time daemons stays below this between two looks.
    static let tolerance = Timestamp.Span.seconds(1)

    package init(wall: Timestamp = AgentClock.wall, monotonicNanoseconds: Int64 = AgentClock.monotonicNanoseconds) {
        lastWall = wall
        lastMonotonic = monotonicNanoseconds
    }

    package enum Reading: Equatable {
        case moved(to: Timestamp)
        /// The clock was set; what windows end at is set with it.
        case stepped(to: Timestamp, by: Timestamp.Span)
    }

    package mutating func read() -> Reading {
        read(wall: AgentClock.wall, monotonicNanoseconds: AgentClock.monotonicNanoseconds)
    }

    /// Takes what both clocks show at one moment.
    package mutating func read(wall: Timestamp, monotonicNanoseconds monotonic: Int64) -> Reading {
        let expected = lastWall + Timestamp.Span(nanoseconds: monotonic - lastMonotonic)
        let deviation = wall - expected
        let before = lastWall
        lastMonotonic = monotonic
        if deviation > AgentClock.tolerance || deviation < .zero - AgentClock.tolerance {
            steps &+= 1
            lastWall = wall
            return .stepped(to: wall, by: deviation)
        }
        // A small slip back is waited out rather than followed.
        lastWall = max(before, wall)
        return .moved(to: lastWall)
    }

    package static var wall: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    package static var monotonicNanoseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// The monotonic clock as what lasts is measured by.
    static var uptime: Timestamp.Span { Timestamp.Span(nanoseconds: monotonicNanoseconds) }
}
