import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("The data directory")
struct StoreTests {
    private let hour = "2025-11-22T11.plb"
    private let nextHour = "2025-11-22T12.plb"

    private func hourFile(_ name: String) -> FilePath { Rehearsal.directory.appending("snapshots").appending(name) }

    @Test("a second agent is told who is in its way")
    func lock() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        let other = Rehearsal(rehearsal.disk)
        let error = #expect(throws: StoreError.self) { try other.open() }
        #expect(error == .locked(Rehearsal.directory))
        #expect(error?.description.hasPrefix("/var/lib/plumbline: another agent holds this data directory") == true)
        rehearsal.kill()
        try other.open()
    }

    @Test("the first start is one, the second is not, and the store keeps its name")
    func firstStart() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        #expect(rehearsal.store!.recovered.isFirstStart)
        let storeID = rehearsal.store!.storeID
        try rehearsal.commit()
        rehearsal.kill()
        try rehearsal.open()
        #expect(!rehearsal.store!.recovered.isFirstStart && rehearsal.store!.storeID == storeID)
        #expect(rehearsal.store!.recovered.extras == ["end": Array("8".utf8)])
    }

    @Test("a data directory that is deleted under the agent is stated and made again")
    func deleted() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        for name in ["journal/0000000001.plj", "lock", "marks", "store", "journal", "snapshots", "requests"] {
            rehearsal.disk.delete(Rehearsal.directory.pushing(FilePath(name)))
        }
        rehearsal.disk.delete(Rehearsal.directory)
        let error = #expect(throws: StoreError.self) { try rehearsal.commit() }
        guard case .vanished = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
        try rehearsal.checkTruth()
        let other = Rehearsal(rehearsal.disk)
        #expect(throws: StoreError.locked(Rehearsal.directory)) { try other.open() }
        rehearsal.kill()
        try rehearsal.open()
        try rehearsal.checkTruth()
    }

    // Fault simulation, seed 3618
    @Test("into a data directory that was deleted goes no snapshot without a journal", arguments: Step.allCases)
    func deletedBefore(step: Step) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        try rehearsal.commit()
        try rehearsal.flush()
        try rehearsal.commit()
        if step == .flushAfterStart {
            rehearsal.kill()
            try rehearsal.open()
        }
        rehearsal.disk.deleteTree(Rehearsal.directory)
        let snapshots = Rehearsal.directory.appending("snapshots")
        func go() throws(StoreError) {
            switch step {
            case .flush, .flushAfterStart: try rehearsal.flush()
            case .retain:
                var round = RetentionRound(now: Timestamp(seconds: 1_763_812_800))
                while rehearsal.advance(&round) {}
                if let failure = round.failure { throw failure }
            }
        }
        let error = #expect(throws: StoreError.self) { try go() }
        if case .vanished = error {} else { Issue.record("\(String(describing: error))") }
        #expect(rehearsal.disk.list(snapshots).isEmpty)

        // It is made again with all that the next start needs.
        try go()
        #expect(rehearsal.disk.list(snapshots).count == 1)
        rehearsal.kill()
        try rehearsal.open()
        #expect(!rehearsal.store!.recovered.isFirstStart && rehearsal.acknowledged == 16)
        #expect(rehearsal.store!.damages.isEmpty)
        let requests = try rehearsal.read().series.values.reduce(0) { $0 + $1.requests }
        #expect(requests == 8)
    }

    enum Step: CaseIterable { case flush, flushAfterStart, retain }

    @Test(
        "a part of the data directory that is deleted under the agent is made again, and what comes is counted once",
        arguments: ["journal", "snapshots", "marks", "store", "lock"])
    func partlyDeleted(part: String) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        try rehearsal.flush()
        let path = Rehearsal.directory.appending(part)
        for name in (try? rehearsal.disk.names(in: path)) ?? [] { rehearsal.disk.delete(path.appending(name)) }
        rehearsal.disk.delete(path)
        var failures = 0
        while rehearsal.acknowledged < Rehearsal.lines {
            do throws(StoreError) {
                try rehearsal.commit()
                try rehearsal.flush()
                rehearsal.startNewSegment()
            } catch {
                failures += 1
                try #require(failures < 5, "\(error)")
            }
        }
        let (series, damages) = try rehearsal.read()
        let truth = Rehearsal.truth(names: &rehearsal.names)
        #expect(series.allSatisfy { $0.value.requests <= truth[$0.key]?.requests ?? 0 } && damages.isEmpty)
        if part != "snapshots" { #expect(series == truth) }
    }

    @Test("a journal that is deleted under the agent is no loss, and none is stated at the next start")
    func deletedJournal() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        rehearsal.startNewSegment()
        try rehearsal.commit()
        let journal = Rehearsal.directory.appending("journal")
        for name in try rehearsal.disk.names(in: journal) { rehearsal.disk.delete(journal.appending(name)) }
        #expect(throws: StoreError.self) { try rehearsal.commit() }
        try rehearsal.commit()
        rehearsal.kill()
        try rehearsal.open()
        #expect(rehearsal.store!.recovered.damages.isEmpty)
        try rehearsal.checkTruth(40)
    }

    @Test(
        "a disk that only reads, or none at all, refuses everything and changes nothing; then all goes on",
        arguments: [Errno.readOnlyFileSystem, .ioError, .noSpace])
    func refusing(errno: Errno) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<6 { try rehearsal.commit() }
        let operations: [FileError.Operation] = [.write, .truncate, .rename, .remove, .createDirectory, .sync]
        rehearsal.disk.plan { plan in plan.standing = operations.map { .init($0, nil, errno) } }
        for _ in 0..<3 {
            #expect(throws: StoreError.self) { try rehearsal.commit() }
            #expect(throws: StoreError.self) { try rehearsal.flush() }
            var round = RetentionRound(now: Timestamp(seconds: 1_763_912_800))
            while rehearsal.advance(&round) {}
            #expect(round.failure != nil)
        }
        rehearsal.disk.plan { $0.standing = [] }
        while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
        try rehearsal.flush()
        try rehearsal.checkTruth()
    }

    @Test("hour files hold one block for each slice and flush, in the hour of the event")
    func hours() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
        try rehearsal.flush()
        let reports = try SnapshotFileReport.all(in: Rehearsal.directory, rehearsal.disk)
        #expect(reports.map { $0.path.lastComponent?.string } == ["0000000001.plj", hour, nextHour])
        #expect(reports[1].blocks + reports[2].blocks == 6)
        #expect(reports[1].requests + reports[2].requests == 240)
        #expect(reports[1].from?.description == "2025-11-22T11:59:30Z")
        #expect(reports.allSatisfy { $0.damage == nil })
    }

    @Test("damage in an hour file: whole blocks before it are read, verify names the place, the writer saves the rest")
    func damagedHourFile() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        while rehearsal.acknowledged < Rehearsal.lines - 8 {
            try rehearsal.commit()
            try rehearsal.flush()
        }
        let path = hourFile(hour)
        let frames = FrameSequence.frames(in: rehearsal.disk.contents(of: path)!, of: [.block]).frames
        let place = frames[0].bytes.count
        rehearsal.disk.overwrite(path, at: place + 30, with: [0xff, 0xee])
        let report = try SnapshotFileReport(rehearsal.disk, path)
        #expect(report.blocks == frames.count - 1)
        #expect(report.damage?.error.offset == UInt64(place) && report.damage?.wholeBefore == 1)
        #expect(report.damage?.description.hasPrefix("\(path): offset \(grouped(UInt64(place))): checksum is ") == true)
        #expect(try rehearsal.read().damages.count == 1)

        rehearsal.kill()
        try rehearsal.open()
        try rehearsal.commit()
        try rehearsal.flush()
        #expect(rehearsal.disk.contents(of: FilePath(path.string + ".damaged")) != nil)
        let repaired = FrameSequence.frames(in: rehearsal.disk.contents(of: path)!, of: [.block])
        #expect(repaired.failure == nil && repaired.frames.count >= frames.count - 1)
        #expect(rehearsal.store!.statistics.damages >= 1)
    }

    @Test("a directory read with itself and with an older copy of itself is the directory")
    func merged() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for step in 0..<20 {
            try rehearsal.commit()
            if step % 4 == 3 { try rehearsal.flush() }
            if step == 10 {
                for folder in ["journal", "snapshots"] {
                    for name in try rehearsal.disk.names(in: Rehearsal.directory.appending(folder)) {
                        let path = FilePath("\(folder)/\(name)")
                        rehearsal.disk.copy(Rehearsal.directory.pushing(path), to: FilePath("/copy").pushing(path))
                    }
                }
            }
        }
        let alone = try rehearsal.read()
        let together = try rehearsal.read([Rehearsal.directory, "/copy", Rehearsal.directory])
        #expect(alone.series == together.series && together.damages.isEmpty)
        #expect(try rehearsal.read(["/copy"]).series.values.reduce(0) { $0 + $1.requests } == 88)
    }

    @Test("a reader beside the writer sees all that is committed, at every moment")
    func beside() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        var step = 0
        while rehearsal.acknowledged < Rehearsal.lines {
            step += 1
            try rehearsal.commit()
            try rehearsal.checkTruth(rehearsal.acknowledged)
            if step % 4 == 0 { try rehearsal.flush(before: Timestamp(seconds: 1_763_812_770 + Int64(step))) }
            if step % 5 == 0 { rehearsal.startNewSegment() }
            try rehearsal.checkTruth(rehearsal.acknowledged)
        }
    }

    @Test("a reader that was interrupted by a flush between journal and hour files counts once")
    func interrupted() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<12 { try rehearsal.commit() }
        var reader = SnapshotReader(rehearsal.disk)
        try reader.add(directory: Rehearsal.directory)
        try rehearsal.flush()
        rehearsal.startNewSegment()
        try rehearsal.commit()
        try rehearsal.flush()
        var names = Names()
        let requests = try reader.slices(names: &names).reduce(0) { sum, slice in
            sum + slice.slice.series.values.reduce(0) { $0 + $1.requests }
        }
        #expect(requests >= 96 && requests <= 104)
        #expect(reader.damages.isEmpty)
    }

    // fluent-bit #8593, mtail #61, vector #20562
    @Test("series past the limit count in (other), the same after every start")
    func counterLimit() throws {
        let rehearsal = Rehearsal()
        rehearsal.limits.counterSeries = 4
        try rehearsal.open()
        for _ in 0..<6 { try rehearsal.commit() }
        let counters = rehearsal.store!.state.counters
        #expect(counters.series.keys.count { $0.route != .other } == 4)
        #expect(counters.series.values.reduce(0) { $0 + $1.requests } == 48)
        #expect(counters.overflowedRequests > 0)
        let others = counters.series.filter { $0.key.route == .other }
        #expect(others.values.reduce(0) { $0 + $1.requests } == counters.overflowedRequests)
        #expect(Set(others.keys.map(\.status)) == [200, 500])
        let before = texts(of: counters, rehearsal.names)
        rehearsal.kill()
        try rehearsal.open()
        let again = rehearsal.store!.state.counters
        #expect(again.overflowedRequests == counters.overflowedRequests)
        #expect(texts(of: again, rehearsal.names) == before)
    }

    private func texts(of counters: Counters, _ names: Names) -> Set<String> {
        Set(counters.series.map { "\(names[$0.key.route]) \($0.key.status) \($0.value.requests)" })
    }
}
