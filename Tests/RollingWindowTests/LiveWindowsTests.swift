import RequestLog
import RollingWindow
import TestSupport
import Testing

@Suite("Live windows")
struct LiveWindowsTests {
    private static let start = Timestamp(seconds: 1_795_342_499)

    @Test("equal the sum of what is inside, at every step", arguments: [1, 2, 3, 4, 5, 6])
    func model(seed: UInt64) {
        var workload = Workload(seed: seed, routes: 3)
        var windows = LiveWindows(seriesLimit: .max)
        var model = WindowsModel()
        var now = Self.start
        windows.advance(to: now)
        model.advance(to: now)
        for step in 0..<400 {
            switch Int.random(in: 0..<20, using: &workload.random) {
            case 0: now = now + .seconds(Int64.random(in: 60...4_000, using: &workload.random))
            case 1: now = now + .seconds(Int64.random(in: 5...90, using: &workload.random))
            case 2...9: now = now + .milliseconds(Int64.random(in: 1...1_500, using: &workload.random))
            case 10:
                let slice = Self.slice(&workload, around: now - .seconds(1_800), within: 1_700, width: 10)
                windows.restore(slice)
                model.restore(slice)
            case 11: model.forget()
            default:
                // Mostly of now, some late, some early.
                let within: Int64 = [2, 2, 2, 30, 300, 3_700].randomElement(using: &workload.random)!
                let slice = Self.slice(&workload, around: now, within: within, width: 1)
                let counted = windows.add(slice)
                #expect(counted == slice)
                model.add(slice)
            }
            windows.advance(to: now)
            model.advance(to: now)
            expectEqual(windows, model, "seed \(seed), step \(step)")
        }
        now = now + .minutes(65)
        windows.advance(to: now)
        model.advance(to: now)
        expectEqual(windows, model, "seed \(seed), at the end")
        windows.advance(to: now + .minutes(200))
        for length in WindowLength.allCases {
            #expect(windows[length].series.isEmpty && windows[length].totals.isEmpty, "seed \(seed)")
        }
        #expect(windows.activeSeries == 0)
    }

    @Test(
        "the content of a window is all that is in it, and stays as it was while the window goes on",
        arguments: [1, 2, 3])
    func content(seed: UInt64) {
        var workload = Workload(seed: seed, routes: 3)
        var windows = LiveWindows(seriesLimit: .max)
        var now = Self.start
        windows.advance(to: now)
        for _ in 0..<300 {
            _ = windows.add(Self.slice(&workload, around: now, within: 60, width: 1))
            now = now + .milliseconds(700)
            windows.advance(to: now)
        }
        for length in WindowLength.allCases {
            let (content, series, totals) = (windows[length].content, windows[length].series, windows[length].totals)
            for _ in 0..<5 { _ = windows.add(Self.slice(&workload, around: now, within: 60, width: 1)) }
            var found: [SeriesKey: UInt64] = [:]
            content.forEachCell(where: { $0.status != 404 }) { start, key, cell in
                #expect(start >= content.from && start <= now)
                found[key, default: 0] += cell.requests
            }
            #expect(found == series.filter { $0.key.status != 404 }.mapValues(\.requests), "\(length)")
            for (source, total) in totals {
                var sum = Rollup()
                content.forEachTotal(of: source) { sum.add($1) }
                #expect(sum == total, "\(length)")
            }
            #expect(content.first.map { $0 >= content.from } ?? false)
        }
    }

    @Test("an hour of old lines read at once is packed as it comes", arguments: [false, true])
    func catchingUp(isShuffled: Bool) {
        var workload = Workload(seed: 7, routes: 3)
        var windows = LiveWindows(seriesLimit: .max)
        var model = WindowsModel()
        windows.advance(to: Self.start)
        model.advance(to: Self.start)
        var ages = Array((0..<3_600).reversed())
        if isShuffled { ages.shuffle(using: &workload.random) }
        for (count, age) in ages.enumerated() {
            let slice = Self.slice(&workload, around: Self.start - .seconds(Int64(age)), within: 0, width: 1)
            _ = windows.add(slice)
            model.add(slice)
            for length in WindowLength.allCases { #expect(windows[length].openSteps <= 3) }
            if count % 600 == 599 { expectEqual(windows, model, "\(count)") }
        }
    }

    private func expectEqual(_ windows: LiveWindows, _ model: WindowsModel, _ place: String) {
        for length in WindowLength.allCases {
            let wanted = model.series(length)
            #expect(windows[length].series == wanted, "\(place), \(length.rawValue)")
            #expect(windows[length].totals == naiveTotals(wanted), "\(place), \(length.rawValue)")
        }
        #expect(windows.newestEvents.values.max() == model.newestEvent, "\(place)")
    }

    /// A slice at most `within` seconds away from an instant; early ones at most five minutes.
    private static func slice(
        _ workload: inout Workload, around instant: Timestamp, within: Int64, width: Int64
    ) -> TimedSlice {
        let away = Int64.random(in: -within...min(within / 2, 300), using: &workload.random)
        let start = (instant + .seconds(away)).floored(to: .seconds(width))
        var slice = TimedSlice(slice: Slice(start: start, width: .seconds(width)))
        for _ in 0..<Int.random(in: 1...4, using: &workload.random) {
            let offset = Int64.random(in: 0..<width * 1_000_000_000, using: &workload.random)
            let record = workload.record(at: Timestamp(nanoseconds: start.nanoseconds + offset))
            var cell = Cell()
            cell.add(record)
            let source = NameID(index: workload.random.oneIn(3) ? 9 : 8)
            slice.add(cell, to: SeriesKey(record, source: source), first: record.time, last: record.time)
        }
        return slice
    }

    @Test("an early slice waits until it is due, and is not the newest event before")
    func early() {
        var windows = LiveWindows(seriesLimit: 10)
        windows.advance(to: Self.start)
        let due = Self.start + .seconds(100)
        _ = windows.add(Self.single(at: due, route: 3))
        _ = windows.add(Self.single(at: due, route: 3))
        #expect(windows[.oneHour].series.isEmpty && windows.newestEvents.isEmpty)
        windows.advance(to: Timestamp(nanoseconds: due.nanoseconds - 1))
        #expect(windows[.oneHour].series.isEmpty)
        windows.advance(to: due)
        for length in WindowLength.allCases { #expect(windows[length].series.values.first?.requests == 2) }
        #expect(windows.newestEvents.values.max() == due)
    }

    @Test("a clock that is set back loses nothing and counts nothing twice", arguments: [1, 2, 3])
    func rewind(seed: UInt64) {
        var workload = Workload(seed: seed)
        var windows = LiveWindows(seriesLimit: .max)
        var now = Self.start
        windows.advance(to: now)
        for _ in 0..<200 {
            _ = windows.add(Self.slice(&workload, around: now, within: 2, width: 1))
            now = now + .milliseconds(700)
            windows.advance(to: now)
        }
        let before = windows[.oneHour]
        let back = now - .seconds(Int64.random(in: 1...7_000, using: &workload.random))
        windows.rewind(to: back)
        #expect(windows.now == back && windows[.oneHour].series == before.series, "seed \(seed)")
        #expect(windows[.oneHour].totals == before.totals && windows.newestEvents.values.allSatisfy { $0 <= back })
        windows.advance(to: back + .minutes(61))
        windows.advance(to: max(now, back) + .minutes(70))
        #expect(windows[.oneHour].series.isEmpty)
    }

    @Test("time does not go back by itself")
    func backwards() {
        var windows = LiveWindows(seriesLimit: 10)
        windows.advance(to: Self.start)
        windows.advance(to: Self.start - .seconds(50))
        #expect(windows.now == Self.start)
        #expect(windows[.oneMinute].from == Self.start.floored(to: .seconds(1)) - .seconds(59))
    }

    // fluent-bit #8593; mtail #61; vector #20562, #14789, #6461; kumina/postfix_exporter #38
    @Test("past the series limit requests are counted in (other), and totals stay exact", arguments: [1, 2, 3])
    func limit(seed: UInt64) {
        var workload = Workload(seed: seed, routes: 50)
        var windows = LiveWindows(seriesLimit: 20)
        var now = Self.start
        windows.advance(to: now)
        var all: [SeriesKey: Cell] = [:]
        var counted: [SeriesKey: Cell] = [:]
        var overflowed: UInt64 = 0
        for _ in 0..<300 {
            let slice = Self.slice(&workload, around: now, within: 1, width: 1)
            let admitted = windows.add(slice)
            for (key, cell) in slice.slice.series { all[key, default: Cell()].add(cell) }
            for (key, cell) in admitted.slice.series {
                counted[key, default: Cell()].add(cell)
                if key.route == .other { overflowed += cell.requests }
            }
            now = now + .seconds(1)
            windows.advance(to: now)
        }
        #expect(windows[.oneHour].series == counted, "seed \(seed)")
        #expect(windows[.oneHour].totals == naiveTotals(all), "seed \(seed)")
        #expect(windows.overflowedRequests == overflowed && overflowed > 0)
        #expect(counted.keys.count { $0.route != .other } <= 20)
        for key in counted.keys where key.route == .other {
            #expect(key == key.other && key.status % 100 == 0 && key.version == .none)
        }
        // Those who have left make room.
        windows.advance(to: now + .minutes(61))
        #expect(windows.activeSeries == 0)
        let fresh = Self.single(at: now + .minutes(61), route: 900)
        #expect(windows.add(fresh) == fresh)
    }

    @Test("slices that wait fill the limit too")
    func earlyLimit() {
        var windows = LiveWindows(seriesLimit: 5)
        windows.advance(to: Self.start)
        for route in UInt32(0)..<60 {
            _ = windows.add(Self.single(at: Self.start + .seconds(Int64(1 + route)), route: 10 + route))
        }
        windows.advance(to: Self.start + .seconds(100))
        #expect(windows.activeSeries <= 6 && windows.overflowedRequests == 55)
        #expect(windows[.oneHour].totals.values.first?.cell.requests == 60)
    }

    @Test("two thousand busy series cost a fraction of the time that passes")
    func cost() {
        var workload = Workload(seed: 1, routes: 2_000)
        var windows = LiveWindows(seriesLimit: 2_000)
        var now = Self.start
        windows.advance(to: now)
        var slice = TimedSlice(slice: Slice(start: now, width: .seconds(1)))
        for route in UInt32(0)..<2_000 {
            var record = workload.record(at: now)
            record.route = NameID(index: route)
            record.durationNanoseconds = Int64(route) * 1_000
            var cell = Cell()
            cell.add(record)
            slice.add(cell, to: SeriesKey(record, source: NameID(index: 8)), first: now, last: now)
        }
        let clock = ContinuousClock()
        let took = clock.measure {
            for _ in 0..<75 {
                now = now + .seconds(1)
                windows.advance(to: now)
                slice.slice.start = now.floored(to: .seconds(1))
                _ = windows.add(slice)
            }
        }
        // Unoptimised and on a shared machine: anything quadratic takes minutes.
        #expect(took < .seconds(240), "\(took) for 75 s")
        #expect(windows[.oneMinute].totals.values.first?.cell.requests == 60 * 2_000)
    }

    private static func single(at instant: Timestamp, route: UInt32) -> TimedSlice {
        var record = Record()
        record.time = instant
        record.route = NameID(index: route)
        record.status = 200
        var cell = Cell()
        cell.add(record)
        var slice = TimedSlice(slice: Slice(start: instant.floored(to: .seconds(1)), width: .seconds(1)))
        slice.add(cell, to: SeriesKey(record, source: NameID(index: 8)), first: instant, last: instant)
        return slice
    }
}
