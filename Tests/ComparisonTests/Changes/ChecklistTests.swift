import Comparison
import RequestLog
import RollingWindow
import Testing

@Suite("the checklist")
struct ChecklistTests {
    /// Half an hour before a purge and half an hour after it; of 40 lookups of each route in a slice so many are hits.
    private func evidence(
        _ hits: [String: (before: Int, after: Int)], purge turn: Int = 180, of count: Int = 360, loggedIn: Int = 4,
        isKnown: Bool = true, milliseconds: (before: Double, after: Double) = (20, 20)
    ) -> (ChangeEvidence, Names) {
        var maker = SliceMaker()
        for number in 0..<count {
            maker.slice { maker, slice in
                for (route, share) in hits.sorted(by: { $0.key < $1.key }) {
                    let isBefore = number < turn
                    let hit = isBefore ? share.before : share.after
                    let time = isBefore ? milliseconds.before : milliseconds.after
                    maker.request(
                        route, &slice, cache: isKnown ? .hit : .unknown, milliseconds: time, times: hit)
                    maker.request(
                        route, &slice, cache: isKnown ? .miss : .unknown, milliseconds: time, times: 40 - hit)
                    if loggedIn > 0 {
                        maker.request(
                            route, &slice, cache: isKnown ? .bypass : .unknown, segment: .authenticated,
                            milliseconds: time, times: loggedIn)
                    }
                }
            }
        }
        var evidence = ChangeEvidence(source: maker.source)
        for made in maker.slices { evidence.add(made) }
        return (evidence, maker.names)
    }

    private func item(_ key: ChecklistItem.Key, in items: [ChecklistItem]) throws -> ChecklistItem {
        try #require(items.first { $0.key == key })
    }

    /// The instant of slice 180.
    private static let purge = morning + .seconds(1_800)

    @Test(
        "a purge is held against the routes of the change",
        arguments: [
            // Only the route that is named.
            (["/orders": (30, 2), "/": (36, 36)], ["/orders"], .done, "/orders"),
            // One more: the blast radius.
            (["/orders": (30, 2), "/": (36, 5)], ["/orders"], .failed, "not named in the change: /"),
            // None fell.
            (["/orders": (30, 29), "/": (36, 36)], ["/orders"], .done, "no hit ratio fell"),
            // A small fall is weather.
            (["/orders": (30, 25), "/": (36, 33)], ["/orders"], .done, "no hit ratio fell"),
            (["/orders": (30, 2)], [], .pending, "the change names no routes"),
        ] as [([String: (Int, Int)], [String], ChecklistItem.State, String)])
    func purge(
        hits: [String: (Int, Int)], routes: [String], state: ChecklistItem.State, evidence text: String
    ) throws {
        let (evidence, names) = evidence(hits.mapValues { ($0.0, $0.1) })
        var record = try sampleChange(routes: routes, promises: [])
        record.add(ChangeRecord.Event(.purge, at: Self.purge))
        let found = try item(.purgeScope, in: record.checklist(before: evidence, after: evidence, names: names))
        #expect(found.state == state, "\(found.evidence)")
        #expect(found.evidence.contains(text), "\(found.evidence)")
    }

    @Test("a route with a handful of lookups is said to be untold, not to have been spared")
    func untold() throws {
        var maker = SliceMaker()
        for number in 0..<360 {
            maker.slice { maker, slice in
                maker.request("/orders", &slice, cache: number < 180 ? .hit : .miss, times: 20)
                if number % 60 == 0 { maker.request("/rare", &slice, cache: .hit) }
            }
        }
        var evidence = ChangeEvidence(source: maker.source)
        for made in maker.slices { evidence.add(made) }
        let radius = BlastRadius(of: Self.purge, in: evidence, names: maker.names)
        #expect(radius.falls.map(\.route) == ["/orders"])
        #expect(radius.untold == ["/rare"])
    }

    @Test("without a purge there is nothing to look at")
    func noPurge() throws {
        let (evidence, names) = evidence(["/orders": (30, 2)])
        let found = try item(
            .purgeScope, in: try sampleChange().checklist(before: evidence, after: evidence, names: names))
        #expect(found.state == .notApplicable)
    }

    @Test(
        "who was logged in, and what the cache did, must be in the log", arguments: [(4, true), (0, true), (4, false)])
    func traffic(loggedIn: Int, isKnown: Bool) throws {
        let (evidence, names) = evidence(["/orders": (30, 30)], loggedIn: loggedIn, isKnown: isKnown)
        let items = try sampleChange().checklist(before: evidence, after: nil, names: names)
        #expect(try item(.cacheStatus, in: items).state == (isKnown ? .done : .missing))
        #expect(try item(.loggedInTraffic, in: items).state == (loggedIn > 0 ? .done : .missing))
    }

    @Test("every affected route must have been exercised by somebody who is logged in")
    func routes() throws {
        let (evidence, names) = evidence(["/orders": (30, 30)])
        let items = try sampleChange(routes: ["/orders", "/unheard"]).checklist(
            before: evidence, after: evidence, names: names)
        let found = try item(.loggedInTraffic, in: items)
        #expect(found.state == .missing && found.evidence.contains("/unheard: 0 of 0"), "\(found.evidence)")
        #expect(try item(.measured, in: items).state == .missing)
    }

    @Test("a rollback is recorded, and rehearsed once it was tried or used")
    func rollback() throws {
        let (evidence, names) = evidence(["/orders": (30, 30)], of: 10)
        var record = try sampleChange()
        record.firstChecklist = record.checklist(before: evidence, after: nil, names: names)
        #expect(try item(.rollbackRecorded, in: record.currentChecklist).state == .done)
        #expect(try item(.rollbackRehearsed, in: record.currentChecklist).state == .missing)
        var rehearsed = record
        rehearsed.add(ChangeRecord.Event(.rehearsal, at: morning, note: "staging"))
        #expect(try item(.rollbackRehearsed, in: rehearsed.currentChecklist).state == .done)
        record.add(ChangeRecord.Event(.rollback, at: morning, exitCode: 1))
        #expect(try item(.rollbackRehearsed, in: record.currentChecklist).state == .missing)
        record.add(ChangeRecord.Event(.rollback, at: morning, exitCode: 0))
        #expect(try item(.rollbackRehearsed, in: record.currentChecklist).state == .done)
        let without = try sampleChange(rollback: nil).checklist(before: evidence, after: nil, names: names)
        #expect(try item(.rollbackRecorded, in: without).state == .missing)
    }

    @Test(
        "admin routes have a guardrail of their own",
        arguments: [(20.0, 20.0, ChecklistItem.State.done), (20, 25, .done), (20, 60, .missing)])
    func admin(before: Double, after: Double, state: ChecklistItem.State) throws {
        let hits = ["/admin/reports": (0, 0), "/orders": (30, 30)]
        let (early, names) = evidence(hits, of: 20, milliseconds: (before, before))
        let (late, _) = evidence(hits, of: 20, milliseconds: (after, after))
        let items = try sampleChange().checklist(before: early, after: late, names: names)
        let found = try item(.adminResponsive, in: items)
        #expect(found.state == state, "\(found.evidence)")
        #expect(found.evidence.contains("/admin/reports"))
    }
}
