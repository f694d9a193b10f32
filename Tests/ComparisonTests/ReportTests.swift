import Comparison
import RequestLog
import RollingWindow
import Snapshots
import TestSupport
import Testing

@Suite struct ReportTests {
    /// A hit, a miss and somebody who is logged in.
    private static let kinds = [
        MadeSide.Kind(cache: .hit, requests: 12, median: 6, calls: 0), MadeSide.Kind(requests: 8),
        MadeSide.Kind(cache: .bypass, segment: .authenticated, requests: 4, median: 120),
        MadeSide.Kind(status: 500, requests: 1), MadeSide.Kind(route: "/search", requests: 6, median: 240),
    ]

    @Test("a side compared with itself has changed by exactly nothing")
    func identical() throws {
        let made = MadeSide(kinds: ReportTests.kinds)
        let report = try question("p95 /orders -20%").report(before: made.side(), after: made.later(seed: 1).side())
        #expect(report.verdict == .notMet && report.exitCode == 1)
        #expect(report.rows.count >= 15)
        for row in report.rows {
            #expect(row.total.estimate == 0 && row.within.estimate == 0 && row.cache == 0 && row.traffic == 0)
        }
        let without = try question().report(before: made.side(), after: made.later(seed: 1).side())
        #expect(without.verdict == .noExpectation && without.exitCode == 0)
    }

    @Test("the parts are the whole, whatever changes", arguments: 0..<20)
    func identity(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        func shuffled() -> [MadeSide.Kind] {
            ReportTests.kinds.map { kind in
                var kind = kind
                kind.requests = Int.random(in: 0...15, using: &random)
                kind.median *= Double.random(in: 0.3...3, using: &random)
                return kind
            }
        }
        let before = MadeSide(kinds: shuffled(), slices: 40, seed: 2 * seed)
        var after = MadeSide(kinds: shuffled(), slices: 40).later(seed: 2 * seed + 1)
        after.width = before.width
        let report = try question("mean -5%", "p90 /orders -5%").report(before: before.side(), after: after.side())
        #expect(!report.rows.isEmpty)
        #expect(report.greatestResidual < 1e-12)
    }

    @Test("the order in which slices come, and pieces of them, changes nothing", arguments: 0..<6)
    func order(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (before, after) = (MadeSide(kinds: ReportTests.kinds), MadeSide(kinds: ReportTests.kinds).later())
        func built(_ made: MadeSide, shuffles: Bool) -> Side {
            var names = Names()
            var slices = made.timedSlices(&names)
            if shuffles {
                // Each series on its own, as many files of many stores would have them.
                slices = slices.flatMap { slice in
                    slice.slice.series.map { key, cell in
                        var piece = slice
                        piece.slice.series = [key: cell]
                        return piece
                    }
                }
                slices.shuffle(using: &random)
            }
            var builder = SideBuilder(width: made.width)
            for slice in slices { builder.add(slice) }
            return builder.side(named: "side", names: names)
        }
        let question = try question("p95 /orders -20%")
        let straight = question.report(
            before: built(before, shuffles: false), after: built(after, shuffles: false))
        let shuffled = question.report(before: built(before, shuffles: true), after: built(after, shuffles: true))
        // To the last bit: text of every number.
        #expect("\(straight)" == "\(shuffled)")
    }

    @Test("blocks as they are read make the same side as the slices that they hold", arguments: 0..<6)
    func blocks(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var kinds = ReportTests.kinds
        kinds[1].version = "7.1"
        // Now and then a series is missing, and one of no requests is there.
        let before = MadeSide(kinds: kinds, seed: seed) { number, kind in
            if number.isMultiple(of: 7) { kind.requests = kind.status == 500 ? 3 : 0 }
        }
        let after = before.later(seed: seed + 1)
        func built(_ made: MadeSide, asBlocks: Bool, versions: Set<String>? = nil) throws -> Side {
            var (names, read) = (Names(), Names())
            var slices = made.timedSlices(&names)
            slices.shuffle(using: &random)
            let wanted = versions.map { Set($0.map { asBlocks ? read.intern($0) : names.intern($0) }) }
            let source = asBlocks ? read.intern("main") : names.intern("main")
            var builder = SideBuilder(width: made.width, source: source, versions: wanted)
            var reader = BlockReader()
            for slice in slices {
                guard asBlocks else {
                    builder.add(slice)
                    continue
                }
                let header = BlockHeader(
                    storeID: StoreID(high: 1, low: 2),
                    stretch: Stretch(start: slice.slice.start, width: slice.slice.width), firstEvent: slice.firstEvent,
                    lastEvent: slice.lastEvent, resolutionNanoseconds: 1, commits: CommitRange(only: 1))
                let block = SnapshotBlock(header: header, series: slice.slice.series)
                try reader.read(OpenedBlock(Frame(block.encoded(names: names), of: [.block])), names: &read)
                builder.add(reader.columns, of: header)
            }
            return builder.side(named: "side", names: asBlocks ? read : names)
        }
        let question = try question("p95 /orders -20%")
        for versions in [nil, ["7.1"], [""]] as [Set<String>?] {
            let slices = try question.report(
                before: built(before, asBlocks: false, versions: versions),
                after: built(after, asBlocks: false, versions: versions))
            let blocks = try question.report(
                before: built(before, asBlocks: true, versions: versions),
                after: built(after, asBlocks: true, versions: versions))
            #expect("\(slices)" == "\(blocks)")
            #expect(!blocks.rows.isEmpty)
        }
    }

    @Test("requests in wider slices are those of the narrow ones")
    func coarsening() throws {
        var made = MadeSide(kinds: ReportTests.kinds, slices: 300)
        made.start = Timestamp(seconds: 1_714_557_600)
        let narrow = made.side()
        var names = Names()
        var builder = SideBuilder(width: .minutes(5))
        for slice in made.timedSlices(&names) { builder.add(slice) }
        let wide = builder.side(named: "side", windows: narrow.windows, names: names)
        let question = try question("p95 /orders -20%")
        let other = made.later().side().coarsened(to: .minutes(5))
        let coarsened = question.report(before: narrow.coarsened(to: .minutes(5)), after: other)
        #expect("\(coarsened)" == "\(question.report(before: wide, after: other))")
        #expect(coarsened.slices.before == 60)
    }

    @Test("a regression beside a kept promise is a regression, unless it is allowed")
    func guardrail() throws {
        var after = MadeSide(kinds: ReportTests.kinds).later()
        after.kinds[1].median = 50
        after.kinds[2].median = 60
        after.kinds[4].median = 400
        let before = MadeSide(kinds: ReportTests.kinds).side()
        let regressed = try question("p95 /orders -20%").report(before: before, after: after.side())
        #expect(regressed.verdict == .regressed)
        #expect(regressed.promises[0].verdict == .met)
        #expect(regressed.guardrails.regressed.contains("p95 /search"))
        let allowed = try question("p95 /orders -20%") { question in
            for metric in [Metric.p50, .p95, .p99] {
                question.allowed.append(ComparisonQuestion.Allowance(metric: metric, route: "/search"))
                question.allowed.append(ComparisonQuestion.Allowance(metric: metric))
            }
        }.report(before: before, after: after.side())
        #expect(allowed.verdict == .met && allowed.guardrails.allowed.contains("p95 /search"))
        let elsewhere = try question("p95 /orders -20%") { $0.routes = ["/orders"] }
        let report = elsewhere.report(before: before, after: after.side())
        #expect(!report.guardrails.regressed.contains("p95 /search"))
    }

    @Test("a promise of what users see is kept by the cache, one of the code is not")
    func basis() throws {
        let before = MadeSide(kinds: ReportTests.kinds).side()
        var after = MadeSide(kinds: ReportTests.kinds).later()
        after.kinds[0].requests = 19
        after.kinds[1].requests = 1
        let total = try question("p50 /orders -20% total", "hit_ratio /orders +20pp").report(
            before: before, after: after.side())
        #expect(total.promises.map(\.verdict) == [.met, .met], "\(total.reasons)")
        let code = try question("p50 /orders -20%").report(before: before, after: after.side())
        #expect(code.promises[0].verdict == .notMet)
        #expect(code.leadingRow?.attribution == .cacheMix)
    }

    @Test("a limit is one on what users see, and requests can be promised either way")
    func limits() throws {
        let (before, after) = (MadeSide(kinds: ReportTests.kinds), MadeSide(kinds: ReportTests.kinds).later())
        let verdicts = try question(
            "p95 /search < 2s", "p95 /search < 100ms", "error_ratio < 20%", "error_ratio < 0.001",
            "db_calls /search < 9",
            "requests /search -50%"
        ).report(before: before.side(), after: after.side()).promises.map(\.verdict)
        #expect(verdicts == [.met, .notMet, .met, .notMet, .met, .notMet])
        var more = after
        more.kinds[4].requests = 12
        let traffic = try question("requests /search +80%").report(before: before.side(), after: more.side())
        #expect(traffic.promises[0].verdict == .met)
    }

    @Test("too few requests are named, and how long it would take")
    func insufficient() throws {
        let kinds = [MadeSide.Kind(), MadeSide.Kind(route: "/rare", requests: 1)]
        let report = try question("p95 /rare -20%").report(
            before: MadeSide(kinds: kinds).side(), after: MadeSide(kinds: kinds).later().side())
        #expect(report.verdict == .inconclusive)
        #expect(report.promises[0].reason?.contains("120 requests, and p95 needs 400") == true)
        #expect(report.promises[0].neededSeconds.map { $0 >= 24_000 } == true)
        let short = try question("p95 -20%").report(
            before: MadeSide(slices: 20).side(), after: MadeSide(slices: 20).later().side())
        #expect(short.promises[0].reason?.contains("20 slices") == true)
    }

    @Test("what the log's clock cannot tell is not told")
    func resolution() throws {
        let kind = MadeSide.Kind(requests: 10, median: 0.9, spread: 0.1)
        let before = MadeSide(kinds: [kind], resolutionNanoseconds: 1_000_000)
        let report = try question("p95 -20%").report(before: before.side(), after: before.later().side())
        #expect(report.promises[0].reason?.contains("below the log's resolution") == true, "\(report.reasons)")
    }
}
