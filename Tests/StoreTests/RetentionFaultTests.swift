import Files
import Glibc
import RollingWindow
import Store
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Slices that become wider, totals of hours and days, late records: whatever fails on the way, every line once.
@Suite("Retention under faults")
struct RetentionFaultTests {
    private enum Deed {
        case write(lateMinutes: Int64)
        case commit, flush, retain
        case pass(minutes: Int64)
    }

    /// Four hours in 10 s; then 1 min, 5 min and totals of them, with a late line before each; then a day, and it again.
    private static let deeds: [Deed] = {
        var deeds: [Deed] = []
        for _ in 0..<4 { deeds += [.write(lateMinutes: 0), .commit, .pass(minutes: 45), .flush] }
        for (minutes, late) in [(120, 100), (420, 500), (2_940, 3_400), (0, 3_400)] as [(Int64, Int64)] {
            deeds += [.pass(minutes: minutes), .write(lateMinutes: late), .commit, .flush, .retain, .retain]
        }
        return deeds
    }()

    private enum Fault: CaseIterable {
        case ioError, full, kill, powerCut
    }

    /// A deed that failed is done again.
    private func live(_ fault: Fault, at call: Int?) throws -> Chronicle {
        let chronicle = Chronicle(seed: 11)
        let disk = chronicle.disk
        if let call {
            disk.plan { plan in
                switch fault {
                case .ioError: plan.failCall(call, with: .ioError)
                case .full: plan.failCall(call, with: .noSpace)
                case .kill, .powerCut: plan.dieAtCall(call)
                }
            }
        }
        try perform(chronicle) { () throws(StoreError) in
            try chronicle.open()
        } revive: {
            revive(chronicle, fault, call)
        }
        for deed in Self.deeds {
            if case .pass(let minutes) = deed { chronicle.advance(minutes: minutes) }
            if case .write(let late) = deed { chronicle.write(6, lateMinutes: late) }
            try perform(chronicle) { () throws(StoreError) in
                switch deed {
                case .pass, .write: break
                case .commit: try chronicle.commit()
                case .flush: try chronicle.flush()
                case .retain: try chronicle.retain()
                }
            } revive: {
                revive(chronicle, fault, call)
                try chronicle.open()
                try chronicle.check("\(fault) at call \(call ?? 0)")
            }
        }
        return chronicle
    }

    private func perform(
        _ chronicle: Chronicle, _ body: () throws(StoreError) -> Void, revive: () throws -> Void
    ) throws {
        for _ in 0..<3 {
            var isDone = false
            do throws(StoreError) {
                try body()
                isDone = true
            } catch {}
            if chronicle.disk.disk.withLock({ $0.faults.hasDied }) {
                try revive()
            } else if isDone {
                return
            }
        }
        Issue.record("a deed fails again and again")
    }

    private func revive(_ chronicle: Chronicle, _ fault: Fault, _ call: Int?) {
        chronicle.kill()
        chronicle.disk.plan { $0.revive() }
        if fault == .powerCut { chronicle.disk.crash(seed: UInt64(call ?? 0)) }
    }

    /// Every call with `EXHAUSTIVE=1`.
    @Test("with any call of a life of merging that fails or ends it", arguments: Fault.allCases)
    private func faults(fault: Fault) throws {
        let whole = try live(fault, at: nil)
        let calls = whole.disk.disk.withLock { $0.faults.calls }
        let statistics = whole.store!.statistics
        try #require(calls > 300 && statistics.hoursCompacted > 7 && statistics.hoursReduced > 3)
        try #require(statistics.daysTotalled > 1 && statistics.blocksMerged > 0)
        let step = getenv("EXHAUSTIVE") == nil ? 167 : 1
        for call in stride(from: 1, through: calls, by: step) {
            let chronicle = try live(fault, at: call)
            try chronicle.commit()
            try chronicle.retain()
            try chronicle.check("\(fault) at call \(call)")
            #expect(chronicle.store!.damages.isEmpty, "\(fault) at call \(call)")
            let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
            #expect(account.missing == 0, "\(fault) at call \(call)")
        }
    }

    @Test("a late line that cannot be flushed is in no total of its day that says it has everything")
    func lateInAnHourWithoutFile() throws {
        var refusals = 0
        for call in 1...40 {
            let chronicle = Chronicle(seed: 7)
            try chronicle.open()
            chronicle.write(4, lateMinutes: 0)
            try chronicle.commit()
            chronicle.advance(minutes: 3_000)
            try chronicle.flush()
            // The same day, two hours of which there is nothing yet.
            chronicle.write(2, lateMinutes: 3_180)
            chronicle.write(2, lateMinutes: 3_240)
            try chronicle.commit()
            chronicle.disk.plan { $0.failCall(call, with: .ioError) }
            _ = try? chronicle.retain()
            // The slices of one hour are in its file, those of the other wait.
            let store = chronicle.store!
            if store.statistics.flushFailures > 0, 1...2 ~= store.unflushedSlices { refusals += 1 }
            try chronicle.check()
            try chronicle.flush()
            try chronicle.check()
            try chronicle.retain()
            try chronicle.check()
        }
        #expect(refusals > 0, "no call that failed was the one that matters")
    }

    private enum End: CaseIterable { case kill, powerCut }

    /// How long the fault lasts, in calls.
    @Test(
        "what goes when old snapshots are deleted is known to be gone, whatever fails before the agent ends",
        arguments: [1, 2, 4, 999], End.allCases)
    private func deletions(length: Int, end: End) throws {
        let whole = try beforePruning()
        let before = whole.disk.disk.withLock { $0.faults.calls }
        try whole.retain(before: whole.now)
        let calls = whole.disk.disk.withLock { $0.faults.calls } - before
        try #require(whole.store!.statistics.hourFilesPruned == 6 && calls > 60)
        for call in stride(from: 1, through: calls, by: getenv("EXHAUSTIVE") == nil ? 5 : 1) {
            let errno: Errno = call.isMultiple(of: 2) ? .ioError : .noSpace
            let chronicle = try beforePruning()
            chronicle.disk.plan { plan in for later in call..<call + length { plan.failCall(later, with: errno) } }
            _ = try? chronicle.retain(before: chronicle.now)
            try conclude(chronicle, end, seed: UInt64(call), "\(errno) at call \(call)")
        }
    }

    @Test("a full disk is pruned, and what goes is known to be gone before it has room again", arguments: End.allCases)
    private func deletionsForSpace(end: End) throws {
        let chronicle = try beforePruning()
        chronicle.disk.plan { $0.standing = [.init(.write, nil, .noSpace)] }
        _ = try? chronicle.retain(before: chronicle.now)
        #expect(chronicle.store!.statistics.hourFilesPruned == 6)
        let snapshots = DataDirectory(Chronicle.directory).snapshots
        let sizes = chronicle.disk.list(snapshots).map { chronicle.disk.contents(of: snapshots.appending($0))!.count }
        #expect(sizes.allSatisfy { $0 == 0 }, "\(sizes)")
        try conclude(chronicle, end, seed: 1, "full")
        #expect(chronicle.disk.list(snapshots).isEmpty)
        let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(account.pruned == 16 && account.present == 0)
    }

    /// Three hours of two days and the total of the first, all old enough to be deleted.
    private func beforePruning() throws -> Chronicle {
        let chronicle = Chronicle(seed: 5)
        try chronicle.open()
        for _ in 0..<2 {
            chronicle.write(4, lateMinutes: 0)
            chronicle.write(4, lateMinutes: 60)
            try chronicle.commit()
            chronicle.advance(minutes: 1_500)
            try chronicle.retain()
        }
        return chronicle
    }

    private func conclude(_ chronicle: Chronicle, _ end: End, seed: UInt64, _ comment: String) throws {
        chronicle.kill()
        if end == .powerCut { chronicle.disk.crash(seed: seed) }
        chronicle.disk.plan { plan in
            plan.failures = [:]
            plan.standing = []
        }
        func check(_ when: String) throws {
            let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
            #expect(account.missing == 0, "\(comment), \(when): \(account)")
            if end == .kill {
                // What was marked as deleted, and then could be neither deleted nor taken back.
                let excess = account.present + account.pruned - account.committed
                #expect(excess <= 8, "\(comment), \(when): \(account)")
            }
        }
        try check("at the end")
        try chronicle.open()
        #expect(chronicle.store!.damages.isEmpty, "\(comment)")
        try check("after the start")
        try chronicle.flush()
        try check("after a flush")
    }
}
