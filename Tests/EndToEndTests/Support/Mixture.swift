import Foundation
import TestSupport
import Testing

/// Requests of routes that differ by a factor of a thousand, with several humps, long tails and zeros.
enum Mixture {
    struct Request {
        var route: String
        /// With as many decimals as nanoseconds have.
        var milliseconds: Double
    }

    static func requests(_ count: Int, seed: Int) -> [Request] {
        var random = SeededRandom(seed: UInt64(seed))
        return (0..<count).map { _ in
            switch Int.random(in: 0..<10, using: &random) {
            // Answered before the clock moved on, every second one.
            case 0: request("/zero", Bool.random(using: &random) ? 0 : random.lognormal(median: 0.3, spread: 0.5))
            case 1...4: request("/cached", random.lognormal(median: 2, spread: 0.4))
            // A hit or a miss.
            case 5...7:
                request(
                    "/two", random.lognormal(median: Bool.random(using: &random) ? 5 : 180, spread: 0.3))
            case 8: request("/tail", random.lognormal(median: 60, spread: 1.6))
            default: request("/constant", 62.5)
            }
        }
    }

    private static func request(_ route: String, _ milliseconds: Double) -> Request {
        Request(route: route, milliseconds: min((milliseconds * 1e6).rounded() / 1e6, 60_000))
    }

    /// Whether the agent's own quantiles are those of the requests, so that it can be a witness.
    static func check(_ window: Summary.Window, against requests: [Request]) throws {
        let routes = Dictionary(grouping: requests, by: \.route)
        #expect(Set(window.routes.map(\.route)) == Set(routes.keys))
        for route in window.routes {
            let ordered = try #require(routes[route.route]).map { $0.milliseconds / 1e3 }.sorted()
            #expect(route.metrics.requests == ordered.count)
            for (fraction, found) in try #require(route.metrics.durations).quantiles {
                let expected = ordered[Int((fraction * Double(ordered.count)).rounded(.up)) - 1]
                #expect(abs(try #require(found) - expected) <= 0.011 * expected + 1e-12, "\(route.route) \(fraction)")
            }
        }
    }
}

extension SeededRandom {
    /// Box and Muller's way to a normal deviate.
    fileprivate mutating func lognormal(median: Double, spread: Double) -> Double {
        let radius = sqrt(-2 * log(Double.random(in: Double.leastNonzeroMagnitude..<1, using: &self)))
        return median * exp(spread * radius * cos(2 * .pi * Double.random(in: 0..<1, using: &self)))
    }
}
