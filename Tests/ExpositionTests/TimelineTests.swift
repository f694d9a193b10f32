import Exposition
import Foundation
import RequestLog
import RollingWindow
import Testing

@Suite("a timeline") struct TimelineTests {
    private let start = Timestamp(seconds: 1_795_255_200)

    private func cell(_ requests: UInt64, milliseconds: Int64 = 10) -> Cell {
        var cell = Cell()
        cell.requests = requests
        cell.durations.add(nanoseconds: milliseconds * 1_000_000, times: requests)
        return cell
    }

    private func key(_ names: inout Names, _ route: String, status: UInt16 = 200, cache: CacheStatus = .hit)
        -> SeriesKey
    {
        SeriesKey(
            source: names.intern("main"), route: names.intern(route), method: .get, status: status, cache: cache,
            segment: .anonymous, version: .none)
    }

    @Test("the stretch is cut into the finest slices that are few enough")
    func steps() {
        let cases: [(Timestamp.Span, TimelineStep)] = [
            (.seconds(1), .oneSecond), (.seconds(120), .oneSecond), (.seconds(121), .fiveSeconds),
            (.minutes(15), .tenSeconds), (.minutes(60), .thirtySeconds), (.minutes(6 * 60), .fiveMinutes),
            (.minutes(24 * 60), .fifteenMinutes), (.minutes(100_000_000), .oneDay),
        ]
        for (stretch, step) in cases { #expect(TimelineStep.dividing(stretch, intoAtMost: 120) == step, "\(stretch)") }
    }

    @Test("what begins outside does not count, and everything else counts once")
    func edges() {
        var names = Names()
        let route = key(&names, "/r")
        var timeline = Timeline(from: start + .seconds(3), to: start + .seconds(27), step: .tenSeconds)
        #expect(timeline.from == start && timeline.to == start + .seconds(30))
        for second in -5..<40 { timeline.add(cell(1), of: route, at: start + .seconds(Int64(second))) }
        #expect(timeline.slices.map(\.cell.requests) == [10, 10, 10])
        #expect(timeline.total.cell.requests == 30)
    }

    @Test("all cells of an instant at once are the same as one by one", arguments: [nil] + TimelineGrouping.allCases)
    func atOnce(grouping: TimelineGrouping?) {
        var names = Names()
        let keys = (0..<4).flatMap { number in
            [CacheStatus.hit, .miss].flatMap { cache in
                [200, 404, 503].map { key(&names, "/r\(number)", status: $0, cache: cache) }
            }
        }
        let ends = (start, start + .minutes(10))
        var (one, other, less) = (
            Timeline(from: ends.0, to: ends.1, step: .oneMinute, by: grouping),
            Timeline(from: ends.0, to: ends.1, step: .oneMinute, by: grouping),
            Timeline(from: ends.0, to: ends.1, step: .oneMinute, by: grouping)
        )
        for minute in -1..<11 {
            let instant = start + .minutes(Int64(minute))
            let cells = keys.enumerated().map { ($1, cell(UInt64($0 + 1), milliseconds: Int64($0 * 7 + 3))) }
            for (key, cell) in cells { one.add(cell, of: key, at: instant) }
            other.add(at: instant) { add in for (key, cell) in cells { add(key, cell) } }
            less.add(at: instant) { add in
                for (key, cell) in cells { add(TimelineGrouping.essence(of: key, by: grouping), cell) }
            }
        }
        let subject = TimelineJSON.Subject(source: "main", route: nil, grouping: grouping, hasHistograms: true)
        let json = [one, other, less].map { TimelineJSON.render($0, of: subject, names: names) }
        #expect(json[1] == json[0] && json[2] == json[0])
        #expect(one.total.cell.requests == 10 * UInt64((1...keys.count).reduce(0, +)) && one.total.errors > 0)
        #expect(one.groups.isEmpty == (grouping == nil))
    }

    @Test("a wider slice widens all, and no request is lost or spread")
    func widened() {
        var names = Names()
        let route = key(&names, "/r")
        var timeline = Timeline(from: start + .seconds(40), to: start + .seconds(200), step: .tenSeconds)
        for second in stride(from: 40, to: 200, by: 10) {
            timeline.add(cell(1), of: route, at: start + .seconds(Int64(second)))
        }
        timeline.widen(to: .minutes(1))
        timeline.add(cell(100), of: route, at: start + .seconds(120))
        #expect(timeline.step == .minutes(1) && timeline.from == start && timeline.to == start + .seconds(240))
        #expect(timeline.slices.map(\.cell.requests) == [2, 6, 106, 2])
        timeline.widen(to: .seconds(10))
        #expect(timeline.step == .minutes(1))
    }

    @Test("groups are told apart up to their limit, then they are other, and the sums stay")
    func groups() {
        var names = Names()
        var timeline = Timeline(from: start, to: start + .seconds(10), step: .oneSecond, by: .route)
        for number in 0..<(TimelineLimits.groups + 7) {
            timeline.add(cell(1), of: key(&names, "/r\(number)"), at: start)
        }
        #expect(timeline.groups.count == TimelineLimits.groups + 1 && timeline.groupsLeftOut == 7)
        #expect(timeline.groups.values.reduce(0) { $0 + $1.rollup.cell.requests } == timeline.total.cell.requests)
        let parts = timeline.groups.values.reduce(0) { $0 + $1.trend.count }
        #expect(parts <= TimelineLimits.allTrendParts && parts > TimelineLimits.allTrendParts - 20)
    }

    @Test("a trend is within 5 % of the exact quantile", arguments: [0.5, 0.95, 0.99])
    func trend(fraction: Double) {
        var names = Names()
        let route = key(&names, "/r")
        var timeline = Timeline(from: start, to: start + .seconds(1), step: .oneSecond, by: .route)
        var values: [Double] = []
        for number in 1...1_000 {
            let milliseconds = Int64(number * number) / 50 + 1
            values.append(Double(milliseconds) / 1_000)
            timeline.add(cell(1, milliseconds: milliseconds), of: route, at: start)
        }
        values.sort()
        let exact = values[Int((fraction * 1_000).rounded(.up)) - 1]
        let found = timeline.groups.values.first?.trend.first?.quantile(fraction) ?? 0
        #expect(abs(found / exact - 1) < 0.05, "\(found) for \(exact)")
    }

    @Test("as JSON it is columns: nothing is null but what is not known, and every request is in the histogram")
    func json() throws {
        var names = Names()
        var timeline = Timeline(from: start, to: start + .seconds(30), step: .tenSeconds, by: .cache)
        timeline.add(cell(8, milliseconds: 3), of: key(&names, "/r"), at: start)
        timeline.add(
            cell(2, milliseconds: 400), of: key(&names, "/r", status: 500, cache: .miss), at: start + .seconds(20))
        let subject = TimelineJSON.Subject(
            source: "main", route: nil, grouping: .cache, hasHistograms: true, earliest: start)
        let bytes = TimelineJSON.render(timeline, of: subject, names: names)
        let json = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        let slices = try #require(json["slices"] as? [String: [Any]])
        #expect(slices["requests"] as? [Int] == [8, 0, 2])
        #expect(slices["errors"] as? [Int] == [0, 0, 2])
        #expect(slices["hit_ratio"]?[0] as? Double == 1 && slices["hit_ratio"]?[1] is NSNull)
        #expect(slices["p95"]?[1] is NSNull)
        #expect(abs((slices["p95"]?[2] as? Double ?? 0) / 0.4 - 1) < 0.011)
        let histogram = try #require(json["histogram"] as? [String: Any])
        let counts = try #require(histogram["counts"] as? [[Int]])
        #expect(counts.map { $0.reduce(0, +) } == [8, 0, 2])
        // 400 ms lies in (2^(-6/4), 2^(-5/4)].
        let lowest = try #require(histogram["lowest"] as? Int)
        #expect(counts[2].firstIndex(of: 2).map { $0 + lowest } == -6)
        let groups = try #require(json["groups"] as? [[String: Any]])
        #expect(groups.map { $0["cache"] as? String } == ["hit", "miss"])
        #expect(groups.allSatisfy { $0["histogram"] != nil && $0["trend"] != nil })
    }
}
