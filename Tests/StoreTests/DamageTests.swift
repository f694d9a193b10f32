import Files
import Glibc
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

/// Bytes that rot, files that are cut, emptied or gone: never a request twice, never one missing without a word.
@Suite("A damaged data directory")
struct DamageTests {
    private static let seeds: ClosedRange<UInt64> = getenv("EXHAUSTIVE") == nil ? 1...6 : 1...2_000

    private enum Harm: CaseIterable {
        case flip, cut, zeroTail, zero, empty, delete
    }

    /// A day in which everything happens; it ends in the middle of things.
    private func life(_ seed: UInt64) throws -> Chronicle {
        let chronicle = Chronicle(seed: seed)
        chronicle.areLinesNumbered = true
        try chronicle.open()
        for _ in 0..<Int.random(in: 3...40, using: &chronicle.random) {
            chronicle.write(Int.random(in: 1...9, using: &chronicle.random))
            try chronicle.commit()
            chronicle.advance(minutes: Int64.random(in: 0...60, using: &chronicle.random))
            if chronicle.random.oneIn(2) { try chronicle.flush() }
            if chronicle.random.oneIn(4) { try chronicle.retain() }
            if chronicle.random.oneIn(9) {
                chronicle.kill()
                try chronicle.open()
            }
        }
        chronicle.kill()
        return chronicle
    }

    private func harm(_ harm: Harm, _ path: FilePath, _ chronicle: Chronicle) {
        let disk = chronicle.disk
        let length = disk.contents(of: path)?.count ?? 0
        guard length > 0 else { return }
        let place = Int.random(in: 0..<length, using: &chronicle.random)
        switch harm {
        case .flip: disk.overwrite(path, at: place, with: [disk.contents(of: path)![place] ^ 0x20])
        case .cut: disk.truncate(path, to: place)
        case .zeroTail: disk.overwrite(path, at: place, with: [UInt8](repeating: 0, count: length - place))
        case .zero: disk.overwrite(path, at: 0, with: [UInt8](repeating: 0, count: length))
        case .empty: disk.truncate(path, to: 0)
        case .delete: disk.delete(path)
        }
    }

    @Test("any harm to any one file", arguments: seeds)
    func anything(seed: UInt64) throws {
        let chronicle = try life(seed)
        var files: [FilePath] = ["marks", "store"].map { Chronicle.directory.appending($0) }
        for folder in ["journal", "snapshots"] {
            let folder = Chronicle.directory.appending(folder)
            files += try chronicle.disk.names(in: folder).map { folder.appending($0) }
        }
        files.sort { $0.string < $1.string }
        // The journal is the most interesting, and there are many hours.
        let journal = files.filter { $0.string.hasSuffix(".plj") }
        let path = (chronicle.random.oneIn(2) ? journal : files).randomElement(using: &chronicle.random)!
        let kind = Harm.allCases.randomElement(using: &chronicle.random)!
        harm(kind, path, chronicle)
        let comment: Comment = "seed \(seed): \(kind) \(path)"

        try chronicle.openDamaged()
        chronicle.write(5)
        try chronicle.commit()
        try chronicle.flush()
        var stated = chronicle.store!.damages
        func check(_ when: String) throws {
            var names = Names()
            for detail in [SnapshotReader.Detail.coarsest, .finest] {
                let (series, damages, _) = try chronicle.read([Chronicle.directory], detail, names: &names)
                stated += damages
                let twice = series.filter { $0.value.requests > 1 }.map { names[$0.key.route] }
                #expect(twice.isEmpty, "\(comment), \(when)")
                let missing = try SnapshotAccount.of(Chronicle.directory, chronicle.disk)?.missing ?? 0
                #expect(
                    series.count == chronicle.log.count || !stated.isEmpty || missing > 0,
                    "\(comment), \(when): \(series.count)")
            }
        }
        try check("read again")
        chronicle.advance(minutes: 400)
        try chronicle.retain()
        stated += chronicle.store!.damages
        try check("merged")
        chronicle.kill()
        try chronicle.open()
        try check("after another start")
    }

    @Test("a directory that nothing happened to is not called damaged", arguments: seeds)
    func nothing(seed: UInt64) throws {
        let chronicle = try life(seed)
        if chronicle.random.oneIn(2) { chronicle.disk.crash(seed: seed) }
        try chronicle.open()
        #expect(chronicle.store!.damages.isEmpty, "seed \(seed)")
        try chronicle.commit()
        try chronicle.check()
        let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(account.missing == 0 && account.committed == UInt64(chronicle.log.count), "seed \(seed)")
    }

    @Test("committed requests whose file is gone are missed, and those of a pruned one are not")
    func missing() throws {
        let chronicle = Chronicle(seed: 3)
        try chronicle.open()
        for _ in 0..<3 {
            chronicle.write(20, lateMinutes: 0)
            try chronicle.commit()
            chronicle.advance(minutes: 60)
            try chronicle.flush()
            chronicle.startNewSegment()
        }
        let second = chronicle.now - .minutes(120)
        try chronicle.retain(before: second)
        let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(account.committed == 60 && account.missing == 0 && 1..<40 ~= account.pruned)
        // The journal has nothing of that hour any more.
        chronicle.write(1, lateMinutes: 0)
        try chronicle.commit()
        chronicle.startNewSegment()
        try chronicle.commit()
        chronicle.disk.delete(DataDirectory(Chronicle.directory).hourFile(second))
        let missed = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(missed.committed == 61 && missed.missing == 20)
    }

    @Test("what is pruned from a full disk is stated when there is room again")
    func prunedWhileFull() throws {
        let chronicle = Chronicle(seed: 3)
        try chronicle.open()
        for _ in 0..<2 {
            chronicle.write(20, lateMinutes: 0)
            try chronicle.commit()
            chronicle.advance(minutes: 60)
            try chronicle.flush()
        }
        chronicle.disk.plan { $0.capacityBytes = 1 }
        _ = try? chronicle.retain(before: chronicle.now - .minutes(60))
        chronicle.disk.plan { $0.capacityBytes = nil }
        try chronicle.flush()
        let account = try #require(try SnapshotAccount.of(Chronicle.directory, chronicle.disk))
        #expect(account.pruned > 0 && account.missing == 0, "\(account)")
    }

    @Test("a merged directory has no account of its own, and misses nothing")
    func merged() throws {
        let chronicle = try life(4)
        var merge = DirectoryMerge(chronicle.disk)
        #expect(try merge.add(Chronicle.directory))
        try merge.write(to: "/merged", generator: &chronicle.random) { _ in }
        #expect(try SnapshotAccount.of("/merged", chronicle.disk) == nil)
        #expect(try SnapshotAccount.of(Chronicle.directory, chronicle.disk)?.missing == 0)
    }

    enum NewestSegment: CaseIterable { case deleted, emptied, cutBehindCheckpoint }

    @Test(
        "the newest segment gone: what was flushed behind it is taken back and read again from the log",
        arguments: NewestSegment.allCases)
    func newestSegment(harm: NewestSegment) throws { try lose(harm) { _ in } }

    @Test("the same when the power goes first: what there was is known by then", arguments: NewestSegment.allCases)
    func newestSegmentAfterPowerCut(harm: NewestSegment) throws {
        for seed in 0..<20 { try lose(harm) { $0.disk.crash(seed: UInt64(seed)) } }
    }

    private func lose(_ harm: NewestSegment, after event: (Chronicle) -> Void) throws {
        let chronicle = Chronicle(seed: 5)
        chronicle.areLinesNumbered = true
        try chronicle.open()
        for _ in 0..<4 {
            chronicle.write(10)
            try chronicle.commit()
        }
        chronicle.advance(minutes: 180)
        try chronicle.retain()
        let newest = DataDirectory(Chronicle.directory).segment(2)
        let checkpoint = try #require(chronicle.disk.contents(of: newest)?.count)
        for _ in 0..<4 {
            chronicle.write(10)
            try chronicle.commit()
            chronicle.advance(minutes: 2)
            try chronicle.flush()
        }
        chronicle.kill()
        event(chronicle)
        switch harm {
        case .deleted: chronicle.disk.delete(newest)
        case .emptied: chronicle.disk.truncate(newest, to: 0)
        case .cutBehindCheckpoint: chronicle.disk.truncate(newest, to: checkpoint)
        }
        try chronicle.openDamaged()
        #expect(chronicle.committed == 40)
        if harm != .cutBehindCheckpoint { #expect(chronicle.store!.damages.contains { $0.path == newest }) }
        #expect(chronicle.store!.damages.contains { $0.error.subject == "last commit" })
        try chronicle.commit()
        try chronicle.flush()
        try chronicle.check()
        chronicle.kill()
        try chronicle.open()
        try chronicle.check("after another start")
    }

    @Test("nothing is committed to a segment that the marks do not know: it could go without being missed")
    func unknownSegment() throws {
        let chronicle = Chronicle(seed: 8)
        try chronicle.open()
        chronicle.write(10)
        try chronicle.commit()
        chronicle.startNewSegment()
        chronicle.write(10)
        let marks = DataDirectory(Chronicle.directory).marks
        chronicle.disk.plan { $0.standing = [FaultPlan.Standing(nil, marks, .noSpace, onlyChanges: true)] }
        #expect(throws: StoreError.self) { try chronicle.commit() }
        chronicle.disk.plan { $0.standing = [] }
        try chronicle.commit()
        #expect(chronicle.committed == 20)
        chronicle.kill()
        chronicle.disk.delete(DataDirectory(Chronicle.directory).segment(2))
        try chronicle.openDamaged()
        #expect(chronicle.committed == 10 && !chronicle.store!.damages.isEmpty)
        try chronicle.commit()
        try chronicle.check()
    }

    @Test("the last commit damaged, and the marks as the power left them: what hour files have of it is taken back")
    func lastCommitWithOldMarks() throws {
        let chronicle = Chronicle(seed: 6)
        chronicle.areLinesNumbered = true
        try chronicle.open()
        chronicle.write(10)
        try chronicle.commit()
        chronicle.startNewSegment()
        let directory = DataDirectory(Chronicle.directory)
        let marks = try #require(chronicle.disk.contents(of: directory.marks))
        chronicle.write(10)
        try chronicle.commit()
        chronicle.advance(minutes: 2)
        try chronicle.flush()
        chronicle.kill()
        chronicle.disk.write(marks, to: directory.marks)
        let newest = directory.segment(2)
        let length = try #require(chronicle.disk.contents(of: newest)?.count)
        chronicle.disk.flip(newest, at: length - 20)
        try chronicle.openDamaged()
        #expect(chronicle.committed == 10)
        #expect(chronicle.store!.damages.contains { $0.error.subject == "last commit" })
        // In slices that the lost commit had a part in: its number would make them look flushed.
        chronicle.write(5, lateMinutes: 2)
        try chronicle.commit()
        try chronicle.check()
        chronicle.kill()
        try chronicle.open()
        // Until no journal has them any more.
        for _ in 0..<2 {
            chronicle.startNewSegment()
            try chronicle.commit()
        }
        #expect(chronicle.disk.contents(of: directory.segment(2)) == nil)
        try chronicle.check("after another start")
    }

    @Test("a settled commit that only moved positions, damaged: its number is not taken for a settled one again")
    func settledPositions() throws {
        let chronicle = Chronicle(seed: 7)
        chronicle.areLinesNumbered = true
        try chronicle.open()
        chronicle.write(10)
        try chronicle.commit()
        // Nothing but positions.
        try chronicle.commit()
        chronicle.advance(minutes: 60 * 24 * 200)
        try chronicle.retain(before: chronicle.now)
        chronicle.kill()
        let directory = DataDirectory(Chronicle.directory)
        let length = try #require(chronicle.disk.contents(of: directory.segment(1))?.count)
        chronicle.disk.flip(directory.segment(1), at: length - 20)
        chronicle.disk.flip(directory.segment(2), at: 40)
        try chronicle.openDamaged()
        #expect(chronicle.committed == 10)
        chronicle.write(10)
        try chronicle.commit()
        chronicle.kill()
        try chronicle.open()
        #expect(chronicle.committed == 20)
        var names = Names()
        let kept = try chronicle.read([Chronicle.directory], .finest, names: &names).series.values.reduce(0) {
            $0 + $1.requests
        }
        #expect(kept == 10, "the first ten were pruned")
    }
}

extension SimulatedFileSystem {
    fileprivate func flip(_ path: FilePath, at offset: Int) {
        guard let byte = contents(of: path)?[offset] else { return }
        overwrite(path, at: offset, with: [byte ^ 0x10])
    }
}
