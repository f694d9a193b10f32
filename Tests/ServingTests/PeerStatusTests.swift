import Exposition
import Health
import RequestLog
import Serving
import Testing

@Suite struct PeerStatusTests {
    @Test("what an agent writes of itself is read by its peers", arguments: HealthStatus.allCases)
    func roundTrip(status: HealthStatus) {
        let report = HealthReport(status: status, output: "x", checks: [], time: Timestamp(seconds: 1))
        let body = HealthJSON.render(report, releaseID: "1.2.3")
        #expect(PeerStatus.status(in: ProbeClient.Answer(status: 200, body: body)) == status)
        #expect(PeerStatus.status(in: ProbeClient.Answer(status: 503, body: body)) == nil)
    }

    @Test(
        "what is no such answer tells nothing",
        arguments: [
            "", "ok", "{}", "{\"state\": \"fail\"}", "{\"status\": fail}", "{\"status\": \"dead\"}",
            "[\"status\": \"fail\"]",
            "{\"a\": \"status\", \"fail\"", "{\"status\" \"fail\"}", "\"status\": \"fail\"",
        ])
    func others(body: String) {
        #expect(PeerStatus.status(in: ProbeClient.Answer(status: 200, body: Array(body.utf8))) == nil)
    }

    @Test("an address without a path is asked for the agent's own judgement")
    func url() throws {
        #expect(try PeerStatus.url("http://10.0.0.2:9180").description == "http://10.0.0.2:9180/api/v1/health/local")
        #expect(try PeerStatus.url("http://10.0.0.2/proxy/a").description == "http://10.0.0.2:80/proxy/a")
    }

    @Test("several are asked at the same time, and the answers are in order", .timeLimit(.minutes(10)))
    func several() async throws {
        try await withServer { _, address in
            let up = ProbeURL(address: address, target: PeerStatus.path)
            // Port 9 is discard, where nobody listens.
            let down = ProbeURL(address: ListenAddress(host: "127.0.0.1", port: 9), target: PeerStatus.path)
            let results = await ProbeClient.get([up, down, up], timeout: .seconds(10))
            #expect(results.map { (try? $0.get()).flatMap(PeerStatus.status) } == [.pass, nil, .pass])
        }
    }
}
