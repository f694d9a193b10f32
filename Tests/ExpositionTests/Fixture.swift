import Exposition
import Health
import RequestLog
import RollingWindow

/// A small view, built request by request.
struct Fixture {
    var view = SeriesView(
        from: Timestamp(seconds: 1_795_341_600), to: Timestamp(nanoseconds: 1_795_342_499_312_000_000), primary: .none,
        names: Names(), series: [:])

    init() { view.primary = view.names.intern("main") }

    mutating func add(
        source: String = "main", route: String = "/", method: Method = .get, status: UInt16 = 200,
        cache: CacheStatus = .none, segment: Segment = .unknown, version: String = "", milliseconds: Double? = nil,
        dbCalls: Int64? = nil, dbMilliseconds: Int64? = nil, upstreamMilliseconds: Int64? = nil, bytes: Int64? = nil,
        times: Int = 1
    ) {
        var record = Record()
        record.route = view.names.intern(route)
        record.version = view.names.intern(version)
        record.method = method
        record.status = status
        record.cache = cache
        record.segment = segment
        record.durationNanoseconds = milliseconds.map { Int64($0 * 1e6) } ?? Record.absent
        record.dbCalls = dbCalls ?? Record.absent
        record.dbNanoseconds = dbMilliseconds.map { $0 * 1_000_000 } ?? Record.absent
        record.upstreamNanoseconds = upstreamMilliseconds.map { $0 * 1_000_000 } ?? Record.absent
        record.bytes = bytes ?? Record.absent
        let key = SeriesKey(record, source: view.names.intern(source))
        for _ in 0..<times { view.series[key, default: Cell()].add(record) }
    }

    /// Two routes, one with everything in its log and one with the bare minimum.
    static var shop: Fixture {
        var shop = Fixture()
        shop.add(
            route: "/orders/{id}", cache: .hit, segment: .anonymous, version: "1.4", milliseconds: 2, dbCalls: 0,
            dbMilliseconds: 0, bytes: 1000, times: 3)
        shop.add(
            route: "/orders/{id}", cache: .miss, segment: .authenticated, version: "1.4", milliseconds: 32, dbCalls: 7,
            dbMilliseconds: 12, upstreamMilliseconds: 30, bytes: 2500)
        shop.add(route: "/ping", method: .head, status: 500)
        return shop
    }

    static var ledger: Ledger {
        var input = InputLedger()
        input.counts.accepted = 5
        input.counts.blank = 1
        input.counts[.malformed] = 2
        input.lineBytes = 1234
        input.unfinished = 6
        return Ledger(inputs: [Ledger.Input(path: "access.log", source: "main", ledger: input)])
    }

    static let noSamples = Fixture().view
}

/// A page with the view's series as its counters, and two health groups.
func metricsPage(_ fixture: Fixture, _ agent: AgentMetrics = AgentMetrics()) -> MetricsPage {
    MetricsPage(
        names: fixture.view.names, counters: fixture.view.series,
        health: [.init(group: "default", status: .warn), .init(group: "checkout", status: .fail)], agent: agent)
}

/// An agent about which there is something to say.
var busyAgent: AgentMetrics {
    var agent = AgentMetrics()
    agent.version = "0.1.0"
    agent.startTime = Timestamp(nanoseconds: 1_795_341_600_250_000_000)
    agent.inputs = 2
    agent.inputBytes = 123_456_789_012
    agent.lostDatagrams = 5
    agent.lines.accepted = 10
    agent.lines[.badTime] = 3
    agent.lag = .milliseconds(1500)
    agent.lastCommit = Timestamp(seconds: 1_795_341_660)
    agent.degraded = true
    agent.incidents = [IncidentCount("clock_steps", "Times that the clock was set.", 2)]
    return agent
}

/// A page as the first one of an agent.
func render(_ page: MetricsPage, as format: MetricsFormat) -> [UInt8] {
    var renderer = MetricsRenderer()
    return renderer.render(page, as: format)
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed, everywhere.
struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// Texts that a log may contain and no output may be hurt by.
let hostileTexts = [
    "a\nb", "a\r\nb", "quote\"s", "back\\slash", "\u{1b}[2J\u{1b}[31m", "\0", "\u{7f}", "\u{9b}31m", "\u{85}",
    "\u{202e}evil", "\u{200b}zero", "bom\u{feff}bom", "\u{2028}line", "\u{fffd}", "日本語", "e\u{301}", "👩‍👩‍👧", "\u{10ffff}",
    "}",
    "{route=\"x\"}", " ", "\t", "",
]
