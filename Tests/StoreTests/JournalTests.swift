import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("The journal")
struct JournalTests {
    private let journal: FilePath = "/var/lib/plumbline/journal"

    private func segment(_ number: Int) -> FilePath {
        journal.appending(String(repeating: "0", count: 10 - String(number).count) + "\(number).plj")
    }

    // loki #1457, #1460
    @Test("a last record that is cut off anywhere is not there, and its lines are counted when they come again")
    func torn() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        let before = rehearsal.disk.contents(of: segment(1))!.count
        try rehearsal.commit()
        let bytes = rehearsal.disk.contents(of: segment(1))!
        for length in before..<bytes.count {
            let disk = SimulatedFileSystem()
            disk.write(bytes[..<length], to: segment(1))
            disk.write(rehearsal.disk.contents(of: "/var/lib/plumbline/store")!, to: "/var/lib/plumbline/store")
            let again = Rehearsal(disk)
            try again.open()
            #expect(again.acknowledged == 24, "\(length) of \(bytes.count) bytes")
            #expect(again.store!.recovered.damages.isEmpty)
            if length % 32 == 0 {
                while again.acknowledged < Rehearsal.lines { try again.commit(lines: 50) }
                try again.checkTruth()
            }
        }
    }

    @Test("a last record of which the power left the first bytes and zeros is not there, and no damage")
    func tornByZeros() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        let before = rehearsal.disk.contents(of: segment(1))!.count
        try rehearsal.commit()
        let bytes = rehearsal.disk.contents(of: segment(1))!
        for kept in before..<(bytes.count - 64) {
            let again = Rehearsal(rehearsal.disk.duplicate())
            again.disk.overwrite(segment(1), at: kept, with: [UInt8](repeating: 0, count: bytes.count - kept))
            try again.open()
            #expect(again.acknowledged == 24 && again.store!.damages.isEmpty, "\(kept - before) bytes")
            if kept % 32 == 0 {
                try again.commit()
                try again.checkTruth(32)
            }
        }
    }

    @Test("zeros where there was a commit of which hour files have a part, or a checkpoint, are damage")
    func zeroedBehindMarks() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        let before = rehearsal.disk.contents(of: segment(1))!.count
        try rehearsal.commit()
        try rehearsal.flush()
        rehearsal.kill()
        let length = rehearsal.disk.contents(of: segment(1))!.count
        for (start, committed) in [(before + 20, 24), (20, 0)] {
            let disk = rehearsal.disk.duplicate()
            disk.overwrite(segment(1), at: start, with: [UInt8](repeating: 0, count: length - start))
            var names = Names()
            var generator = SeededRandom(seed: 1)
            let store = try Store.open(disk, at: Rehearsal.directory, names: &names, generator: &generator)
            #expect(store.recovered.inputs.first?.position.offset ?? 0 == UInt64(committed))
            #expect(!store.damages.isEmpty)
        }
    }

    // Fault simulation, seeds 32, 137, 195, 200
    @Test("a segment whose checkpoint was refused is no damage at any later start", arguments: [1, 2], Ending.allCases)
    func unbegun(number: Int, ending: Ending) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        if number == 2 {
            try rehearsal.commit()
            rehearsal.startNewSegment()
        }
        let refused = FaultPlan.Standing(ending == .notSynced ? .sync : .write, segment(number), .noSpace)
        rehearsal.disk.plan { $0.standing = [refused] }
        #expect(throws: StoreError.self) { try rehearsal.commit() }
        rehearsal.kill()
        rehearsal.disk.plan { $0.standing = [] }
        switch ending {
        case .killed: break
        case .notSynced, .powerCut: rehearsal.disk.crash(seed: UInt64(number))
        case .zeroed: rehearsal.disk.write([UInt8](repeating: 0, count: 40), to: segment(number))
        }
        for _ in 0..<3 {
            try rehearsal.open()
            #expect(rehearsal.store!.recovered.damages.isEmpty)
            try rehearsal.commit()
            rehearsal.kill()
        }
        rehearsal.disk.crash(seed: 9)
        try rehearsal.open()
        #expect(rehearsal.store!.recovered.damages.isEmpty)
        try rehearsal.checkTruth(number == 2 ? 32 : 24)
    }

    // Fault simulation, seed 759
    @Test("a checkpoint that was never synced and can be read all the same is written again")
    func droppedCheckpoint() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        try rehearsal.commit()
        rehearsal.startNewSegment()
        rehearsal.disk.plan { plan in
            plan.dropsPagesOnFailedSync = true
            plan.standing = [FaultPlan.Standing(.sync, segment(2), .ioError)]
        }
        #expect(throws: StoreError.self) { try rehearsal.commit() }
        rehearsal.kill()
        rehearsal.disk.plan { $0.standing = [] }
        try rehearsal.open()
        try rehearsal.commit()
        rehearsal.kill()
        rehearsal.disk.crash(seed: 1)
        for _ in 0..<2 {
            try rehearsal.open()
            #expect(rehearsal.store!.damages.isEmpty)
            try rehearsal.checkTruth(16)
            rehearsal.kill()
        }
    }

    // Fault simulation, seed 89703
    @Test("checkpoints of agents that died before they could say so do not undo what is committed to one of them")
    func severalUnbegun() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        try rehearsal.commit()
        rehearsal.kill()
        let another = Rehearsal(rehearsal.disk.duplicate())
        try another.open()
        try another.commit()
        let bytes = try #require(another.disk.contents(of: segment(2)))
        let checkpoint = FrameSequence.frames(in: bytes, of: [.checkpoint, .commit]).frames[0].bytes
        for number in 2...3 { rehearsal.disk.write(checkpoint, to: segment(number)) }
        for lines in [16, 24] {
            try rehearsal.open()
            #expect(rehearsal.store!.damages.isEmpty)
            try rehearsal.commit()
            try rehearsal.flush()
            try rehearsal.checkTruth(lines)
            rehearsal.kill()
            rehearsal.disk.crash(seed: UInt64(lines))
        }
    }

    // Fault simulation, seeds 7307, 25482, 40084
    @Test(
        "a commit that was never synced and can be read all the same is on the disk before anything builds on it",
        arguments: ["start", "commit", "refused flush", "flush"], [false, true])
    func droppedCommit(next: String, isFull: Bool) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<2 { try rehearsal.commit() }
        rehearsal.disk.plan { plan in
            plan.dropsPagesOnFailedSync = true
            plan.standing = [FaultPlan.Standing(.sync, segment(1), .ioError)]
        }
        #expect(throws: StoreError.self) { try rehearsal.commit() }
        rehearsal.kill()
        rehearsal.disk.plan { $0.standing = isFull ? [FaultPlan.Standing(.write, journal, .noSpace)] : [] }
        try rehearsal.open()
        #expect(rehearsal.acknowledged == 24)
        if isFull {
            // It starts all the same, and takes nothing yet.
            #expect(throws: StoreError.self) { try rehearsal.commit() }
            #expect(throws: StoreError.self) { try rehearsal.flush() }
            #expect(rehearsal.disk.list("/var/lib/plumbline/snapshots").isEmpty)
            rehearsal.disk.plan { $0.standing = [] }
        }
        switch next {
        case "commit": try rehearsal.commit()
        case "refused flush":
            let snapshots = FilePath("/var/lib/plumbline/snapshots")
            rehearsal.disk.plan { $0.standing = [FaultPlan.Standing(.write, snapshots, .noSpace)] }
            try rehearsal.commit()
        case "flush": try rehearsal.flush()
        default: if isFull { return }
        }
        let lines = rehearsal.acknowledged
        rehearsal.kill()
        rehearsal.disk.crash(seed: 3)
        rehearsal.disk.plan { $0.standing = [] }
        try rehearsal.open()
        #expect(rehearsal.store!.damages.isEmpty)
        try rehearsal.checkTruth(lines)
    }

    enum Ending: CaseIterable { case killed, notSynced, powerCut, zeroed }

    // loki #6268, #5218
    @Test("damage inside a segment costs the record it hit and is stated; the file goes aside")
    func damagedRecord() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<4 { try rehearsal.commit() }
        let before = rehearsal.disk.contents(of: segment(1))!.count
        try rehearsal.commit()
        for _ in 0..<4 { try rehearsal.commit() }
        rehearsal.kill()
        rehearsal.disk.overwrite(segment(1), at: before + 20, with: [0xaa])
        var names = Names()
        var generator = SeededRandom(seed: 1)
        var store = try Store.open(rehearsal.disk, at: Rehearsal.directory, names: &names, generator: &generator)
        #expect(store.recovered.sequence == 9)
        #expect(store.recovered.inputs.first?.position.offset == 72)
        #expect(store.state.counters.series.values.reduce(0) { $0 + $1.requests } == 64)
        let damage = try #require(store.recovered.damages.first)
        #expect(damage.path == segment(1) && damage.error.offset == UInt64(before) && damage.wholeBefore == 5)
        #expect(damage.error.subject == "checksum")
        try store.commit(Commit(resolutionNanoseconds: 1), names: names)
        try store.flush(slicesEndingBefore: Timestamp(nanoseconds: .max))
        let left = try rehearsal.disk.names(in: journal).sorted()
        #expect(left == ["0000000001.plj.damaged", "0000000002.plj"])
    }

    @Test("a commit whose checksum holds and whose blocks repeat each other is damage, not a crash")
    func repeatedBlock() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<3 { try rehearsal.commit() }
        rehearsal.kill()
        let bytes = rehearsal.disk.contents(of: segment(1))!
        var frames = FrameSequence.frames(in: bytes, of: [.checkpoint, .commit]).frames
        let body = Array(frames[2].body)
        let block = try #require(body.indices.first { body[$0...].starts(with: "PLbk".utf8) })
        frames[2] = try Frame(.commit, body: body + body[block...])
        rehearsal.disk.truncate(segment(1))
        for frame in frames { rehearsal.disk.write(frame.bytes, to: segment(1)) }
        var names = Names()
        var generator = SeededRandom(seed: 1)
        let store = try Store.open(rehearsal.disk, at: Rehearsal.directory, names: &names, generator: &generator)
        #expect(store.recovered.sequence == 3)
        #expect(store.recovered.damages.first?.error.expected == "blocks of this commit, one for each slice")
    }

    @Test("a commit with the last number there is is damage, for another must follow it", arguments: [1, 2])
    func lastNumber(ofFrame place: Int) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<2 { try rehearsal.commit() }
        rehearsal.kill()
        let bytes = rehearsal.disk.contents(of: segment(1))!
        var frames = FrameSequence.frames(in: bytes, of: [.checkpoint, .commit]).frames
        var body = Array(frames[place - 1].body)
        body.replaceSubrange(16..<24, with: [UInt8](repeating: 0xff, count: 8))
        frames[place - 1] = try Frame(frames[place - 1].kind, body: body)
        rehearsal.disk.truncate(segment(1))
        for frame in frames { rehearsal.disk.write(frame.bytes, to: segment(1)) }
        var names = Names()
        var generator = SeededRandom(seed: 1)
        var store = try Store.open(rehearsal.disk, at: Rehearsal.directory, names: &names, generator: &generator)
        #expect(store.recovered.sequence == 2)
        #expect(store.recovered.damages.first?.path == segment(1))
        #expect(try store.commit(Commit(resolutionNanoseconds: 1), names: names) == 3)
    }

    @Test("a file whose number has no next one is not a segment")
    func lastSegment() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        try rehearsal.commit()
        rehearsal.kill()
        rehearsal.disk.write([1, 2, 3], to: journal.appending("18446744073709551615.plj"))
        for lines in [16, 24] {
            try rehearsal.open()
            try rehearsal.commit()
            try rehearsal.checkTruth(lines)
            rehearsal.kill()
        }
    }

    @Test("a damaged checkpoint falls back to the segment before it and loses nothing")
    func damagedCheckpoint() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<6 { try rehearsal.commit() }
        try rehearsal.flush()
        rehearsal.startNewSegment()
        for _ in 0..<3 { try rehearsal.commit() }
        try rehearsal.flush()
        rehearsal.startNewSegment()
        for _ in 0..<3 { try rehearsal.commit() }
        #expect(try rehearsal.disk.names(in: journal).sorted() == ["0000000002.plj", "0000000003.plj"])
        rehearsal.kill()
        rehearsal.disk.overwrite(segment(3), at: 40, with: [0x55, 0x55])
        try rehearsal.open()
        #expect(rehearsal.acknowledged == 96)
        #expect(rehearsal.store!.recovered.damages.count == 1)
        while rehearsal.acknowledged < Rehearsal.lines { try rehearsal.commit() }
        try rehearsal.flush()
        try rehearsal.checkTruth()
    }

    @Test("commits that an older segment lost are stated, and laid at its door", arguments: ["cut", "zeroed"])
    func lostBetweenSegments(how: String) throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<6 { try rehearsal.commit() }
        rehearsal.startNewSegment()
        for _ in 0..<3 { try rehearsal.commit() }
        rehearsal.kill()
        let length = rehearsal.disk.contents(of: segment(1))!.count
        if how == "cut" {
            rehearsal.disk.truncate(segment(1), to: length - 20)
        } else {
            rehearsal.disk.overwrite(segment(1), at: 0, with: [UInt8](repeating: 0, count: length))
        }
        var names = Names()
        var generator = SeededRandom(seed: 1)
        let store = try Store.open(rehearsal.disk, at: Rehearsal.directory, names: &names, generator: &generator)
        #expect(store.recovered.sequence == 9)
        #expect(store.recovered.damages.map(\.path) == [segment(1)])
        #expect(store.recovered.damages.first?.error.found == (how == "cut" ? "7" : "without a checkpoint"))
    }

    @Test("a lost journal does not bring commit numbers again")
    func lostJournal() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        for _ in 0..<6 { try rehearsal.commit() }
        try rehearsal.flush()
        rehearsal.kill()
        rehearsal.disk.delete(segment(1))
        var names = Names()
        var generator = SeededRandom(seed: 1)
        let store = try Store.open(rehearsal.disk, at: Rehearsal.directory, names: &names, generator: &generator)
        #expect(store.recovered.sequence == 6)
        #expect(store.recovered.isFirstStart && store.recovered.arePositionsLost)
        #expect(store.recovered.damages.map(\.path) == [segment(1)])
    }

    @Test("a newer journal is refused and left as it is")
    func newer() throws {
        let rehearsal = Rehearsal()
        try rehearsal.open()
        try rehearsal.commit()
        rehearsal.kill()
        var bytes = rehearsal.disk.contents(of: segment(1))!
        let frames = FrameSequence.frames(in: bytes, of: [.checkpoint, .commit]).frames
        let start = frames[0].bytes.count
        bytes[start + 4] = 2
        let sum = checksum(bytes[start..<(start + 12)] + bytes[(start + 16)...])
        bytes.replaceSubrange((start + 12)..<(start + 16), with: sum)
        rehearsal.disk.overwrite(segment(1), at: 0, with: bytes)
        let error = #expect(throws: StoreError.self) { try rehearsal.open() }
        guard case .newerVersion(segment(1), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(rehearsal.disk.contents(of: segment(1)) == bytes)
    }

    private func checksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var sum: UInt32 = 0xffff_ffff
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return (0..<4).map { UInt8(truncatingIfNeeded: ~sum >> (8 * $0)) }
    }

    @Test("segments turn at their limit and old ones go when their slices are in hour files")
    func turning() throws {
        let rehearsal = Rehearsal()
        rehearsal.limits.segmentBytes = 700
        try rehearsal.open()
        for _ in 0..<12 { try rehearsal.commit() }
        // What a checkpoint contains is in hour files, and the newest old segment is kept for its own checkpoint.
        #expect(try rehearsal.disk.names(in: journal).count == 2)
        #expect(rehearsal.store!.statistics.segmentsRemoved == rehearsal.store!.statistics.segmentsStarted - 2)
        #expect(rehearsal.store!.statistics.segmentsStarted > 3)
        try rehearsal.checkTruth(96)
    }
}
