import Files
import Glibc
import RequestLog
import RollingWindow
import Snapshots
import Store
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Whatever fails, and wherever the process dies: every line once.
@Suite("Exactly once")
struct ExactlyOnceTests {
    /// Commits, flushes and new segments until every line is in; after an error the call is made again, after a death
    /// the agent starts again.
    private func live(_ rehearsal: Rehearsal, dies: Bool, seed: UInt64) throws {
        var step = 0
        var failures = 0
        var isOpen = false
        while rehearsal.acknowledged < Rehearsal.lines || !isOpen {
            do throws(StoreError) {
                if !isOpen {
                    try rehearsal.open()
                    #expect(rehearsal.store!.damages.isEmpty)
                }
                isOpen = true
                step += 1
                try rehearsal.commit(lines: 5 + step % 7)
                if step % 3 == 0 { try rehearsal.flush(before: Timestamp(seconds: 1_763_812_780 + Int64(step) * 2)) }
                if step % 8 == 0 { rehearsal.startNewSegment() }
            } catch {
                failures += 1
                try #require(failures < 100, "\(error)")
                guard dies else { continue }
                rehearsal.kill()
                isOpen = false
                rehearsal.disk.plan { $0.failures = [:] }
                if seed > 0 { rehearsal.disk.crash(seed: seed) }
            }
        }
        rehearsal.disk.plan { $0.failures = [:] }
        try rehearsal.checkTruth(Rehearsal.lines, "journal and hour files together")
        try rehearsal.flush()
        try rehearsal.checkTruth(Rehearsal.lines, "everything flushed")
        rehearsal.kill()
        try rehearsal.open()
        try rehearsal.checkTruth(Rehearsal.lines, "after another start")
        #expect(rehearsal.store!.damages.isEmpty)
    }

    /// Every call with `EXHAUSTIVE=1`; else one in 101, others for every seed.
    private static func points(_ seed: UInt64) -> StrideThrough<Int> {
        if getenv("EXHAUSTIVE") != nil { return stride(from: 1, through: calls, by: 1) }
        return stride(from: 1 + Int(seed * 37 % 101), through: calls, by: 101)
    }

    private static let calls: Int = {
        let rehearsal = Rehearsal()
        do { try ExactlyOnceTests().live(rehearsal, dies: false, seed: 0) } catch { return 0 }
        return rehearsal.disk.disk.withLock { $0.faults.calls }
    }()

    @Test("with one call that fails, whichever it is", arguments: [Errno.ioError, .noSpace])
    func refusal(errno: Errno) throws {
        try #require(Self.calls > 200)
        for call in Self.points(UInt64(errno.rawValue)) {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { $0.failCall(call, with: errno) }
            try live(rehearsal, dies: false, seed: 0)
        }
    }

    @Test("with a process that is killed at any call")
    func kill() throws {
        for call in Self.points(3) {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { plan in
                for later in call...(call + 50) { plan.failCall(later, with: .interrupted) }
            }
            try live(rehearsal, dies: true, seed: 0)
        }
    }

    @Test("with a power cut at any call", arguments: 1...4 as ClosedRange<UInt64>)
    func powerCut(seed: UInt64) throws {
        for call in Self.points(seed) {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { plan in
                for later in call...(call + 50) { plan.failCall(later, with: .interrupted) }
            }
            try live(rehearsal, dies: true, seed: seed << 32 + UInt64(call))
        }
    }

    @Test(
        "with a kill, a start, and then a power cut; also when what could not be synced is never written",
        arguments: 1...3 as ClosedRange<UInt64>, [false, true])
    func killThenPowerCut(seed: UInt64, dropping: Bool) throws {
        var random = SeededRandom(seed: seed)
        for call in Self.points(seed &* 5) {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { plan in
                plan.dropsPagesOnFailedSync = dropping
                for later in call...(call + 50) { plan.failCall(later, with: .interrupted) }
            }
            var cuts = 0
            while rehearsal.acknowledged < Rehearsal.lines || rehearsal.store == nil {
                do throws(StoreError) {
                    if rehearsal.store == nil { try rehearsal.open() }
                    #expect(rehearsal.store!.damages.isEmpty)
                    try rehearsal.commit()
                    if random.oneIn(3) { try rehearsal.flush() }
                    if random.oneIn(6) { rehearsal.startNewSegment() }
                } catch {
                    rehearsal.kill()
                    if cuts > 0 { rehearsal.disk.crash(seed: random.next()) }
                    cuts += 1
                    let next = Int.random(in: 1...60, using: &random)
                    let fatal = cuts < 4 ? next..<(next + 50) : next..<next
                    rehearsal.disk.plan { plan in
                        plan.failures = [:]
                        for later in fatal { plan.failCall(later, with: .interrupted) }
                    }
                }
            }
            rehearsal.disk.plan { $0.failures = [:] }
            try rehearsal.checkTruth(Rehearsal.lines, "seed \(seed), call \(call)")
        }
    }

    @Test("what a flush that was killed left in the cache is not trusted to stay", arguments: 1...16)
    func killedFlush(call: Int) throws {
        for seed in UInt64(1)...6 {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { $0.dropsPagesOnFailedSync = true }
            try rehearsal.open()
            for _ in 0..<3 { try rehearsal.commit() }
            rehearsal.disk.plan { plan in for later in call...(call + 50) { plan.failCall(later, with: .ioError) } }
            do throws(StoreError) { try rehearsal.flush() } catch {}
            rehearsal.kill()
            rehearsal.disk.plan { $0.failures = [:] }
            // The journal forgets what is in an hour file.
            try rehearsal.open()
            for _ in 0..<3 {
                rehearsal.startNewSegment()
                try rehearsal.commit()
            }
            rehearsal.kill()
            rehearsal.disk.crash(seed: seed)
            try rehearsal.open()
            while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
            try rehearsal.checkTruth(Rehearsal.lines, "call \(call), seed \(seed)")
        }
    }

    @Test("nothing is appended behind what a flush could neither sync nor cut off", arguments: 1...16)
    func uncutFlush(call: Int) throws {
        for seed in UInt64(1)...6 {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { $0.dropsPagesOnFailedSync = true }
            try rehearsal.open()
            for _ in 0..<3 { try rehearsal.commit() }
            try rehearsal.flush()
            for _ in 0..<3 { try rehearsal.commit() }
            rehearsal.disk.plan { plan in for one in [call, call + 1] { plan.failCall(one, with: .ioError) } }
            do throws(StoreError) { try rehearsal.flush() } catch {}
            rehearsal.disk.plan { $0.failures = [:] }
            try rehearsal.flush()
            rehearsal.kill()
            rehearsal.disk.crash(seed: seed)
            try rehearsal.open()
            #expect(rehearsal.store!.damages.isEmpty, "call \(call), seed \(seed)")
            while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
            try rehearsal.checkTruth(Rehearsal.lines, "call \(call), seed \(seed)")
        }
    }

    @Test("with a disk that is full for a while")
    func fullDisk() throws {
        for room in stride(from: 0, through: 20_000, by: getenv("EXHAUSTIVE") == nil ? 3_989 : 97) {
            let rehearsal = Rehearsal()
            rehearsal.disk.plan { $0.capacityBytes = room }
            var refused = 0
            while rehearsal.acknowledged < Rehearsal.lines || rehearsal.store == nil {
                do throws(StoreError) {
                    if rehearsal.store == nil { try rehearsal.open() }
                    try rehearsal.commit()
                    try rehearsal.flush(before: Timestamp(seconds: 1_763_812_800))
                } catch {
                    refused += 1
                    if refused == 5 { rehearsal.disk.plan { $0.capacityBytes = nil } }
                }
            }
            rehearsal.disk.plan { $0.capacityBytes = nil }
            try rehearsal.checkTruth(Rehearsal.lines, "room for \(room) bytes")
        }
    }
}
