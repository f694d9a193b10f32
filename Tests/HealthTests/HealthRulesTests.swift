import Health
import RequestLog
import RollingWindow
import Testing

@Suite struct HealthRulesTests {
    private static let now = Timestamp(seconds: 1_795_341_600)

    private static func read(
        _ limits: [HealthMeasure: HealthLimits], _ total: Rollup, baseline: Rollup = Rollup(), recover: Double = 0.8
    ) -> HealthReading {
        var rules = HealthRules()
        rules.limits = limits
        rules.recover = recover
        return rules.read(
            HealthInputs(now: now, total: total, baseline: baseline, lastEvent: now, blind: nil, lagBytes: 0))
    }

    /// 100 requests of 100 ms, 9 DB calls each, every one a miss.
    private static let sample = HealthPropertyTests.rollup(100, errors: 10, 100)

    @Test(
        "every measure has a value, and a limit on each side of it decides",
        arguments: [
            (HealthMeasure.errorRatio, 0.05, 0.1), (.p50, 0.09, 0.11), (.p90, 0.09, 0.11), (.p95, 0.09, 0.11),
            (.p99, 0.09, 0.11), (.dbCalls, 8.9, 9.1), (.hitRatio, 0.1, 0), (.requestRate, 3, 1),
        ])
    func measures(measure: HealthMeasure, passed: Double, kept: Double) {
        let bad = Self.read([measure: HealthLimits(warn: nil, fail: .absolute(passed))], Self.sample)
        #expect(bad.evidence == .judged(byLimits: .fail, byRecovery: .fail))
        #expect(bad.troubles.map(\.measure) == [measure] && bad.output.contains(measure.words), "\(bad.output)")
        let good = Self.read([measure: HealthLimits(warn: nil, fail: .absolute(kept))], Self.sample, recover: 1)
        #expect(good.evidence == .judged(byLimits: .pass, byRecovery: .pass), "\(good.output)")
    }

    @Test("a relative limit is so many times what the service has over its longer window")
    func relative() {
        let limits = [HealthMeasure.p95: HealthLimits(warn: .relative(2), fail: .relative(3))]
        let usual = HealthPropertyTests.rollup(1_000, errors: 0, 100)
        let evidence = { (milliseconds: Int64) in
            Self.read(limits, HealthPropertyTests.rollup(100, errors: 0, milliseconds), baseline: usual).evidence
        }
        #expect(evidence(100) == .judged(byLimits: .pass, byRecovery: .pass))
        #expect(evidence(250) == .judged(byLimits: .warn, byRecovery: .fail))
        #expect(evidence(350) == .judged(byLimits: .fail, byRecovery: .fail))
    }

    @Test("without enough in the longer window there is no relative limit; no error there counts as one")
    func relativeToNothing() {
        let slow = [HealthMeasure.p95: HealthLimits(warn: .relative(2), fail: nil)]
        let few = HealthPropertyTests.rollup(19, errors: 0, 1)
        #expect(Self.read(slow, Self.sample, baseline: few).evidence == .judged(byLimits: .pass, byRecovery: .pass))
        let errors = [HealthMeasure.errorRatio: HealthLimits(warn: nil, fail: .relative(10))]
        let clean = HealthPropertyTests.rollup(1_000, errors: 0, 1)
        let one = HealthPropertyTests.rollup(100, errors: 1, 1)
        #expect(Self.read(errors, one, baseline: clean).evidence == .judged(byLimits: .pass, byRecovery: .fail))
        #expect(Self.read(errors, Self.sample, baseline: clean).evidence == .judged(byLimits: .fail, byRecovery: .fail))
    }

    @Test("between the limit and its level of recovery a value is neither well nor beyond")
    func recovery() {
        let limits = [HealthMeasure.errorRatio: HealthLimits(warn: nil, fail: .absolute(0.1))]
        let evidence = { (errors: Int) in
            Self.read(limits, HealthPropertyTests.rollup(1_000, errors: errors, 1)).evidence
        }
        #expect(evidence(80) == .judged(byLimits: .pass, byRecovery: .pass))
        #expect(evidence(81) == .judged(byLimits: .pass, byRecovery: .fail))
        #expect(evidence(130) == .judged(byLimits: .fail, byRecovery: .fail))
    }

    struct Blindness: Sendable {
        var reason: UnseenReason
        var blind: String?
        var lag: UInt64 = 0
        var aheadSeconds: Int64 = 0
        var ageSeconds: Int64 = 500
    }

    @Test(
        "why nothing is seen, the nearest cause first",
        arguments: [
            Blindness(reason: .blind, blind: "gone", lag: 1 << 30, aheadSeconds: 60),
            Blindness(reason: .behind, lag: 1 << 30, aheadSeconds: 60), Blindness(reason: .clockSkew, aheadSeconds: 60),
            Blindness(reason: .stale), Blindness(reason: .stale, ageSeconds: 61),
            Blindness(reason: .noTraffic, ageSeconds: 600_000),
        ])
    func unseen(scene: Blindness) {
        let (reason, ageSeconds) = (scene.reason, scene.ageSeconds)
        let rate = reason == .noTraffic ? 0.00001 : 2
        let reading = HealthRules().read(
            HealthInputs(
                now: Self.now, total: Self.sample, lastEvent: Self.now - .seconds(ageSeconds), usualRate: rate,
                blind: scene.blind, lagBytes: scene.lag, ahead: .seconds(scene.aheadSeconds)))
        #expect(reading.evidence == .unseen(reason, .warn), "\(reading.output)")
        let values = reading.checks.filter { $0.name.hasPrefix("requests:") && $0.name != "requests:age" }
        #expect(values.allSatisfy { $0.observedValue == nil && $0.status == .warn })
    }

    @Test("silence answers what is asked for, never a pass; too few requests never fail")
    func answers() {
        var rules = UnseenRules()
        for reason in UnseenReason.allCases { rules.answers[reason] = .pass }
        #expect(UnseenReason.allCases.allSatisfy { rules.answer($0) == .warn })
        for reason in UnseenReason.allCases { rules.answers[reason] = .fail }
        #expect(UnseenReason.allCases.filter { rules.answer($0) == .warn } == [.starting, .tooFew])
    }

    struct Choice: Sendable {
        var routes: [String] = []
        var methods: Set<Method> = []
        var segments: Set<Segment> = []
        var caches: Set<CacheStatus> = []
        var count: UInt64
    }

    @Test(
        "a group has the requests that fit all it names",
        arguments: [
            Choice(routes: ["/admin/**"], count: 3), Choice(routes: ["/admin/{id}"], count: 2),
            Choice(routes: ["/admin/**", "/shop"], count: 4), Choice(methods: [.post], count: 1),
            Choice(routes: ["/admin/**"], methods: [.get], caches: [.miss], count: 1), Choice(count: 4),
            Choice(segments: [.authenticated], count: 1), Choice(segments: [.anonymous, .unknown], count: 3),
            Choice(routes: ["/shop"], segments: [.authenticated], count: 0),
        ])
    func selection(choice: Choice) throws {
        var names = Names()
        let source = names.intern("main")
        var series: [SeriesKey: Cell] = [:]
        let requests: [(String, Method, CacheStatus)] = [
            ("/admin/{id}", .get, .hit), ("/admin/{id}", .get, .miss), ("/admin/a/b", .post, .hit),
            ("/shop", .get, .hit),
        ]
        for (route, method, cache) in requests {
            var cell = Cell()
            cell.requests = 1
            let key = SeriesKey(
                source: source, route: names.intern(route), method: method, status: 200, cache: cache,
                segment: method == .post ? .authenticated : .anonymous, version: .none)
            series[key] = cell
            series[
                SeriesKey(
                    source: names.intern("edge"), route: names.intern(route), method: method, status: 200, cache: cache,
                    segment: .anonymous, version: .none)] = cell
        }
        var selection = HealthSelection()
        selection.routes = try choice.routes.map { try RoutePattern($0) }
        selection.methods = choice.methods
        selection.segments = choice.segments
        selection.caches = choice.caches
        #expect(selection.total(of: series, source: source, names: names).cell.requests == choice.count)
    }
}
