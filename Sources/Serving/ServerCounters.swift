import Exposition
import Synchronization

/// What the server did since it started.
package struct ServerCounts: Equatable, Sendable {
    package var connectionsAccepted: UInt64 = 0
    package var connectionsOpen: UInt64 = 0
    /// Closed at once because `ServerLimits.connections` were open.
    package var connectionsRefused: UInt64 = 0
    /// Closed while silent, to let a newer one in.
    package var connectionsEvicted: UInt64 = 0
    package var requests: UInt64 = 0
    /// Requests that were not understood or passed a limit, by status (400, 408, 413, 414, 417, 431, 501, 505).
    package var refusedByStatus: [UInt16: UInt64] = [:]
    package var idleTimeouts: UInt64 = 0
    package var writeTimeouts: UInt64 = 0
    /// Answers that the agent did not give in time.
    package var answerTimeouts: UInt64 = 0
    /// Times that a client's next request had to wait because of `ServerLimits.pipelinedRequests` or `unwrittenBytes`.
    package var pipelineWaits: UInt64 = 0
    /// Requests to the administrative side without one of its tokens.
    package var unauthorized: UInt64 = 0
    /// Connections that did not get through the handshake of TLS.
    package var tlsFailures: UInt64 = 0
    /// Questions at the agent-check port that were answered, and connections closed because of `ServerLimits.agentChecks`.
    package var agentChecks: UInt64 = 0
    package var agentChecksRefused: UInt64 = 0

    /// Streams begun, and those refused because of `ServerLimits.streams`.
    package var streamsOpened: UInt64 = 0
    package var streamsRefused: UInt64 = 0
    /// Beats that were not sent because the client had not taken the ones before.
    package var beatsMissed: UInt64 = 0

    package init() {}

    /// As the agent's own page shows them.
    var incidents: [IncidentCount] {
        [
            IncidentCount("http_requests", "HTTP requests that were understood.", requests),
            IncidentCount(
                "http_refused_requests", "HTTP requests that were not understood or passed a limit.",
                refusedByStatus.values.reduce(0, &+)),
            IncidentCount("http_connections", "HTTP connections accepted.", connectionsAccepted),
            IncidentCount(
                "http_refused_connections", "HTTP connections closed at once, past their limit.", connectionsRefused),
            IncidentCount(
                "http_evicted_connections", "Silent HTTP connections closed for a newer one.", connectionsEvicted),
            IncidentCount(
                "http_timeouts", "HTTP connections closed for being slow, and answers not given in time.",
                idleTimeouts &+ writeTimeouts &+ answerTimeouts),
            IncidentCount(
                "http_unauthorized_requests", "HTTP requests to the administrative side without one of its tokens.",
                unauthorized),
            IncidentCount(
                "http_tls_failures", "HTTP connections that did not get through the handshake of TLS.", tlsFailures),
            IncidentCount("http_streams", "Live pages that were told of news.", streamsOpened),
            IncidentCount("http_refused_streams", "Live pages refused, past their limit.", streamsRefused),
            IncidentCount(
                "http_missed_beats", "News that a live page was not told because it had not taken those before.",
                beatsMissed),
            IncidentCount("agent_checks", "Questions at the agent-check port.", agentChecks),
            IncidentCount(
                "agent_check_refused_connections", "Agent-check connections closed at once, past their limit.",
                agentChecksRefused),
        ]
    }
}

/// The counters behind `ServerCounts`, written by the event loop and read by anyone.
final class ServerCounters: Sendable {
    private let counts = Mutex(ServerCounts())
    private let requests = Atomic<UInt64>(0)

    /// Apart from the others because it is met by every request.
    func countRequest() { requests.wrappingAdd(1, ordering: .relaxed) }

    func count(_ counter: any WritableKeyPath<ServerCounts, UInt64> & Sendable) {
        counts.withLock { $0[keyPath: counter] &+= 1 }
    }

    func countRefusal(_ status: Status) { counts.withLock { $0.refusedByStatus[status.code, default: 0] &+= 1 } }

    func countClosed() { counts.withLock { $0.connectionsOpen &-= 1 } }

    var snapshot: ServerCounts {
        var copy = counts.withLock { $0 }
        copy.requests = requests.load(ordering: .relaxed)
        return copy
    }
}
