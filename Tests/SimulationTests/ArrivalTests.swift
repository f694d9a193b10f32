import RequestLog
import Simulation
import Testing

@Suite("arrivals")
struct ArrivalTests {
    @Test("asked for what is due until an instant, traffic gives the same lines as without a clock")
    func live() {
        let options = Traffic.Options(seed: 21, start: morning, requestsPerSecond: 200)
        var live = Traffic(options)
        var log: [UInt8] = []
        var count = 0
        // A slow waker: 3 s between calls, at most 100 lines a call, until nothing more is due.
        for step in 1...10 {
            let now = morning + .seconds(Int64(3 * step))
            while true {
                let written = live.lines(through: now, atMost: 100, into: &log)
                count += written
                if written < 100 { break }
            }
            #expect(live.nextTime > now)
        }
        #expect((30 * 200...30 * 400).contains(count))

        var plain: [UInt8] = []
        var traffic = Traffic(options)
        traffic.lines(count, into: &plain)
        #expect(log == plain)
    }

    @Test("nothing is due before the start")
    func early() {
        var traffic = Traffic(.init(seed: 1, start: morning))
        var log: [UInt8] = []
        #expect(traffic.lines(through: morning, atMost: 10, into: &log) == 0)
        #expect(log.isEmpty)
    }

    @Test("without noise the gaps are those of a Poisson process at the given rate", arguments: [100, 0.1])
    func poisson(rate: Double) {
        let scenario = Scenario(name: "quiet", summary: "", opening: Conditions(noise: .quiet))
        var traffic = Traffic(.init(seed: 22, start: morning, requestsPerSecond: rate, scenario: scenario))
        var gaps: [Double] = []
        var before = traffic.nextTime
        for _ in 0..<10_000 {
            _ = traffic.next()
            gaps.append((traffic.nextTime - before).seconds)
            before = traffic.nextTime
        }
        #expect(abs(mean(gaps) * rate - 1) < 0.04)
        // An exponential gap has the deviation of its mean.
        #expect(abs(variance(gaps).squareRoot() * rate - 1) < 0.06)
    }

    @Test("noon has more and slower requests than midnight")
    func rhythm() {
        let midnight = morning.floored(to: .seconds(86_400))
        var traffic = Traffic(.init(seed: 23, start: midnight, requestsPerSecond: 2))
        var night: [Double] = []
        var day: [Double] = []
        while traffic.nextTime < midnight + .seconds(86_400) {
            let request = traffic.next()
            let hour = (request.time - midnight).nanoseconds / 3_600_000_000_000
            guard request.cache == .miss || request.cache == .bypass, request.status < 400 else { continue }
            if hour < 3 || hour >= 21 { night.append(request.logMilliseconds) }
            if (9..<15).contains(hour) { day.append(request.logMilliseconds) }
        }
        // Over these six hours each the rhythm averages ∓0.9 of its half swing: 1.36 / 0.64 in rate, 0.144 in latency.
        #expect(abs(Double(day.count) / Double(night.count) - 2.125) < 0.25)
        #expect(abs(mean(day) - mean(night) - 0.144) < 0.08)
    }

    @Test("a scenario changes the conditions at its instant")
    func scenario() {
        let slower = Conditions(noise: .quiet, version: "2.0.0").with { conditions in
            for index in conditions.endpoints.indices {
                conditions.endpoints[index].originMilliseconds *= 3
                if conditions.endpoints[index].template == "/search" { conditions.endpoints[index].weight *= 3 }
            }
        }
        let deploy = Scenario(
            name: "deploy", summary: "", opening: Conditions(noise: .quiet, version: "1.0.0"),
            changes: [.init(after: .seconds(33), conditions: slower)])
        var traffic = Traffic(.init(seed: 24, start: morning, requestsPerSecond: 500, scenario: deploy))
        #expect(traffic.versions == ["1.0.0", "2.0.0"])
        let search = Endpoint.shop.firstIndex { $0.template == "/search" }
        var levels: [[Double]] = [[], []]
        var searches = [0, 0]
        while traffic.nextTime < morning + .seconds(66) {
            let request = traffic.next()
            #expect(request.version == (request.time < morning + .seconds(33) ? 0 : 1))
            if request.endpoint == search { searches[request.version] += 1 }
            if request.endpoint == 1, request.cache == .miss, request.status == 200 {
                levels[request.version].append(request.logMilliseconds)
            }
        }
        #expect(abs(mean(levels[1]) - mean(levels[0]) - 1.0986) < 0.12)
        #expect(abs(Double(searches[1]) / Double(searches[0]) - 3) < 0.4)
    }
}
