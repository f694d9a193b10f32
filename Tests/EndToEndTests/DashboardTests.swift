import Foundation
import FoundationNetworking
import SystemPackage
import TestSupport
import Testing

extension EndToEnd {
    @Suite("dashboards", .timeLimit(.minutes(5)))
    struct DashboardTests {
        @Test("a dashboard is what Grafana expects", arguments: Dashboards.boards)
        func form(board: String) throws {
            let document = try Dashboards.document(board)
            #expect(document["uid"] as? String == "plumbline-\(board)")
            #expect(document["schemaVersion"] as? Int ?? 0 >= 39)
            let panels = try #require(document["panels"] as? [[String: Any]])
            #expect(Set(panels.compactMap { $0["id"] as? Int }).count == panels.count)
            var taken: Set<[Int]> = []
            for panel in panels {
                for key in ["type", "title", "description", "fieldConfig", "options"] { #expect(panel[key] != nil) }
                let source = panel["datasource"] as? [String: String]
                #expect(source == ["type": "prometheus", "uid": "${datasource}"])
                let place = try #require(panel["gridPos"] as? [String: Int])
                let (x, y, w, h) = (place["x"] ?? 0, place["y"] ?? 0, place["w"] ?? 0, place["h"] ?? 0)
                #expect(w > 0 && h > 0 && x + w <= 24)
                for column in x..<x + w {
                    for row in y..<y + h { #expect(taken.insert([column, row]).inserted, "\(panel["title"] ?? "")") }
                }
            }
            // Whatever a text mentions is a variable of the dashboard, or Grafana's own.
            let variables = try #require((document["templating"] as? [String: Any])?["list"] as? [[String: Any]])
            let names = Set(variables.compactMap { $0["name"] as? String } + ["__rate_interval", "__all", "1", "2"])
            let text = try String(
                contentsOfFile: Dashboards.folder.appending("grafana/\(board).json").string, encoding: .utf8)
            for match in text.matches(of: #/\$\{?(\w+)/#) { #expect(names.contains(String(match.1)), "$\(match.1)") }
        }

        @Test("the rules and alerts do what their tests say")
        func unitTests() async throws {
            let folder = Dashboards.folder.appending("prometheus")
            for verb in [["check", "rules"] + Dashboards.rules, ["test", "rules", "plumbline-tests.yaml"]] {
                let arguments = verb.map { $0.hasSuffix(".yaml") ? folder.appending($0).string : $0 }
                let finished = try await runProgram("/usr/bin/promtool", arguments)
                #expect(finished.exitCode == 0, "\(finished.output)\(finished.error)")
            }
        }

        @Test("every expression has data of a real agent in a real Prometheus, and quantiles are the agent's")
        func expressions() async throws {
            try await withWorkplace { place in
                let port = try freePort()
                // An agent without its log is not ready.
                try place.write("app.log", "")
                let settings =
                    "rule_files: [\(Dashboards.rules.map { Dashboards.folder.appending("prometheus/\($0)").string }.joined(separator: ", "))]"
                var shop = DashboardShop()
                try await withBothPrometheus(scraping: port, settings: settings, in: place) { native, classic in
                    let both = [native, classic]
                    // The first life: one request of each kind, so that later ones are an increase.
                    try await withAgent(place.file("app.log").string, "--from-start", in: place, port: port) { agent in
                        try place.append("app.log", shop.seeds())
                        try await agent.commits(shop.requests)
                        for prometheus in both { try await scraped(prometheus, shop.requests) }
                    }
                    try await withAgent(place.file("app.log").string, in: place, port: port) { agent in
                        try place.append("app.log", shop.day(6_000))
                        try await agent.commits(shop.requests)
                        for prometheus in both {
                            try await scraped(prometheus, shop.requests)
                            try await wait("a change of health", upTo: .seconds(60)) {
                                try await prometheus.number("max(changes(plumbline_health_status[2m]))") ?? 0 > 0
                            }
                        }
                        try await Task.sleep(for: .seconds(4))
                        try place.append("app.log", shop.deploy())
                        for prometheus in both {
                            try await scraped(prometheus, shop.requests)
                            let now = Date().timeIntervalSince1970
                            try await check(prometheus, at: now, agent)
                        }
                    }
                }
            }
        }

        @Test("an alert reaches Alertmanager")
        func alert() async throws {
            try await withWorkplace { place in
                // Whatever waits for minutes does not wait here.
                var rules: [String] = []
                for name in Dashboards.rules {
                    let file = Dashboards.folder.appending("prometheus/\(name)").string
                    let text = try String(contentsOfFile: file, encoding: .utf8).replacing(
                        #/for: \d+[mh]/#, with: "for: 0s")
                    rules.append(try place.write(name, text).string)
                }
                let log = try NumberedLog(place)
                try await withAlertmanager(in: place) { alertmanager in
                    try await withAgent(place.file("app.log").string, "--from-start", in: place) { agent in
                        let settings = """
                            rule_files: [\(rules.joined(separator: ", "))]
                            alerting:
                              alertmanagers:
                                - static_configs: [{targets: ["127.0.0.1:\(alertmanager)"]}]
                            """
                        try await withPrometheus(scraping: agent.port, isNative: false, settings: settings, in: place) {
                            prometheus in
                            try await wait("a first scrape") {
                                try await prometheus.number("max(plumbline_agent_inputs)") != nil
                            }
                            try await wait("the alert in Alertmanager", upTo: .seconds(90)) {
                                try await log.append(20)
                                try place.append("app.log", "this is no request\n")
                                return try await alerts(of: alertmanager).contains("PlumblineLinesRejected")
                            }
                        }
                    }
                }
            }
        }
    }
}

private func scraped(_ prometheus: Prometheus, _ requests: Int) async throws {
    try await wait("a scrape of \(requests) requests", upTo: .seconds(30)) {
        try await prometheus.number("sum(plumbline_requests_total)") == Double(requests)
    }
}

/// Every expression of dashboards and rules at one time.
private func check(_ prometheus: Prometheus, at now: Double, _ agent: Agent) async throws {
    var quantiles = 0
    for board in Dashboards.boards {
        for expression in try Dashboards.expressions(board) {
            // What was deployed is new since a few seconds here.
            let promQL = Dashboards.filled(expression.promQL, source: "main").replacing("offset 2m", with: "offset 4s")
            let samples = try await prometheus.query(promQL, at: now)
            // What shows only what went wrong shows nothing here.
            #expect(!samples.isEmpty || expression.promQL.hasSuffix(" > 0)"), "\(expression)")
            if try await compare(samples, with: agent, expression) { quantiles += 1 }
        }
    }
    #expect(quantiles >= 10)
    for rule in try await prometheus.rules() {
        #expect(rule.health == "ok" && (rule.lastError ?? "").isEmpty, "\(rule)")
        // What is usual takes an hour to know.
        guard rule.type == "recording", !rule.name.hasSuffix("_usual") else { continue }
        #expect(try await !prometheus.query(rule.name).isEmpty, "\(rule.name)")
    }
    #expect(try await prometheus.rules().count > 20)
}

/// Holds quantiles against the agent's own; false where the expression has none that the agent tells, too.
private func compare(
    _ samples: [Prometheus.Sample], with agent: Agent, _ expression: Dashboards.Expression
) async throws -> Bool {
    let promQL = expression.promQL
    guard !promQL.contains("offset"), !promQL.contains("cache!~"),
        let head = promQL.firstMatch(of: #/histogram_quantile\(([0-9.]+), sum(?: by \((\w+)\))? \(/#)
    else { return false }
    let (fraction, dimension) = (try #require(Double(head.1)), head.2.map(String.init))
    let path = "/api/v1/windows/1h" + (dimension.map { "?by=\($0)" } ?? "")
    let data = try await agent.get(path).body
    let document = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let total = try #require(document["total"] as? [String: Any])
    let rows = dimension == nil ? [total] : try #require(document["series"] as? [[String: Any]])
    for sample in samples {
        let name = dimension.flatMap { sample.metric[$0] }
        let row = try #require(
            rows.first { dimension == nil || $0[dimension ?? ""] as? String == name }, "\(expression)")
        let times = try #require(row["duration_seconds"] as? [String: Any])
        let expected = try #require(times["p\(Int((fraction * 100).rounded()))"] as? Double)
        let found = try #require(sample.value?.last?.double)
        // Classic buckets end at powers of two, the next one for the requests that one of both does not know.
        #expect(abs(log2(found / expected)) <= 1, "\(expression): \(found), agent \(expected)")
    }
    return true
}

private func withAlertmanager(in place: Workplace, _ body: (Int) async throws -> Void) async throws {
    let port = try freePort()
    let settings = try place.write("alertmanager.yml", "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    _ = try await withProgram(
        "/usr/bin/prometheus-alertmanager",
        [
            "--config.file=\(settings)", "--storage.path=\(place.file("alertmanager"))", "--cluster.listen-address=",
            "--web.listen-address=127.0.0.1:\(port)",
        ], directory: place.path, log: place.file("alertmanager.out")
    ) { _ in
        try await wait("Alertmanager", upTo: .seconds(30)) { (try? await alerts(of: port)) != nil }
        try await body(port)
    }
}

/// The names of the alerts that an Alertmanager has.
private func alerts(of port: Int) async throws -> [String] {
    struct Alert: Decodable { var labels: [String: String] }
    let url = try #require(URL(string: "http://127.0.0.1:\(port)/api/v2/alerts"))
    let (body, _) = try await URLSession.shared.data(for: URLRequest(url: url, timeoutInterval: 5))
    return try JSONDecoder().decode([Alert].self, from: body).compactMap { $0.labels["alertname"] }
}
