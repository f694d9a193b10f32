import Foundation
import RequestLog
import Simulation
import Testing

/// Two hours of slices under the noise of an ordinary day, from 11:00 to 13:00, where the rhythm is flat.
@Suite("noise")
struct NoiseTests {
    private static let slices: [[Request]] = {
        let start = morning + .seconds(3_600)
        var traffic = Traffic(.init(seed: 41, start: start, requestsPerSecond: 30))
        var slices: [[Request]] = Array(repeating: [], count: 720)
        while traffic.nextTime < start + .seconds(7_200) {
            let request = traffic.next()
            slices[Int((request.time - start).nanoseconds / Noise.slice.nanoseconds)].append(request)
        }
        return slices
    }()

    @Test("the latency level keeps itself from slice to slice, and forgets in an hour")
    func autoregression() {
        let levels = Self.slices.map { requests in
            mean(
                requests.filter { $0.cache.originContacted == true && $0.status < 400 && $0.cache != .revalidated }.map
                {
                    $0.logMilliseconds - log(Endpoint.shop[$0.endpoint].originMilliseconds)
                })
        }
        let minutes = stride(from: 0, to: 720, by: 6).map { mean(Array(levels[$0..<$0 + 6])) }
        #expect(autocorrelation(minutes, lag: 1) > 0.35)
        #expect(abs(autocorrelation(minutes, lag: 60)) < 0.35)
    }

    @Test("the rate of an endpoint strays further than Poisson's")
    func rate() {
        let counts = Self.slices.map { Double($0.filter { $0.endpoint == 0 }.count) }
        #expect(variance(counts) > 1.3 * mean(counts))
        #expect(autocorrelation(counts, lag: 1) > 0.2)
    }

    @Test("errors come in bursts: their counts vary far more than Poisson's, and bursts last")
    func bursts() {
        let errors = Self.slices.map { Double($0.filter { $0.status >= 500 }.count) }
        #expect(mean(errors) > 0.2)
        #expect(variance(errors) > 3 * mean(errors))
        #expect(autocorrelation(errors, lag: 1) > 0.3)
    }

    @Test("without bursts errors are as even as Poisson's, at the base rate")
    func calm() {
        let scenario = Scenario(name: "quiet", summary: "", opening: Conditions(noise: .quiet))
        var traffic = Traffic(.init(seed: 42, start: morning, requestsPerSecond: 100, scenario: scenario))
        var errors = [Double](repeating: 0, count: 200)
        while traffic.nextTime < morning + .seconds(2_000) {
            let request = traffic.next()
            let slice = Int((request.time - morning).nanoseconds / Noise.slice.nanoseconds)
            if request.status >= 500 { errors[slice] += 1 }
        }
        #expect((0.3...1.1).contains(mean(errors)))
        #expect((0.7...1.4).contains(variance(errors) / mean(errors)))
    }
}
