package import RequestLog

/// One request as it will stand in the log: what is written is what it holds, so the truth needs no rounding.
package struct Request: Equatable, Sendable {
    /// Whole microseconds.
    package var time: Timestamp
    /// Its place among the endpoints of the conditions.
    package var endpoint: Int
    /// Its place in `Traffic.versions`.
    package var version: Int
    package var status: UInt16
    package var cache = CacheStatus.none
    package var segment = Segment.anonymous
    /// At most `Request.longestMicroseconds`.
    package var durationMicroseconds: Int64 = 0
    package var dbCalls: Int64 = 0
    package var dbMicroseconds: Int64 = 0
    package var bytes: Int64 = 0
    /// Rows asked for; 0 where the endpoint has no pages.
    package var pageRows: Int64 = 0

    /// Ten minutes, where the imagined server gives up.
    package static let longestMicroseconds: Int64 = 600_000_000
}
