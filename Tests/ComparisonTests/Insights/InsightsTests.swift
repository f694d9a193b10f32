import Comparison
import RequestLog
import RollingWindow
import TestSupport
import Testing

@Suite("insights")
struct InsightsTests {
    private func insights(_ maker: SliceMaker, earlier: SliceMaker? = nil) -> Insights {
        var evidence = InsightEvidence(source: maker.source)
        for slice in maker.slices { evidence.add(slice) }
        var before = InsightEvidence(source: maker.source)
        for slice in earlier?.slices ?? [] { before.add(slice) }
        return Insights(evidence, earlier: earlier == nil ? nil : before, names: maker.names)
    }

    /// Pages of 10 to 100 rows; with the mistake, a call for every row.
    private func pages(
        seed: UInt64, slices: Int = 120, callsPerRow: Int64, baseCalls: Int64 = 3, bytesPerRow: Int64 = 400
    ) -> SliceMaker {
        var random = SeededRandom(seed: seed)
        var maker = SliceMaker()
        for _ in 0..<slices {
            maker.slice { maker, slice in
                for _ in 0..<12 {
                    let rows = Int64.random(in: 10...100, using: &random)
                    maker.request(
                        "/orders", &slice,
                        calls: baseCalls + callsPerRow * rows + Int64.random(in: 0...4, using: &random),
                        bytes: 2_000 + bytesPerRow * rows)
                }
            }
        }
        return maker
    }

    @Test(
        "a route whose calls grow with the response is named, with how many it makes for small and large",
        arguments: 1...5)
    func growth(seed: UInt64) throws {
        let found = insights(pages(seed: seed, callsPerRow: 1)).calls.findings
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.reason.contains("/orders (misses): DB calls grow with the response"))
        let growth = try #require(finding.growth)
        // Rows are even from 10 to 100: mean 55, deviation 26; a call a row, 400 bytes a row.
        #expect(abs(growth.callsPerKibibyte - 1_024 / 400) < 0.3, "seed \(seed)")
        #expect(abs(growth.callsOfLarge - growth.callsOfSmall - 52) < 12, "seed \(seed)")
        #expect(growth.correlation > 0.9)
    }

    @Test("a route whose calls have nothing to do with the response is not", arguments: 1...20)
    func noGrowth(seed: UInt64) {
        #expect(insights(pages(seed: seed, callsPerRow: 0)).calls.findings.isEmpty, "seed \(seed)")
    }

    @Test("few slices, such as the one of a plain log, name nothing", arguments: [1, 10, 23])
    func fewSlices(count: Int) {
        let found = insights(pages(seed: 1, slices: count, callsPerRow: 1))
        #expect(found.calls.findings.isEmpty)
        #expect(found.calls.distributions.count == 1)
    }

    @Test(
        "calls that jumped against an earlier time are named",
        arguments: [(3, 3, false), (3, 4, false), (3, 9, true), (10, 12, false), (10, 18, true), (9, 3, false)]
            as [(Int64, Int64, Bool)])
    func jump(before: Int64, now: Int64, isNamed: Bool) {
        let found = insights(
            pages(seed: 1, callsPerRow: 0, baseCalls: now), earlier: pages(seed: 2, callsPerRow: 0, baseCalls: before))
        #expect(found.calls.findings.contains { $0.jump != nil } == isNamed)
    }

    // MARK: Predictability

    /// Of 100 requests of each route so many are misses.
    private func mixed(missesOf shares: [String: Int], missMilliseconds: Double = 160, seed: UInt64 = 1) -> SliceMaker {
        var random = SeededRandom(seed: seed)
        var maker = SliceMaker()
        for _ in 0..<60 {
            maker.slice { maker, slice in
                for (route, misses) in shares.sorted(by: { $0.key < $1.key }) {
                    for number in 0..<100 {
                        let noise = Double.random(in: 0.8...1.25, using: &random)
                        if number < misses {
                            maker.request(
                                route, &slice, milliseconds: missMilliseconds * noise, calls: 30 + Int64(number % 5))
                        } else {
                            maker.request(route, &slice, cache: .hit, milliseconds: 20 * noise, calls: 0)
                        }
                    }
                }
            }
        }
        return maker
    }

    @Test("the reason says what most requests take, what the rest is, and how many calls it makes")
    func reason() throws {
        let route = try #require(insights(mixed(missesOf: ["/orders": 2])).predictability.first)
        #expect(
            route.reason == "98 % of /orders takes 16–25 ms; the rest are misses around 160 ms with 31+ DB calls"
                || route.reason.hasPrefix("98 % of /orders takes 16–25 ms; the rest are misses around 1"),
            "\(route.reason)")
        #expect(route.reason.contains("31+ DB calls") || route.reason.contains("30+ DB calls"), "\(route.reason)")
        #expect(abs((route.missToHit ?? 0) - 8) < 0.8)
    }

    @Test("routes are ranked by how much the same request may cost")
    func ranking() {
        let found = insights(mixed(missesOf: ["/half": 50, "/never": 0, "/rarely": 5])).predictability
        let names = insights(mixed(missesOf: ["/half": 50, "/never": 0, "/rarely": 5])).names
        #expect(found.map { names[$0.path.route] } == ["/half", "/rarely", "/never"])
        #expect(found[0].score > 1 && found[2].score < 0.15)
    }

    @Test("errors in bursts are told from even ones", arguments: [(true, 3.0...60), (false, 0.5...1.6)])
    func bursts(isBurst: Bool, expected: ClosedRange<Double>) throws {
        var random = SeededRandom(seed: 9)
        var maker = SliceMaker()
        for number in 0..<200 {
            maker.slice { maker, slice in
                for _ in 0..<50 {
                    let share = isBurst ? (number % 20 == 0 ? 0.4 : 0) : 0.02
                    let fails = Double.random(in: 0..<1, using: &random) < share
                    maker.request("/pay", &slice, status: fails ? 500 : 200, milliseconds: 50)
                }
            }
        }
        let route = try #require(insights(maker).predictability.first)
        #expect(expected.contains(try #require(route.errorBurstiness)), "\(route)")
        #expect(route.reason.contains("of its requests fail"))
        #expect(route.reason.contains("in bursts") == isBurst)
    }

    @Test("a route with a handful of requests is not ranked, and no requests are no insights")
    func little() {
        var maker = SliceMaker()
        maker.slice { $0.request("/rare", &$1, times: 99) }
        #expect(insights(maker).predictability.isEmpty)
        #expect(insights(SliceMaker()).requests == 0)
    }

    @Test("the order of slices does not matter")
    func order() {
        let maker = pages(seed: 3, callsPerRow: 1)
        var (forth, back) = (InsightEvidence(source: maker.source), InsightEvidence(source: maker.source))
        for slice in maker.slices { forth.add(slice) }
        for slice in maker.slices.reversed() { back.add(slice) }
        let (one, other) = (Insights(forth, names: maker.names), Insights(back, names: maker.names))
        #expect(one.predictability.map(\.reason) == other.predictability.map(\.reason))
        #expect(one.calls.findings.map(\.reason) == other.calls.findings.map(\.reason))
    }
}
