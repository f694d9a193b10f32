/// What one client, or all of them together, may take. Every limit has a counter in `ServerCounts`.
package struct ServerLimits: Equatable, Sendable {
    /// Open connections. The next one takes the place of one that has sent no whole request, or none after its last
    /// answer, for `silent`; or has taken nothing of its answer for `unread`; or else of the oldest that has not asked
    /// at all. Where there is none of these it is closed at once.
    ///
    /// Whoever holds places without asking, or without reading, must not keep a probe out. A probe that sends its
    /// request at once is answered before so many newer ones have come that it is the oldest.
    package var connections = 512
    package var silent = Duration.milliseconds(100)
    package var unread = Duration.seconds(1)

    /// Open connections of the agent-check port; the next one is closed at once.
    package var agentChecks = 64

    /// Live pages that are told of news as it comes; 503 beyond. What one of them has not taken is at most
    /// `unwrittenBytes` and a beat; then it misses some.
    package var streams = 16
    /// How often they are told.
    package var beat = Duration.seconds(1)

    /// Request line and header fields together, in bytes; 431 beyond.
    package var headerBytes = 16 * 1024
    package var headerFields = 100
    /// The request target, in bytes, before decoding; 414 beyond.
    package var targetBytes = 4 * 1024
    /// A request body is read and ignored up to here, in bytes; 413 beyond.
    package var bodyBytes = 64 * 1024
    /// Requests of one connection answered in one go; the next ones wait unread until those answers were written.
    package var pipelinedRequests = 64
    /// The same in bytes of answers.
    package var unwrittenBytes = 64 * 1024

    /// Silence between two requests; also the longest a request may take to arrive, from its first byte on.
    package var idle = Duration.seconds(60)
    /// How long the agent may take for an answer; 503 beyond.
    package var answer = Duration.seconds(10)
    /// How long a client may leave an answer unread.
    package var write = Duration.seconds(30)
    /// How long a refused client is listened to, so that it can read why before the connection is reset.
    package var linger = Duration.seconds(2)
    /// How long running answers may take once the server stops.
    package var stop = Duration.seconds(1)

    package init() {}
}
