internal import Comparison
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
        /// A beat a second, for as long as the client stays.
        case stream(@Sendable () -> [UInt8])
    }

    private struct HealthKey: Hashable {
        var group: String?
        var question: HealthQuestion
    }

    private let view: any AgentView
    private let counters: ServerCounters
    private let keyring: Keyring
    private let releaseID: String
    private let servesAdministration: Bool
    private let endpoints: [Endpoint]
    /// The last judgements as bytes, by group: they change once a beat, while a probe may come 100,000 times a second.
    private let lastHealth = Mutex<[HealthKey: (report: HealthReport, response: Response)]>([:])
    private let lastRenderer = Mutex(MetricsRenderer())

    init(
        view: any AgentView, counters: ServerCounters, keyring: Keyring, releaseID: String, servesAdministration: Bool
    ) {
        self.view = view
        self.counters = counters
        self.keyring = keyring
        self.releaseID = releaseID
        self.servesAdministration = servesAdministration
        endpoints = Endpoint.allCases.filter { servesAdministration || !$0.isAdministrative }
    }

    /// - Parameter isLocal: whether the client is on this machine.
    func answer(_ request: Request, isLocal: Bool) -> Answer {
        guard let (endpoint, argument) = Endpoint.find(request.path), endpoints.contains(endpoint) else {
            return .now(Response(nothing(at: request.path)))
        }
        if endpoint.needsToken, let tokens = keyring.adminTokens, !tokens.accept(request.token) {
            counters.count(\.unauthorized)
            return .now(Router.unauthorized)
        }
        guard endpoint.takes(request.method) else { return .now(methodNotAllowed(endpoint)) }
        switch endpoint {
        case .index where servesAdministration: return file(.page, request)
        case .index: return .now(Response(text: index))
        case .liveFile:
            guard let file = LiveFile(rawValue: argument) else { return .now(Response(nothing(at: request.path))) }
            return self.file(file, request)
        case .livez: return .now(livez())
        case .readyz: return .now(readyz())
        case .health: return .now(health(group: nil, request.query))
        case .healthGroup: return .now(health(group: argument, request.query))
        case .localHealth:
            return .now(Response(.ok, .health, HealthJSON.render(view.localHealth(), releaseID: releaseID)))
        case .healthHistory: return .now(Response(.ok, .json, HealthHistoryJSON.render(view.healthHistory())))
        case .openAPI: return json(request) { _ in PackageResources.openapi_json }
        case .operatorWord: return operatorWord(argument, request, isLocal: isLocal)
        case .metrics: return .later { [self] in await metrics(request.preferences) }
        case .window: return window(argument, request)
        case .timeline: return timeline(request)
        case .stream where request.method == .head: return .now(Response(.ok, .events, []))
        case .stream: return .stream { [view] in BeatJSON.render(view.beat()) }
        case .inputs: return json(request) { InputsJSON.render(await $0.inputs()) }
        case .insights: return json(request) { InsightsJSON.render(try await $0.insights()) }
        case .changes: return json(request) { await $0.changes().tree.bytes }
        case .compare: return compare(request)
        case .ledger: return json(request) { LedgerJSON.render(await $0.ledger()) }
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

    private func health(group: String?, _ query: [Request.Parameter]) -> Response {
        guard let report = view.health(group: group) else {
            return Response(
                Problem(.notFound, "no health group \(excerpt(group ?? ""))", expected: "a group of the configuration"))
        }
        do throws(ProblemError) {
            let question = try HealthQuestion(query)
            return lastHealth.withLock { last in
                let key = HealthKey(group: group, question: question)
                if let last = last[key], last.report == report { return last.response }
                let response = question.answer(report, releaseID: releaseID)
                // Only groups that exist get here, in as many forms as there are.
                last[key] = (report, response)
                return response
            }
        } catch {
            return Response(error.problem)
        }
    }

    private func operatorWord(_ text: String, _ request: Request, isLocal: Bool) -> Answer {
        guard let word = OperatorWord.Word(rawValue: text) else {
            let known = OperatorWord.Word.allCases.map(\.rawValue).joined(separator: ", ")
            return .now(Response(Problem(.notFound, "no such word, \(excerpt(text))", expected: "one of \(known)")))
        }
        // With tokens, whoever gets here has one.
        guard isLocal || keyring.adminTokens != nil else {
            return .now(
                Response(
                    Problem(
                        .forbidden, "sent from another machine",
                        expected: "an operator on this one, or admin_token_file in the configuration")))
        }
        // Any page could make a browser of this machine send it.
        guard !request.hasOrigin else {
            return .now(Response(Problem(.forbidden, "sent by a page in a browser", expected: "plumbline health")))
        }
        return .later { [view] in
            let answer = await view.say(word)
            return Response(.ok, .json, OperatorWordJSON.render(answer.standing, isKept: answer.isKept))
        }
    }

    private func metrics(_ preferences: Preferences) async -> Response {
        do {
            var page = try await view.metricsPage()
            page.agent.incidents += counters.snapshot.incidents
            // Not under the lock: two scrapers do not wait for each other.
            var renderer = lastRenderer.withLock { $0 }
            let response = Response.metrics(page, for: preferences, &renderer)
            lastRenderer.withLock { $0 = renderer }
            return response
        } catch {
            return Response(Router.unanswered(error))
        }
    }

    private func file(_ file: LiveFile, _ request: Request) -> Answer {
        .later { file.response(for: request.preferences) }
    }

    private func timeline(_ request: Request) -> Answer {
        do throws(ProblemError) {
            let query = try TimelineQuestion.read(request.query)
            return .later { [view] in
                do {
                    let answer = try await view.timeline(query)
                    let bytes = TimelineJSON.render(answer.timeline, of: answer.subject, names: answer.names)
                    return Response(.ok, .json, bytes).compressed(for: request.preferences)
                } catch let error as TimelineError {
                    return Response(TimelineQuestion.problem(error))
                } catch {
                    return Response(Router.unanswered(error))
                }
            }
        } catch {
            return .now(Response(error.problem))
        }
    }

    private func window(_ name: String, _ request: Request) -> Answer {
        guard let length = WindowLength(rawValue: name) else {
            let known = WindowLength.allCases.map(\.rawValue).joined(separator: ", ")
            return .now(Response(Problem(.notFound, "no window \(excerpt(name))", expected: "one of \(known)")))
        }
        do throws(ProblemError) {
            let question = try WindowQuestion(request.query)
            return .later { [view] in
                do {
                    let answer = try question.answer(length, await view.window(length))
                    return answer.compressed(for: request.preferences)
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

    private func compare(_ request: Request) -> Answer {
        do throws(ProblemError) {
            let inquiry = try ComparisonInquiry(request.query)
            return .later { [view] in
                do throws(ComparisonRefusal) {
                    let bytes = ComparisonJSON.render(try await view.compare(inquiry))
                    return Response(.ok, .json, bytes).compressed(for: request.preferences)
                } catch {
                    return Response(Problem(error))
                }
            }
        } catch {
            return .now(Response(error.problem))
        }
    }

    private func json(
        _ request: Request, _ render: @escaping @Sendable (any AgentView) async throws -> [UInt8]
    ) -> Answer {
        .later { [view] in
            do {
                return Response(.ok, .json, try await render(view)).compressed(for: request.preferences)
            } catch {
                return Response(Router.unanswered(error))
            }
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

    private func methodNotAllowed(_ endpoint: Endpoint) -> Response {
        let isForReading = endpoint.takes(.get)
        var response = Response(
            Problem(
                .methodNotAllowed, isForReading ? "this method changes nothing here" : "this changes what is answered",
                expected: isForReading ? "GET, HEAD" : "POST"))
        response.fields = isForReading ? .allowsReading : .allowsPosting
        return response
    }

    private static let unauthorized: Response = {
        var response = Response(
            Problem(
                .unauthorized, "no token of the administrative side", expected: "authorization: Bearer TOKEN"))
        response.fields = .asksForToken
        return response
    }()

    private static func unanswered(_ error: any Error) -> Problem {
        Problem(.serviceUnavailable, "the agent did not answer: \(error)", expected: "a running agent", retryable: true)
    }
}
