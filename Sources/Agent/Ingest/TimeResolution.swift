package import RequestLog

/// The coarsest step in which a log's times move, from the times themselves: 1 s, 1 ms, 1 µs… down to 1 ns.
package struct TimeResolution {
    package private(set) var nanoseconds: Int64 = 1_000_000_000

    package init() {}

    package mutating func observe(_ time: Timestamp) {
        while time.nanoseconds % nanoseconds != 0 { nanoseconds /= 10 }
    }
}
