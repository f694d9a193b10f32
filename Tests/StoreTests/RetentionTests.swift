import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
    /// A day of traffic, an hour and a half apart, from 11:59:30 on; every hour has two commits and two flushes.
    private func day(hours: Int = 26, limits: (inout StoreLimits) -> Void = { _ in }) throws -> Chronicle {
        let chronicle = Chronicle(seed: 7)
        limits(&chronicle.limits)
        try chronicle.open()
        for _ in 0..<hours {
            for _ in 0..<2 {
                chronicle.write(20, lateMinutes: 0)
                try chronicle.commit()
                chronicle.advance(minutes: 30)
                try chronicle.flush()
            }
        }
        return chronicle
    }

    private func reports(_ chronicle: Chronicle, _ kind: SnapshotFileReport.Kind) throws -> [SnapshotFileReport] {
        try SnapshotFileReport.all(in: Chronicle.directory, chronicle.disk).filter { $0.kind == kind }
    }

    @Test("slices become wider with age, the total of their hour beside them, until only totals are left")
    func tiers() throws {
        let chronicle = try day(hours: 4)
        try chronicle.retain()
        var hours = try reports(chronicle, .hour)
        #expect(hours.map(\.narrowest) == [.seconds(60), .seconds(60), .seconds(60), .seconds(10), .seconds(10)])
        #expect(hours.map(\.totals) == [1, 1, 1, 0, 0])
        chronicle.advance(minutes: 7 * 60)
        try chronicle.retain()
        hours = try reports(chronicle, .hour)
        #expect(hours.map(\.narrowest) == Array(repeating: .minutes(5), count: 5))
        try chronicle.check("5 min")
        chronicle.advance(minutes: 49 * 60)
        try chronicle.retain()
        hours = try reports(chronicle, .hour)
        #expect(hours.map(\.blocks) == [1, 1, 1, 1, 1] && hours.map(\.totals) == [1, 1, 1, 1, 1])
        #expect(hours.reduce(0) { $0 + $1.requests } == 160)
        try chronicle.check("totals")
        let statistics = chronicle.store!.statistics
        #expect(statistics.hoursCompacted == 8 && statistics.hoursReduced == 5 && statistics.blocksMerged > 0)
        #expect(statistics.bytesSaved > 0 && statistics.retentionFailures == 0)
        // And then there is nothing more to do.
        let outcome = try chronicle.retain()
        #expect(outcome == PruneOutcome())
    }

    @Test("a day has its total when it is over, and another one when something came late")
    func dayTotals() throws {
        let chronicle = try day()
        chronicle.advance(minutes: 60)
        try chronicle.retain()
        #expect(try reports(chronicle, .day).map(\.path.lastComponent?.string) == ["2025-11-22.plb"])
        #expect(try reports(chronicle, .day).map(\.requests) == [500])
        var names = Names()
        let start = Timestamp(seconds: 1_763_769_600)
        let read = try chronicle.read(
            [Chronicle.directory], from: start, to: start + .minutes(24 * 60), .coarsest, names: &names)
        #expect(read.blocks == 1 && read.series.values.reduce(0) { $0 + $1.requests } == 500)

        chronicle.write(30, lateMinutes: 20 * 60)
        try chronicle.commit()
        try chronicle.flush()
        try chronicle.check("late")
        #expect(try reports(chronicle, .day).map(\.requests) == [500])
        try chronicle.retain()
        #expect(try reports(chronicle, .day).map(\.requests) == [530])
        try chronicle.check("late and totalled")
        #expect(try chronicle.retain() == PruneOutcome())
    }

    @Test("a part of a day is read from its hours, a part of an hour from its slices")
    func parts() throws {
        let chronicle = try day()
        chronicle.advance(minutes: 60)
        try chronicle.retain()
        let noon = Timestamp(seconds: 1_763_812_800)
        for (from, to) in [(noon, noon + .minutes(180)), (noon + .minutes(30), noon + .minutes(95))] {
            for detail in [SnapshotReader.Detail.coarsest, .finest] {
                var names = Names()
                let read = try chronicle.read([Chronicle.directory], from: from, to: to, detail, names: &names)
                #expect(read.series == chronicle.truth(from: from, to: to, names: &names))
            }
        }
    }

    @Test("too many bytes: the oldest hours become totals, then the oldest files go, and never the current hour")
    func space() throws {
        let chronicle = try day()
        try chronicle.retain()
        let files = try reports(chronicle, .hour)
        let before = files.reduce(0) { $0 + $1.bytes }
        chronicle.kill()
        chronicle.limits.snapshotBytes = before * 2 / 3
        try chronicle.open()
        var outcome = try chronicle.retain()
        #expect(outcome.hoursReduced > 0 && outcome.filesRemoved == 0)
        let reduced = try reports(chronicle, .hour)
        let isReduced = reduced.map { $0.narrowest == nil }
        #expect(isReduced == isReduced.sorted { $0 && !$1 }, "the oldest first")
        try chronicle.check("reduced")

        chronicle.kill()
        chronicle.limits.snapshotBytes = 1
        try chronicle.open()
        outcome = try chronicle.retain()
        let left = try reports(chronicle, .hour) + reports(chronicle, .day)
        #expect(
            left.map(\.path.lastComponent?.string) == ["2025-11-23T13.plb"] && left.first?.narrowest == .seconds(10))
        #expect(outcome.requestsRemoved + (left.first?.requests ?? 0) == 1040)
    }

    @Test("what ended before an instant goes when that is asked, totals of whole days included")
    func before() throws {
        let chronicle = try day()
        chronicle.advance(minutes: 60)
        try chronicle.retain()
        let midnight = Timestamp(seconds: 1_763_856_000)
        let outcome = try chronicle.retain(before: midnight + .minutes(120))
        #expect(outcome.filesRemoved == 16 && outcome.requestsRemoved == 580 && outcome.bytesFreed > 0)
        #expect(try reports(chronicle, .day).isEmpty)
        #expect(try reports(chronicle, .hour).first?.path.lastComponent?.string == "2025-11-23T02.plb")
        #expect(chronicle.store!.statistics.requestsPruned == 580)
        let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(account == SnapshotAccount(committed: 1040, present: 460, pruned: 580))
        chronicle.kill()
        try chronicle.open()
        #expect(try SnapshotAccount.of(Chronicle.directory, chronicle.disk)?.present == 460, "none came back")
        let current = try chronicle.retain(before: chronicle.now + .minutes(600))
        #expect(current.filesRemoved > 0)
        #expect(try reports(chronicle, .hour).allSatisfy { $0.path.lastComponent?.string == "2025-11-23T14.plb" })
    }

    @Test("a hold keeps slices as they are until it is released; one that cannot be read keeps everything")
    func holds() throws {
        let chronicle = try day(hours: 4)
        let directory = DataDirectory(Chronicle.directory)
        let held = try #require(Holds.Span("2025-11-22T13:10:00Z..2025-11-22T13:20:00Z"))
        try Holds.hold("change-1", [held], directory, chronicle.disk)
        var outcome = try chronicle.retain(before: chronicle.now)
        #expect(outcome.held >= 1)
        #expect(try reports(chronicle, .hour).map(\.path.lastComponent?.string).contains("2025-11-22T13.plb"))
        #expect(try reports(chronicle, .hour).first?.narrowest == .seconds(10))
        #expect(Holds(directory, chronicle.disk).spans == ["change-1": [held]])

        chronicle.disk.write("from noon to tea", to: "/var/lib/plumbline/holds/change-2")
        chronicle.advance(minutes: 60 * 60)
        chronicle.kill()
        chronicle.limits.snapshotBytes = 1
        try chronicle.open()
        let unreadable = Holds(directory, chronicle.disk).unreadable
        #expect(unreadable == ["holds/change-2:1: expected FROM..TO in RFC 3339, found \"from noon to tea\""])
        outcome = try chronicle.retain()
        #expect(outcome.filesRemoved == 0 && outcome.hoursReduced == 0 && outcome.held > 0)

        #expect(try Holds.release("change-2", directory, chronicle.disk))
        #expect(try !Holds.release("change-2", directory, chronicle.disk))
        _ = try chronicle.retain()
        #expect(try reports(chronicle, .hour).map(\.path.lastComponent?.string) == ["2025-11-22T13.plb"])
        #expect(try Holds.release("change-1", directory, chronicle.disk))
        _ = try chronicle.retain()
        #expect(try reports(chronicle, .hour).isEmpty)
    }

    @Test(
        "names of holds that would be paths or files under way are none", arguments: ["", "../x", ".x", "a/b", "x.tmp"])
    func names(name: String) { #expect(!Holds.isName(name) && Holds.isName("change-2026.11_22")) }

    @Test("damage in an hour that is merged: the file goes aside, it is stated, and what is whole is merged")
    func damage() throws {
        let chronicle = try day(hours: 2)
        // Until the journal has nothing of it any more.
        for _ in 0..<2 {
            chronicle.write(5, lateMinutes: 0)
            try chronicle.commit()
            try chronicle.retain()
        }
        let path = DataDirectory(Chronicle.directory).hourFile(Timestamp(seconds: 1_763_812_800))
        let bytes = chronicle.disk.contents(of: path)!
        let frames = FrameSequence.frames(in: bytes, of: [.block]).frames
        chronicle.disk.overwrite(path, at: frames[0].bytes.count + 40, with: [0x55, 0xaa])
        var names = Names()
        let before = try chronicle.read([Chronicle.directory], .finest, names: &names)
        #expect(before.damages.count == 1)
        chronicle.advance(minutes: 60)
        try chronicle.retain()
        #expect(chronicle.disk.contents(of: FilePath(path.string + ".damaged"))?.count == bytes.count)
        #expect(chronicle.store!.damages.contains { $0.path == path })
        let after = try chronicle.read([Chronicle.directory], .coarsest, names: &names)
        #expect(after.series == before.series && after.damages.isEmpty)
    }

    @Test("a failed round leaves everything as it was, leaves no file behind and goes on later")
    func leftovers() throws {
        let chronicle = try day(hours: 3)
        chronicle.disk.plan { $0.standing = [.init(.rename, nil, .ioError)] }
        #expect(throws: StoreError.self) { try chronicle.retain() }
        #expect(chronicle.store!.statistics.retentionFailures > 0)
        try chronicle.check("after the failure")
        chronicle.disk.plan { $0.standing = [] }
        let names = try chronicle.disk.names(in: Chronicle.directory.appending("snapshots"))
        #expect(names.allSatisfy { $0.hasSuffix(".plb") })
        chronicle.disk.write("half a file", to: Chronicle.directory.appending("snapshots/x.plb.tmp"))
        chronicle.kill()
        try chronicle.open()
        #expect(chronicle.disk.contents(of: Chronicle.directory.appending("snapshots/x.plb.tmp")) == nil)
        try chronicle.retain()
        try chronicle.check("and later")
    }
}
