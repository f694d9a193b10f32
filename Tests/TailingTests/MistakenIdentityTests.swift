import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Files that are taken for what they are not")
struct MistakenIdentityTests {
    private let log: FilePath = "/log/a.log"

    @Test(
        "a piece of a line that was handed on as a line hides nothing of another log that begins so",
        arguments: [true, false])
    func fragment(isCompressed: Bool) {
        let harness = TailHarness("/log/a.log")
        harness.append(["before"])
        harness.settle()
        harness.files.truncate(log)
        harness.files.write("req", to: log)
        harness.files.copy(log, to: "/log/a.log-20261123")
        if isCompressed { compress(harness, "/log/a.log-20261123") }
        harness.look()
        // Another log at the path: the piece is all that there will be of the first one.
        harness.files.truncate(log)
        harness.append(["x"])
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines.sorted() == ["before", "req", "x"])
        harness.files.delete(log)
        harness.files.write("request 1", to: log)
        harness.look()
        harness.append([" of the day", "request 2"])
        harness.settle()
        #expect(harness.lines.sorted() == ["before", "req", "request 1 of the day", "request 2", "x"])
        harness.commit()
        harness.kill()
        harness.settle()
        #expect(harness.lines.count == 5)
    }

    @Test("rotated logs that nothing has followed make room for others, and are read on when they grow")
    func crowded() {
        let harness = TailHarness("/log/a.log", "/log/b.log")
        harness.options.openLogs = 3
        harness.kill()
        for round in 0..<4 {
            if round > 0 { harness.files.move(log, to: FilePath("\(log).\(4 - round)")) }
            harness.append(numbered((10 * round)..<(10 * round + 3)))
            harness.look()
        }
        harness.files.delete(log)
        harness.append(numbered(100..<103), to: "/log/b.log")
        harness.append(numbered(200..<203), to: "/log/b.log.1")
        for _ in 1...4 { harness.settle() }
        #expect(Set(numbered(100..<103) + numbered(200..<203)).isSubset(of: Set(harness.lines)))
        harness.append(["late"], to: "/log/a.log.3")
        for _ in 1...4 { harness.settle() }
        #expect(harness.lines.last == "late")
        #expect(Set(harness.lines).count == harness.lines.count)
    }

    @Test("a backup beside a log that has a twin is the log's, not the twin's", arguments: [true, false])
    func backupOfTwin(isSeen: Bool) {
        let harness = TailHarness("/log/*/out.log")
        let (x, r, backup): (FilePath, FilePath, FilePath) = (
            "/log/x/out.log", "/log/r/out.log", "/log/x/out.log-20240106"
        )
        let common = numbered(0..<3_100)
        harness.append(["start"], to: x)
        harness.look()
        harness.files.truncate(x)
        harness.append(common, to: x)
        harness.files.copy(x, to: r)
        for _ in 1...3 { harness.settle() }
        harness.commit()
        let known = harness.lines.count
        harness.append(numbered(4_000..<4_002), to: x)
        harness.files.copy(x, to: backup)
        harness.append(numbered(4_002..<4_020), to: x)
        if !isSeen { harness.files.plan { $0.standing = [FaultPlan.Standing(.list, "/log/x", .ioError)] } }
        harness.look()
        harness.commit()
        harness.files.plan { $0.standing = [] }
        harness.files.delete(x)
        harness.kill()
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines.count == known + 20)
        harness.commit()
        harness.kill()
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines.count == known + 20)
    }

    @Test("a log that began like one that is gone is read, wherever it stands by now", arguments: [true, false])
    func beganLikeLost(isRotated: Bool) {
        let harness = TailHarness("/log/*.log")
        harness.append(numbered(0..<60))
        harness.look()
        harness.files.copy(log, to: "/log/b.log")
        harness.append(numbered(100..<102), to: "/log/b.log")
        harness.append(numbered(200..<220))
        // Only the file is read: the other one is not met before the agent dies.
        harness.files.plan { $0.standing = [FaultPlan.Standing(.open, "/log/b.log", .ioError)] }
        harness.look()
        harness.commit()
        harness.files.plan { $0.standing = [] }
        harness.files.truncate(log)
        if isRotated { harness.files.move("/log/b.log", to: "/log/b.log.1") }
        harness.kill()
        harness.append(numbered(300..<301), to: "/log/b.log")
        for _ in 1...3 { harness.settle() }
        #expect(Set(harness.lines).isSuperset(of: numbered(100..<102)))
    }

    // Fault simulation, seed 45780
    @Test("a log that began like one that is gone is read, also when it was given the other's inode number")
    func beganLikeLostInode() throws {
        let harness = TailHarness("/log/*.log")
        let common = numbered(0..<3_100)
        harness.append(common)
        harness.files.copy(log, to: "/log/b.log")
        for _ in 1...3 { harness.settle() }
        harness.append(numbered(4_000..<4_100))
        harness.append(numbered(5_000..<5_002), to: "/log/b.log")
        harness.look()
        harness.commit()
        harness.kill()
        let inode = try harness.files.metadata(of: log).inode
        harness.files.delete(log)
        harness.append(common + numbered(6_000..<6_010), to: "/log/new")
        harness.files.move("/log/new", to: "/log/b.log")
        #expect(try harness.files.metadata(of: "/log/b.log").inode == inode)
        for _ in 1...3 { harness.settle() }
        #expect(Set(harness.lines).isSuperset(of: numbered(6_000..<6_010)))
    }

    @Test("a compressed copy is not taken for the continuation of an older copy")
    func copyOfOlderCopy() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.copy(log, to: "/log/a.log-20240101")
        harness.look()
        harness.commit()
        compress(harness, "/log/a.log-20240101")
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(numbered(5..<20), to: "/log/a.log.1")
        harness.files.copy("/log/a.log.1", to: "/log/a.log-20240109")
        harness.append(numbered(20..<40), to: "/log/a.log.1")
        compress(harness, "/log/a.log-20240109")
        for _ in 1...4 {
            harness.kill()
            for _ in 1...4 { harness.settle() }
            harness.commit()
            #expect(harness.lines == numbered(0..<40))
        }
    }

    @Test("empty files beside a log do not take the room of one that waits")
    func emptyFilesInTheWay() {
        let harness = TailHarness("/log/a.log")
        harness.options.openLogs = 2
        harness.kill()
        harness.append(numbered(0..<5))
        harness.look()
        for number in 1...3 { harness.files.write("", to: FilePath("\(log).\(number)")) }
        harness.append(numbered(5..<10), to: "/log/a.log.4")
        // Each of them would cost a look.
        harness.look()
        #expect(harness.lines == numbered(0..<10))
    }

    @Test("the file of a log that ends, or of a copy, is there until the commit that speaks of it is durable")
    func endedFile() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.copy(log, to: "/log/a.log.1")
        harness.look()
        harness.files.truncate(log)
        harness.append(["new"])
        for _ in 1...2 { harness.settle() }
        let moved = harness.tailer.takeChangedPositions()
        #expect(moved.contains { $0.finished })
        for position in moved { #expect(harness.tailer.file(of: position.log) != nil, "\(position)") }
        harness.tailer.forgetFinished()
        for position in moved where position.finished { #expect(harness.tailer.file(of: position.log) == nil) }
    }
}
