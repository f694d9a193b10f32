internal import Exposition
internal import Health
internal import RollingWindow
import Synchronization

/// Requests → responses, by asking the agent.
final class Router: Sendable {
    enum Answer: Sendable {
        case now(Response)
        /// The agent needs time; run it off the event loop.
        case later(@Sendable () async -> Response)
    }

    private let view: any AgentView
    private let counters: ServerCounters
    private let releaseID: String
    private let endpoints: [Endpoint]
    /// The last judgements as bytes, by group: they change once a beat, while a probe may come 100,000 times a second.
    private let lastHealth = Mutex<[String?: (report: HealthReport, response: Response)]>([:])
    private let lastLabels = Mutex(SeriesLabels())

    init(view: any AgentView, counters: ServerCounters, releaseID: String, servesAdministration: Bool) {
        self.view = view
        self.counters = counters
        self.releaseID = releaseID
        endpoints = Endpoint.allCases.filter { servesAdministration || !$0.isAdministrative }
    }

    func answer(_ request: Request) -> Answer {
        guard let (endpoint, argument) = Endpoint.find(request.path), endpoints.contains(endpoint) else {
            return .now(Response(nothing(at: request.path)))
        }
        guard request.method != .other else { return .now(Response(Router.methodNotAllowed)) }
        switch endpoint {
        case .index: return .now(Response(text: index))
        case .livez: return .now(livez())
        case .readyz: return .now(readyz())
        case .health: return .now(health(group: nil))
        case .healthGroup: return .now(health(group: argument))
        case .localHealth:
            return .now(Response(.ok, .health, HealthJSON.render(view.localHealth(), releaseID: releaseID)))
        case .healthHistory: return .now(Response(.ok, .json, HealthHistoryJSON.render(view.healthHistory())))
        case .metrics: return .later { [self] in await metrics() }
        case .window: return window(argument, request.query)
        case .ledger: return .later { [view] in Response(.ok, .json, LedgerJSON.render(await view.ledger())) }
        }
    }

    private func livez() -> Response {
        switch view.liveness() {
        case .alive: Response(text: "ok\n")
        case .stuck(let reason): Response(.serviceUnavailable, text: "\(reason)\n")
        }
    }

    private func readyz() -> Response {
        switch view.readiness() {
        case .ready: Response(text: "ready\n")
        case .notReady(let reasons): Response(.serviceUnavailable, text: reasons.map { "\($0)\n" }.joined())
        }
    }

    private func health(group: String?) -> Response {
        guard let report = view.health(group: group) else {
            return Response(
                Problem(.notFound, "no health group \(excerpt(group ?? ""))", expected: "a group of the configuration"))
        }
        return lastHealth.withLock { last in
            if let last = last[group], last.report == report { return last.response }
            let status = report.status == .fail ? Status.serviceUnavailable : .ok
            let response = Response(status, .health, HealthJSON.render(report, releaseID: releaseID))
            // Only groups that exist get here.
            last[group] = (report, response)
            return response
        }
    }

    private func metrics() async -> Response {
        do {
            var page = try await view.metricsPage()
            page.agent.incidents += counters.snapshot.incidents
            // Not under the lock: two scrapers do not wait for each other.
            var labels = lastLabels.withLock { $0 }
            let text = PrometheusText.render(page, &labels)
            lastLabels.withLock { $0 = labels }
            return Response(.ok, .prometheus, text)
        } catch {
            return Response(Router.unanswered(error))
        }
    }

    private func window(_ name: String, _ query: [Request.Parameter]) -> Answer {
        guard let length = WindowLength(rawValue: name) else {
            let known = WindowLength.allCases.map(\.rawValue).joined(separator: ", ")
            return .now(Response(Problem(.notFound, "no window \(excerpt(name))", expected: "one of \(known)")))
        }
        do throws(ProblemError) {
            let question = try WindowQuestion(query)
            return .later { [view] in
                do {
                    return try question.answer(length, await view.window(length))
                } catch let error as ProblemError {
                    return Response(error.problem)
                } catch {
                    return Response(Router.unanswered(error))
                }
            }
        } catch {
            return .now(Response(error.problem))
        }
    }

    private var index: String {
        let width = (endpoints.map(\.pattern.count).max() ?? 0) + 2
        let rows = endpoints.map { endpoint in
            endpoint.pattern + String(repeating: " ", count: width - endpoint.pattern.count) + endpoint.summary
        }
        return "Plumbline \(releaseID)\n\n" + rows.joined(separator: "\n") + "\n"
    }

    private func nothing(at path: String) -> Problem {
        let known = endpoints.map(\.pattern).joined(separator: ", ")
        return Problem(.notFound, "nothing at \(excerpt(path))", expected: "one of \(known)")
    }

    private static let methodNotAllowed = Problem(
        .methodNotAllowed, "this method changes nothing here", expected: Endpoint.allowedMethods)

    private static func unanswered(_ error: any Error) -> Problem {
        Problem(.serviceUnavailable, "the agent did not answer: \(error)", expected: "a running agent", retryable: true)
    }
}
