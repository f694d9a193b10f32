package import RequestLog
package import RollingWindow

/// What the service is held to. A limit is met by its own value: only what lies above it warns or fails.
package struct HealthRules: Equatable, Sendable {
    package var window = WindowLength.oneMinute
    /// Below this many requests (or response times) in the window, nothing is said about them.
    package var minRequests: UInt64 = 20
    /// Errors per request, 0…1.
    package var errorRatioWarn = 0.01
    package var errorRatioFail = 0.05
    package var p95Warn = Timestamp.Span.seconds(1)
    package var p95Fail = Timestamp.Span.seconds(5)
    /// The service is not seen any more when its last request is older than this.
    package var staleAfter = Timestamp.Span.seconds(60)

    package init() {}
}
