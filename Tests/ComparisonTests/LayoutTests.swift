import Comparison
import RequestLog
import Testing

/// Which slices are compared, and what makes sides incomparable.
@Suite struct LayoutTests {
    @Test("whole days at one clock time are compared slot by slot, an empty slice at an end or not")
    func pairing() throws {
        var before = MadeSide(slices: 288, width: .minutes(5))
        before.kinds[0].requests = 4
        let after = before.later()
        let report = try question().report(before: before.side(), after: after.side())
        #expect(report.isMatched && report.isPaired)
        var late = after
        late.start = late.start + .minutes(5)
        late.slices -= 2
        let shifted = try question().report(before: before.side(), after: late.side())
        #expect(shifted.isPaired && shifted.slices == (288, 288))
        var other = after
        other.start = other.start + .minutes(60)
        #expect(try !question().report(before: before.side(), after: other.side()).isPaired)
    }

    @Test("the same two hours of another day are matched; other hours are not comparable without history")
    func clock() throws {
        let before = MadeSide()
        #expect(try question().report(before: before.side(), after: before.later().side()).verdict == .noExpectation)
        var after = before.later()
        after.start = after.start + .minutes(180)
        let report = try question("p95 -20%").report(before: before.side(), after: after.side())
        #expect(report.verdict == .notComparable && report.exitCode == 3)
        #expect(report.reasons[0].contains("3 h apart on the clock"))
        after.start = after.start - .minutes(70)
        #expect(try question("p95 -20%").report(before: before.side(), after: after.side()).verdict == .notMet)
    }

    @Test("days of BEFORE beside hours of AFTER are cut to the same time of day, and are its history")
    func history() throws {
        var before = MadeSide(slices: 6 * 288, width: .minutes(5))
        before.kinds[0].requests = 20
        // Monday to Saturday midnight, AFTER on the next Monday.
        before.start = Timestamp(seconds: 1_714_348_800)
        var after = before.later(days: 7)
        after.slices = 36
        after.start = after.start + .minutes(600)
        let report = try question("p95 -20%").report(before: before.side(), after: after.side())
        #expect(report.before.count == 5 && report.drift.source == .history && report.drift.windows == 5)
        #expect(report.slices == (180, 36))
        #expect(report.verdict == .notMet)
    }

    @Test("windows one after the other tell the drift, and are not asked of a window that something was done in")
    func chain() throws {
        let before = MadeSide(slices: 60)
        var after = before.later(days: 0)
        after.start = after.start + .minutes(60)
        func history(_ count: Int, marks: [Mark] = []) -> [Side] {
            (1...count).reversed().map { number in
                var made = before
                made.start = made.start - .minutes(Int64(60 * number))
                made.seed = UInt64(10 + number)
                return made.side("earlier", number == 1 ? marks : [])
            }
        }
        let report = try question("p95 -20%").report(
            before: before.side(), after: after.side(), history: history(8))
        #expect(report.drift.source == .chain && report.drift.windows == 8)
        let marked = try question("p95 -20%").report(
            before: before.side(), after: after.side(),
            history: history(6, marks: [Mark(.deploy, at: before.at(-5))]))
        #expect(marked.drift.source == .allowance && marked.drift.tau == 0.05)
    }

    @Test("a warm-up after a purge is left out, the same slots on the other side too")
    func warmUp() throws {
        let kinds = [
            MadeSide.Kind(cache: .hit, requests: 20, median: 6, calls: 0), MadeSide.Kind(requests: 10),
        ]
        let before = MadeSide(kinds: kinds)
        var after = before.later()
        // Twenty slices without a hit.
        after.shape = { slice, kind in if slice < 20, kind.cache == .hit { kind.requests = 0 } }
        let side = after.side("after", [Mark(.purge, at: after.at(0))])
        let report = try question("p95 -20%").report(before: before.side(), after: side)
        let cut = try #require(report.excluded.first { $0.reason == .warmUp })
        #expect((20...45).contains(cut.slices))
        #expect(report.slices.before == report.slices.after && report.slices.after == 120 - cut.slices)
        #expect(report.excluded.contains { $0.reason == .matched && !$0.isAfter })
        // Steady from the start: five slices and no more.
        let steady = before.later().side("after", [Mark(.purge, at: after.at(0))])
        #expect(try question().report(before: before.side(), after: steady).slices.after == 115)
        after.shape = { slice, kind in if kind.cache == .hit, slice < 60 { kind.requests = 0 } }
        let unsteady = after.side("after", [Mark(.purge, at: after.at(0))])
        let verdict = try question("p95 -20%").report(before: before.side(), after: unsteady)
        #expect(verdict.promises[0].reason?.contains("not steady yet") == true, "\(verdict.reasons)")
    }

    @Test("what is before the deploy is no AFTER, and what is behind it no BEFORE")
    func deploy() throws {
        let before = MadeSide()
        let after = before.later()
        let marks = [Mark(.deploy, at: after.at(30))]
        let report = try question().report(before: before.side(), after: after.side("after", marks))
        #expect(report.excluded.contains { $0.reason == .deploy && $0.slices == 30 })
        #expect(report.slices.after == 85)
        let early = try question().report(
            before: before.side("before", [Mark(.deploy, at: before.at(100))]), after: after.side())
        #expect(early.excluded.contains { $0.reason == .deploy && !$0.isAfter && $0.slices == 20 })
    }

    @Test("a gap is left out, chance is not")
    func gap() throws {
        let before = MadeSide()
        var after = before.later()
        after.shape = { slice, kind in if (50..<60).contains(slice) { kind.requests = 0 } }
        let report = try question().report(before: before.side(), after: after.side())
        #expect(report.excluded.contains { $0.reason == .gap && $0.slices == 10 && $0.isAfter })
        var rare = MadeSide(kinds: [MadeSide.Kind(requests: 0)])
        rare.shape = { slice, kind in kind.requests = slice.isMultiple(of: 4) ? 1 : 0 }
        let sparse = try question().report(before: rare.side(), after: rare.later().side())
        #expect(!sparse.excluded.contains { $0.reason == .gap })
    }

    @Test("what else differs is named, with exit 3")
    func confounders() throws {
        let before = MadeSide(kinds: [MadeSide.Kind(), MadeSide.Kind(segment: .authenticated)])
        func reason(_ edit: (inout MadeSide) -> Void, _ change: (inout Side, inout Side) -> Void = { _, _ in }) throws
            -> String
        {
            var after = before.later()
            edit(&after)
            var sides = (before.side(), after.side())
            change(&sides.0, &sides.1)
            let report = try question("p95 -20%").report(before: sides.0, after: sides.1)
            #expect(report.verdict == .notComparable || report.reasons.isEmpty)
            return report.reasons.first ?? ""
        }
        #expect(try reason { _ in } == "")
        #expect(try reason { $0.kinds[1].segment = .anonymous }.contains("logged-in traffic is in BEFORE only"))
        #expect(
            try reason {
                $0.kinds[0].cache = .unknown; $0.kinds[1].cache = .unknown
            }.contains("the log changed"))
        #expect(
            try reason {
                $0.kinds[0].calls = nil; $0.kinds[1].calls = nil
            }.contains("database calls"))
        #expect(
            try reason({ _ in }) {
                $0.facts.formats = ["nginx"]; $1.facts.formats = ["JSON"]
            }.contains("log format"))
        #expect(
            try reason({ _ in }) {
                $0.facts.configuration = "a"; $1.facts.configuration = "b"
            }.contains("configuration"))
        #expect(
            try reason({ _ in }) { _, after in
                after.marks = [Mark(.deploy, at: after.windows[0].from + .minutes(50), change: "other")]
            }.contains("another change, other"))
        #expect(try reason { $0.resolutionNanoseconds = 10_000_000 }.contains("resolution"))
        var old = before
        for place in old.kinds.indices { old.kinds[place].version = "1.0" }
        var mixed = old.later()
        mixed.kinds[1].version = "1.1"
        let report = try question("p95 -20%").report(before: old.side(), after: mixed.side())
        #expect(report.reasons.first?.contains("AFTER mixes version 1.0") == true)
        #expect(
            try question("p95 /odrers -20%").report(before: old.side(), after: old.later().side()).verdict
                == .notComparable)
    }

    @Test("the same time on both sides has no drift to allow for")
    func concurrent() throws {
        let stable = MadeSide()
        let report = try question { $0.comparesVersions = true }.report(
            before: stable.side(), after: stable.later(days: 0, seed: 9).side())
        #expect(report.drift.source == .concurrent && report.drift.tau == 0)
    }

    @Test("further looks need more than a single one, and the last of a plan little more")
    func looks() throws {
        let (before, after) = (MadeSide().side(), MadeSide().later().side())
        func width(_ look: Look?) throws -> Double {
            let row = try #require(
                try question { $0.drift = .allowance(0) }.report(before: before, after: after, look: look).rows.first)
            return row.within.ci95.high - row.within.ci95.low
        }
        let single = try width(nil)
        let planned = try (1...4).map { try width(.planned($0)) }
        #expect(planned == planned.sorted(by: >) && planned[3] > single && planned[3] < 1.1 * single)
        #expect(try width(.openEnded(slices: 120)) > planned[3])
        #expect(try width(.openEnded(slices: 30)) > width(.openEnded(slices: 90)))
    }
}
