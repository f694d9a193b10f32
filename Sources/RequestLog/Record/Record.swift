/// What one log line becomes: plain data, no references, so that a batch of them is one block of memory.
///
/// An optional quantity that the line did not have is `Record.absent`.
package struct Record: Equatable, Sendable {
    package static let absent: Int64 = -1

    package var time = Timestamp(nanoseconds: 0)
    /// Response time; at most `Record.longestDuration`.
    package var durationNanoseconds = Record.absent
    package var dbCalls = Record.absent
    package var dbNanoseconds = Record.absent
    package var upstreamNanoseconds = Record.absent
    /// Size of the response; at most `Record.mostBytes`.
    package var bytes = Record.absent
    package var route = NameID.none
    package var version = NameID.none
    package var status: UInt16 = 0
    package var method = Method.other
    package var cache = CacheStatus.none
    package var segment = Segment.unknown

    package init() {}

    /// A longer response time is a `bad_duration`: one year.
    package static let longestDuration: Int64 = 366 * 86_400 * 1_000_000_000
    /// A larger response is taken as absent: 2^53, where JSON numbers stop being exact.
    package static let mostBytes: Int64 = 1 << 53
    /// More database calls in one request are taken as absent.
    package static let mostCalls: Int64 = 1 << 32
}
