internal import Exposition
internal import Health

/// How `/health` was asked, checked: `?format=` and `?drain=`, each at most once. Other parameters are whatever a balancer
/// puts there against caches, and no reason to take a service out.
struct HealthQuestion: Hashable, Sendable {
    private enum Format { case json, text }

    private var format = Format.json
    /// HAProxy's `disable-on-404` lets a server that answers 404 finish what it has; whoever knows that asks for it.
    private var drain = Status.serviceUnavailable

    init(_ query: [Request.Parameter]) throws(ProblemError) {
        var seen: Set<String> = []
        for parameter in query where ["format", "drain"].contains(parameter.name) {
            guard seen.insert(parameter.name).inserted else {
                throw ProblemError(.badRequest, "\(excerpt(parameter.name)) twice", expected: "each parameter once")
            }
            switch (parameter.name, parameter.value) {
            case ("format", "json"): format = .json
            case ("format", "text"): format = .text
            case ("format", let value):
                throw ProblemError(.badRequest, "format: \(excerpt(value))", expected: "json or text")
            case ("drain", "404"): drain = .notFound
            case ("drain", "503"): drain = .serviceUnavailable
            case (_, let value):
                throw ProblemError(.badRequest, "drain: \(excerpt(value))", expected: "404 or 503")
            }
        }
    }

    func answer(_ report: HealthReport, releaseID: String) -> Response {
        let status: Status = report.status != .fail ? .ok : report.state == .drain ? drain : .serviceUnavailable
        var response =
            switch format {
            case .json: Response(status, .health, HealthJSON.render(report, releaseID: releaseID))
            case .text: Response(status, text: "\(report.status.rawValue): \(report.output)\n")
            }
        response.fields = HealthQuestion.fields(report)
        return response
    }

    /// What Envoy is told beside the status. Whoever is to be judged by new requests, because none were seen or on
    /// probation, must get some: a degraded host might wait for them for ever.
    private static func fields(_ report: HealthReport) -> Response.Fields {
        switch report.state {
        case _ where report.status == .fail: .failsAtOnce
        case .warn, .guarded: .degraded
        default: []
        }
    }
}
