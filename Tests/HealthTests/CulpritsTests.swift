import Health
import RequestLog
import RollingWindow
import Testing

/// Where a trouble sits, in the words of people and of the draft's `affectedEndpoints`.
@Suite struct CulpritsTests {
    /// So many requests alike.
    struct Requests {
        var count: Int
        var route = "/shop"
        var cache = CacheStatus.hit
        var status: UInt16 = 200
        var milliseconds: Int64 = 10
        var dbCalls: Int64 = 1
    }

    private static let now = Timestamp(seconds: 1_795_341_600)

    private static func read(
        _ requests: [Requests], _ measure: HealthMeasure, warn: Double, group: String = HealthRules.service
    ) -> HealthReading {
        var names = Names()
        var series: [SeriesKey: Cell] = [:]
        for kind in requests {
            var record = Record()
            record.route = names.intern(kind.route)
            record.cache = kind.cache
            record.status = kind.status
            record.durationNanoseconds = kind.milliseconds * 1_000_000
            record.dbCalls = kind.dbCalls
            for _ in 0..<kind.count { series[SeriesKey(record, source: .none), default: Cell()].add(record) }
        }
        var rules = HealthRules()
        rules.group = group
        rules.limits = [measure: HealthLimits(warn: .absolute(warn), fail: nil)]
        let selection = HealthSelection()
        let total = selection.total(of: series, source: .none, names: names)
        var reading = rules.read(HealthInputs(now: now, total: total, lastEvent: now, blind: nil, lagBytes: 0))
        var culprits = Culprits()
        selection.forEach(in: series, source: .none, names: names) { culprits.add($1, of: $0, route: names[$0.route]) }
        reading.attribute(to: culprits)
        return reading
    }

    private static func endpoints(_ reading: HealthReading, _ measure: HealthMeasure) -> [String] {
        reading.checks.first { $0.name == "requests:" + measure.rawValue }?.affectedEndpoints ?? []
    }

    @Test("the sentence says which route and which word of the cache most of it is")
    func sentence() {
        let reading = Self.read(
            [
                Requests(count: 900), Requests(count: 10, cache: .miss, milliseconds: 20),
                Requests(count: 87, route: "/admin/reports", cache: .miss, milliseconds: 1_800),
                Requests(count: 13, route: "/admin/reports", milliseconds: 1_800),
            ], .p95, warn: 1)
        #expect(
            reading.output
                == "p95 is 1.81 s over 1m, limit 1 s, 100 % of it in /admin/reports, 87 % of it in miss")
        #expect(Self.endpoints(reading, .p95) == ["/admin/reports"])
    }

    @Test("of a group with one route, only the word of the cache says something new; and the group has its name")
    func oneRoute() {
        let reading = Self.read(
            [
                Requests(count: 100, route: "/admin/reports", cache: .miss, milliseconds: 1_800),
                Requests(count: 15, route: "/admin/reports", milliseconds: 1_800),
            ], .p95, warn: 1, group: "admin")
        #expect(reading.output == "p95 of admin is 1.81 s over 1m, limit 1 s, 87 % of it in miss")
        let alike = Self.read([Requests(count: 100, milliseconds: 1_800)], .p95, warn: 1)
        #expect(alike.output == "p95 is 1.81 s over 1m, limit 1 s")
        #expect(Self.endpoints(alike, .p95) == ["/shop"])
    }

    @Test(
        "each measure counts what it is made of",
        arguments: [
            (HealthMeasure.errorRatio, 0.01, "60 % of it in /b"), (.p99, 0.5, "75 % of it in /c"),
            (.dbCalls, 1, "90 % of it in /d"), (.hitRatio, 0.99, "80 % of it in /e"),
        ] as [(HealthMeasure, Double, String)])
    func measures(measure: HealthMeasure, warn: Double, words: String) {
        let bad: [HealthMeasure: [Requests]] = [
            .errorRatio: [
                Requests(count: 60, route: "/b", status: 500), Requests(count: 40, route: "/a", status: 503),
            ],
            .p99: [
                Requests(count: 75, route: "/c", milliseconds: 900),
                Requests(count: 25, route: "/a", milliseconds: 600),
            ],
            .dbCalls: [Requests(count: 10, route: "/d", dbCalls: 900), Requests(count: 10, route: "/a", dbCalls: 100)],
            .hitRatio: [
                Requests(count: 80, route: "/e", cache: .miss), Requests(count: 20, route: "/a", cache: .expired),
                Requests(count: 900, route: "/bypassed", cache: .bypass),
            ],
        ]
        let reading = Self.read(bad[measure]! + [Requests(count: 1, dbCalls: 0)], measure, warn: warn)
        #expect(reading.output.contains(words), "\(reading.output)")
        #expect(Self.endpoints(reading, measure).count == 2 && Self.endpoints(reading, measure).last == "/a")
    }

    @Test("a half and less is not said; at most five routes are named, the worst first, names in their order")
    func even() {
        let requests = (0..<8).map { Requests(count: $0 < 2 ? 50 : 20 - $0, route: "/r\($0)", status: 500) }
        let reading = Self.read(requests + [Requests(count: 100)], .errorRatio, warn: 0.01)
        #expect(!reading.output.contains("% of it"), "\(reading.output)")
        #expect(Self.endpoints(reading, .errorRatio) == ["/r0", "/r1", "/r2", "/r3", "/r4"])
    }

    @Test("nothing is said of what is well, and too few requests sit nowhere")
    func well() {
        let good = Self.read([Requests(count: 100)], .errorRatio, warn: 0.01)
        #expect(good.troubles.isEmpty && good.checks.allSatisfy { $0.affectedEndpoints.isEmpty })
        let silent = Self.read([Requests(count: 30)], .requestRate, warn: 9)
        #expect(silent.output == "request rate is 0.5/s over 1m, limit 9/s")
        #expect(Self.endpoints(silent, .requestRate) == [])
    }
}
