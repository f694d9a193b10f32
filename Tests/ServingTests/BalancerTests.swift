import Health
import RequestLog
import Serving
import Synchronization
import Testing

@Suite("each balancer's language", .timeLimit(.minutes(10)))
struct BalancerTests {
    // HAProxy's `disable-on-404` lets a server finish what it has, and is for those who know what 404 means.
    @Test(
        "404 is an operator's drain, for whoever asked for it; all else that fails is 503",
        arguments: [
            (HealthStatus.pass, OperatorWord.Word.ready, "?drain=404", 200), (.warn, .ready, "?drain=404", 200),
            (.fail, .ready, "?drain=404", 503), (.pass, .drain, "?drain=404", 404), (.fail, .drain, "?drain=404", 404),
            (.pass, .drain, "", 503), (.pass, .drain, "?drain=503", 503), (.pass, .maint, "?drain=404", 503),
        ])
    func drained(status: HealthStatus, word: OperatorWord.Word, query: String, code: Int) async throws {
        let view = FakeView(.init(status: status, word: OperatorWord(word, since: Timestamp(seconds: 1))))
        try await withServer(view) { _, address in
            let answer = try await ask(address, "/health\(query)")
            #expect(answer.status == code)
            #expect(answer.fields["content-type"] == "application/health+json")
            #expect(answer.body.contains("by an operator") == (word != .ready), "\(answer.body)")
            #expect(try await ask(address, "/health\(query)", method: "HEAD").status == code)
        }
    }

    @Test(
        "Envoy is told what fails at once, and what is the second choice; who waits for requests is neither",
        arguments: [
            (HealthStatus.pass, HealthState.pass, nil, nil), (.warn, .warn, "x-envoy-degraded", nil),
            (.warn, .guarded, "x-envoy-degraded", nil), (.warn, .unseen, nil, nil), (.warn, .probation, nil, nil),
            (.fail, .fail, "x-envoy-immediate-health-check-fail", nil),
            (.pass, .pass, "x-envoy-immediate-health-check-fail", .drain),
        ] as [(HealthStatus, HealthState, String?, OperatorWord.Word?)])
    func envoy(status: HealthStatus, state: HealthState, field: String?, word: OperatorWord.Word?) async throws {
        let standing = word.map { OperatorWord($0, since: Timestamp(seconds: 1)) }
        try await withServer(FakeView(.init(status: status, state: state, word: standing))) { _, address in
            let answer = try await ask(address, "/health")
            #expect(answer.fields.keys.filter { $0.hasPrefix("x-envoy") } == (field.map { [$0] } ?? []))
        }
    }

    @Test("an operator of this machine speaks by POST, and is told what stands")
    func operatorSpeaks() async throws {
        try await withServer { _, address in
            for (word, status) in [("drain", 503), ("maint", 503), ("ready", 200)] {
                let answer = try await ask(address, "/api/v1/health/\(word)", method: "POST")
                #expect(answer.status == 200 && answer.fields["content-type"] == "application/json")
                #expect(answer.body.contains("\"word\": \"\(word)\"") && answer.body.contains("\"kept\": true"))
                #expect(try await ask(address, "/health").status == status)
            }
        }
    }

    @Test("nothing else makes a word of an operator: no page of a browser, no GET, no other word")
    func refusedWords() async throws {
        let view = FakeView()
        try await withServer(view) { _, address in
            let text = "POST /api/v1/health/drain HTTP/1.1\r\nHost: test\r\nOrigin: null\r\nConnection: close\r\n\r\n"
            let page = try #require(RawResponse.all(in: try await RawClient.exchange(address, text)))
            #expect(page.map(\.status) == [403])
            #expect(page.first?.body.contains("by a page in a browser") == true)
            for method in ["GET", "HEAD", "PUT"] {
                let answer = try await ask(address, "/api/v1/health/drain", method: method)
                #expect(answer.status == 405 && answer.fields["allow"] == "POST")
            }
            #expect(try await ask(address, "/api/v1/health/down", method: "POST").status == 404)
            let probe = try await ask(address, "/health", method: "POST")
            #expect(probe.status == 405 && probe.fields["allow"] == "GET, HEAD")
            #expect(view.answers.withLock { $0.word } == nil)
        }
    }
}
