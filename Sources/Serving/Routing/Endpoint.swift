/// What can be asked for, and where.
enum Endpoint: CaseIterable, Sendable {
    case index, liveFile, livez, readyz, health, healthGroup, metrics, window, timeline, stream, inputs, insights,
        changes, compare, ledger, localHealth, healthHistory, operatorWord, openAPI

    var pattern: String {
        switch self {
        case .index: "/"
        case .liveFile: "/live/{file}"
        case .livez: "/livez"
        case .readyz: "/readyz"
        case .health: "/health"
        case .healthGroup: "/health/{group}"
        case .localHealth: PeerStatus.path
        case .healthHistory: "/api/v1/health/history"
        case .operatorWord: "/api/v1/health/{word}"
        case .openAPI: "/openapi.json"
        case .metrics: "/metrics"
        case .window: "/api/v1/windows/{window}"
        case .timeline: "/api/v1/timeline"
        case .stream: "/api/v1/stream"
        case .inputs: "/api/v1/inputs"
        case .insights: "/api/v1/insights"
        case .changes: "/api/v1/changes"
        case .compare: "/api/v1/compare"
        case .ledger: "/api/v1/ledger"
        }
    }

    var summary: String {
        switch self {
        case .index: "the live page; this list where the API is served elsewhere"
        case .liveFile: "what the live page consists of"
        case .livez: "200 while the agent runs"
        case .readyz: "200 once it has caught up with its inputs"
        case .health: "the judgement on the service: 200 pass or warn, 503 fail; ?format=text ?drain=404"
        case .healthGroup: "the same for one group of routes"
        case .localHealth: "this agent's own judgement, for its peers; 200 whatever it is"
        case .healthHistory: "every change of state, over restarts too"
        case .operatorWord: "POST drain, maint or ready: an operator's word, kept over restarts"
        case .openAPI: "all of this, described (OpenAPI 3.1)"
        case .metrics: "for Prometheus: text, OpenMetrics or protobuf with native histograms, by Accept; gzip"
        case .window: "one rolling window, 1m, 5m, 15m or 1h; ?by=route,status ?route=/orders/{id} ?source=main"
        case .timeline: "metrics over time; ?window=15m or ?from=-6h&to=-1h, ?step=1m ?route=/orders/{id} ?by=cache"
        case .stream: "how things stand, once a second (server-sent events)"
        case .inputs: "every log, how far it is read, and what of it was no request"
        case .insights: "where to begin: likely N+1 queries, and the least predictable routes"
        case .changes: "the change records: promises, marks, checklists and verdicts"
        case .compare:
            "the verdict between two stretches of time: ?before=FROM..TO&after=FROM..TO&expect=, or ?change=ID"
        case .ledger: "what became of every byte that was read"
        }
    }

    /// Moves to the admin address where there is one. Peers ask where probes do.
    var isAdministrative: Bool {
        switch self {
        case .liveFile, .window, .timeline, .stream, .inputs, .insights, .changes, .compare, .ledger, .healthHistory,
            .operatorWord:
            true
        case .index, .livez, .readyz, .health, .healthGroup, .localHealth, .metrics, .openAPI: false
        }
    }

    /// The page itself has nothing secret; a browser that fetches it has no token yet.
    var needsToken: Bool { isAdministrative && self != .liveFile }

    func takes(_ method: Request.Method) -> Bool {
        self == .operatorWord ? method == .post : method == .get || method == .head
    }

    /// The endpoint of a path and what stands for the braces of its pattern.
    static func find(_ path: String) -> (endpoint: Endpoint, argument: String)? {
        switch path {
        case "/health": (.health, "")
        case "/livez": (.livez, "")
        case "/readyz": (.readyz, "")
        case "/metrics": (.metrics, "")
        case "/openapi.json": (.openAPI, "")
        case "/": (.index, "")
        case "/api/v1/timeline": (.timeline, "")
        case "/api/v1/stream": (.stream, "")
        case "/api/v1/inputs": (.inputs, "")
        case "/api/v1/ledger": (.ledger, "")
        case "/api/v1/insights": (.insights, "")
        case "/api/v1/changes": (.changes, "")
        case "/api/v1/compare": (.compare, "")
        case PeerStatus.path: (.localHealth, "")
        case "/api/v1/health/history": (.healthHistory, "")
        default:
            argument(of: .healthGroup, in: path) ?? argument(of: .window, in: path)
                ?? argument(of: .operatorWord, in: path) ?? argument(of: .liveFile, in: path)
        }
    }

    private static func argument(of endpoint: Endpoint, in path: String) -> (endpoint: Endpoint, argument: String)? {
        let prefix = endpoint.pattern.prefix { $0 != "{" }
        guard path.hasPrefix(prefix), path.utf8.count > prefix.utf8.count else { return nil }
        return (endpoint, String(path.dropFirst(prefix.count)))
    }
}
