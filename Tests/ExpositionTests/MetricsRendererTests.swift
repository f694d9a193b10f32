import Exposition
import RequestLog
import RollingWindow
import Testing

@Suite("the page of metrics, in every format") struct MetricsRendererTests {
    @Test("two pages of the same totals are the same bytes", arguments: MetricsFormat.allCases)
    func order(format: MetricsFormat) {
        var random = SeededRandom(state: 9)
        let pages = (0..<2).map { _ in
            var fixture = Fixture()
            for route in (0..<50).map({ "/r\($0)" }).shuffled(using: &random) {
                for status in [UInt16(200), 404, 500].shuffled(using: &random) {
                    fixture.add(route: route, status: status, milliseconds: 3)
                }
            }
            return render(metricsPage(fixture, busyAgent), as: format)
        }
        #expect(pages[0] == pages[1])
    }

    @Test("labels that are kept from page to page change no page", arguments: MetricsFormat.allCases, [UInt64(21), 22])
    func keptLabels(format: MetricsFormat, seed: UInt64) {
        var random = SeededRandom(state: seed)
        var fixture = Fixture()
        var renderer = MetricsRenderer()
        for number in 0..<60 {
            switch Int.random(in: 0..<4, using: &random) {
            case 0: fixture.add(route: "/r\(number)\"\\\n", milliseconds: 3, dbCalls: 1)
            // One goes and another comes: as many as before.
            case 1:
                if let key = fixture.view.series.keys.randomElement(using: &random) { fixture.view.series[key] = nil }
                fixture.add(route: "/s\(number)", status: 500, dbMilliseconds: 1, bytes: 2)
            case 2:
                if let key = fixture.view.series.keys.randomElement(using: &random) { fixture.view.series[key] = nil }
            default: fixture.add(milliseconds: 1)
            }
            let page = metricsPage(fixture)
            // Pages in other formats between them neither.
            if number % 5 == 0 { _ = renderer.render(page, as: MetricsFormat.allCases.randomElement(using: &random)!) }
            #expect(renderer.render(page, as: format) == render(page, as: format), "seed \(seed), page \(number)")
        }
    }

    @Test("the largest numbers have room", arguments: [UInt64.max, UInt64.max - 1, 10_000_000_000_000_000_000])
    func largest(count: UInt64) {
        var fixture = Fixture()
        var cell = Cell()
        cell.requests = count
        cell.durations.total = Total(count: count, sum: .max)
        cell.durations.zeros = count
        cell.calls.total = Total(count: count, sum: .max)
        let key = SeriesKey(
            source: fixture.view.primary, route: fixture.view.names.intern(String(repeating: "r", count: 70_000)),
            method: .get, status: 200, cache: .none, segment: .unknown, version: .none)
        fixture.view.series[key] = cell
        let lines = text(render(metricsPage(fixture), as: .text)).split(separator: "\n")
        #expect(lines.count { $0.hasPrefix("plumbline_request_duration") && $0.hasSuffix("} \(count)") } == 19)
        #expect(lines.contains { $0.hasSuffix("} 170141183460469231731687303715.884105727") })
    }
}
