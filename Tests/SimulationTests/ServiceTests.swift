import Foundation
import RequestLog
import Simulation
import Testing

@Suite("the imagined service")
struct ServiceTests {
    @Test("fifty endpoints, each named once, their weights sum to one")
    func shop() {
        let names = Endpoint.shop.map { "\($0.method.name) \($0.template)" }
        #expect(names.count == 50)
        #expect(Set(names).count == 50)
        #expect(abs(Endpoint.shop.reduce(0) { $0 + $1.weight } - 1) < 1e-12)
    }

    @Test("popularity is Zipf's: the head has its share, and so has rank ten")
    func popularity() {
        var counts = [Double](repeating: 0, count: 50)
        for request in Self.quiet { counts[request.endpoint] += 1 / 100_000 }
        let harmonic = (1...50).reduce(0) { $0 + 1 / Double($1) }
        for rank in [1, 2, 3, 10] {
            let expected = 1 / (Double(rank) * harmonic)
            let deviation = (expected * (1 - expected) / 100_000).squareRoot()
            #expect(abs(counts[rank - 1] - expected) < 4 * deviation, "rank \(rank)")
        }
    }

    @Test("each endpoint has its share of logged-in visitors, and these mostly go around the cache", arguments: 0..<6)
    func login(endpoint: Int) {
        let requests = Self.quiet.filter { $0.endpoint == endpoint }
        let authenticated = requests.filter { $0.segment == .authenticated }
        let expected = Endpoint.shop[endpoint].loginShare
        let deviation = (expected * (1 - expected) / Double(requests.count)).squareRoot()
        #expect(abs(Double(authenticated.count) / Double(requests.count) - expected) < 4 * deviation)
        let bypasses = authenticated.filter { $0.cache == .bypass }
        #expect(abs(Double(bypasses.count) / Double(authenticated.count) - 0.93) < 0.04)
        #expect(requests.allSatisfy { $0.segment == .authenticated || $0.cache != .bypass })
    }

    @Test("each endpoint has its hit ratio, and every cache status occurs", arguments: 0..<6)
    func hits(endpoint: Int) {
        let all = Self.quiet
        let lookups = all.filter { $0.endpoint == endpoint && $0.cache.isLookup }
        let ratio = Double(lookups.filter(\.cache.isHit).count) / Double(lookups.count)
        let expected = Endpoint.shop[endpoint].hitShare
        #expect(abs(ratio - expected) < 4 * (expected * (1 - expected) / Double(lookups.count)).squareRoot())
        let seen = Set(all.map(\.cache))
        #expect(seen == [.none, .hit, .stale, .revalidated, .expired, .miss, .bypass])
    }

    @Test("a hit is faster than a miss and calls no database; a logged-in visitor waits longer")
    func latency() {
        let home = Self.quiet.filter { $0.endpoint == 0 && $0.status < 400 }
        func level(_ cache: CacheStatus) -> Double {
            median(home.filter { $0.cache == cache }.map { Double($0.durationMicroseconds) / 1_000 })
        }
        #expect(abs(level(.hit) / 6 - 1) < 0.05)
        #expect(abs(level(.miss) / 90 - 1) < 0.08)
        #expect(abs(level(.bypass) / 90 - 1.15) < 0.1)
        #expect(home.allSatisfy { $0.cache.originContacted == true || $0.dbCalls == 0 })
    }

    @Test("the body is log-normal and the tail is heavy")
    func tail() {
        let scenario = Scenario(name: "one", summary: "", opening: alone)
        var traffic = Traffic(.init(seed: 31, start: morning, scenario: scenario))
        let levels = (0..<100_000).map { _ in traffic.next().logMilliseconds }.sorted()
        let median = levels[50_000]
        #expect(abs(median - log(100)) < 0.02)
        // One deviation of the body lies between the median and its 84.13 % quantile.
        #expect(abs(levels[84_134] - median - 0.6) < 0.03)
        // Without the tail the 99.9 % quantile would be at 3.09 deviations = 1.85; Pareto's 1 % from 3x reach further.
        #expect(levels[99_900] - median > 2.1)
    }

    @Test("database calls have the mean that was asked for, a variance above Poisson's, and less time than the request")
    func calls() {
        let scenario = Scenario(name: "one", summary: "", opening: alone)
        var traffic = Traffic(.init(seed: 32, start: morning, scenario: scenario))
        let requests = (0..<50_000).map { _ in traffic.next() }
        let calls = requests.map { Double($0.dbCalls) }
        // Gamma-Poisson with shape 2: variance = mean + mean² / 2.
        #expect(abs(mean(calls) - 6) < 0.1)
        #expect(abs(variance(calls) - 24) < 1.5)
        #expect(requests.allSatisfy { $0.dbMicroseconds <= $0.durationMicroseconds })
    }

    @Test("the calls of an N+1 endpoint grow with the page, and so does its time")
    func rows() {
        let orders = Self.quiet.filter { $0.endpoint == 3 && $0.cache == .bypass && $0.status < 400 }
        let byRows = Dictionary(grouping: orders, by: \.pageRows)
        #expect(Set(byRows.keys) == [10, 20, 50, 100])
        for (rows, requests) in byRows {
            let calls = mean(requests.map { Double($0.dbCalls) })
            #expect(abs(calls - Double(rows) - 2.4) < 0.4, "\(rows) rows")
        }
        func time(_ rows: Int64) -> Double { median((byRows[rows] ?? []).map { Double($0.durationMicroseconds) }) }
        #expect(time(100) - time(10) > 60_000)
    }

    /// Independent requests at constant conditions.
    private static let quiet: [Request] = {
        let scenario = Scenario(name: "quiet", summary: "", opening: Conditions(noise: .quiet))
        var traffic = Traffic(.init(seed: 30, start: morning, scenario: scenario))
        return (0..<100_000).map { _ in traffic.next() }
    }()

    /// One endpoint without cache, visitors, errors or noise: what is left is the distribution itself.
    private var alone: Conditions {
        let endpoint = Endpoint(.get, "/").with {
            $0.weight = 1
            $0.caching = .bypass
            $0.loginShare = 0
            $0.originMilliseconds = 100
            $0.errorShare = 0
        }
        return Conditions(endpoints: [endpoint], noise: .quiet)
    }
}
