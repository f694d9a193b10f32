import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Logs that an earlier run has read")
struct KnownLogsTests {
    private let log: FilePath = "/log/a.log"

    private func input(_ pattern: String, source: String = "main") -> TailInput {
        TailInput(pattern: pattern, source: source, fromStart: true)
    }

    @Test("a path that became a glob goes on where it was left", arguments: [false, true])
    func pathBecomesGlob(rotatedMeanwhile: Bool) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.settle()
        harness.commit()
        harness.append(numbered(5..<7))
        if rotatedMeanwhile {
            harness.files.move(log, to: "/log/a.log.1")
            harness.append(numbered(7..<9))
        }
        harness.restart(input("/log/*.log"))
        harness.settle()
        #expect(harness.lines.sorted() == numbered(0..<(rotatedMeanwhile ? 9 : 7)))
        harness.commit()
        harness.kill()
        harness.settle()
        #expect(harness.lines.count == (rotatedMeanwhile ? 9 : 7))
    }

    @Test("a few bytes that were passed over at the start do not make another log that begins alike an old one")
    func fewBytesInCommon() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/a.log", options: options)
        harness.files.write(gzip(Array("request".utf8)), to: "/log/a.log.2.gz")
        harness.append(["there before"])
        harness.look()
        harness.append(numbered(0..<3), to: "/log/a.log.1")
        harness.settle()
        #expect(harness.lines == numbered(0..<3))
    }

    // Fault simulation, seed 91955
    @Test(
        "a compressed backup that was passed over at the start does not keep the log from going on", arguments: [1, 2],
        [false, true])
    func passedOverBackup(times: Int, isReplaced: Bool) throws {
        let harness = TailHarness("/log/a.log", fromStart: true)
        harness.options.firstStart = true
        harness.append(numbered(0..<5))
        let packed = gzip(try #require(harness.files.contents(of: log)))
        // Perhaps it is still being written.
        harness.files.write(packed[..<(packed.count * times / 2)], to: "/log/a.log-20240108.gz")
        harness.kill()
        harness.look()
        harness.commit()
        #expect(harness.lines == numbered(0..<5))
        if isReplaced { harness.files.truncate(log, to: numbered(0..<4).joined(separator: "\n").utf8.count + 1) }
        harness.append(numbered(5..<40))
        harness.files.move(log, to: "/log/a.log.1")
        harness.kill()
        for _ in 1...3 { harness.settle() }
        #expect(Set(harness.lines) == Set(numbered(0..<40)))
    }

    // Fault simulation, seed 52914
    @Test("what was written to a rotated file that had been passed over is not counted again when it is replayed")
    func replayOfPassedOver() {
        let harness = TailHarness("/log/a.log")
        harness.append(["there before"], to: "/log/a.log.1")
        harness.look()
        harness.append(numbered(0..<3), to: "/log/a.log.1")
        harness.settle()
        harness.commit()
        harness.restart(input("/log/a.log.1"), readsToTheEnd: true)
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == numbered(0..<3))
    }

    @Test("under another source the same bytes are another log")
    func anotherSource() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.settle()
        harness.commit()
        harness.restart(input("/log/*.log", source: "edge"))
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + numbered(0..<5))
    }

    @Test("an input that is taken away and comes back goes on where it was left")
    func inputComesBack() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.settle()
        harness.commit()
        harness.restart(input("/other/*.log"))
        harness.settle()
        harness.commit()
        harness.append(numbered(5..<6))
        harness.restart(input("/log/a.log"))
        harness.settle()
        #expect(harness.lines == numbered(0..<6))
    }

    @Test("a copy shorter than what was read, never seen before a kill, is known", arguments: [1, 3, 40, 900])
    func shortCopy(lines count: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<count))
        harness.look()
        harness.files.copy(log, to: "/log/a.log.1")
        harness.append(numbered(count..<(count + 5)))
        // Only the file is read: what has appeared beside it is not seen before the agent dies.
        harness.files.plan { $0.standing = [FaultPlan.Standing(.list, "/log", .ioError)] }
        harness.look()
        harness.commit()
        harness.files.plan { $0.standing = [] }
        harness.files.truncate(log)
        harness.append(numbered(2_000..<2_003))
        harness.kill()
        harness.settle()
        // Below 64 bytes two logs can begin alike, and a copy counts as its own.
        let isTooShort = numbered(0..<count).joined().utf8.count + count < 64
        #expect(harness.lines.count == count + 5 + 3 + (isTooShort ? count : 0))
    }

    // Fault simulation, seed 6236
    @Test("a log beside a path is not taken for the beginning of one that stood elsewhere and is gone")
    func begunAlikeElsewhere() {
        let harness = TailHarness("/log/*.log")
        let common = numbered(0..<20)
        harness.append(common + numbered(100..<110))
        harness.append(["of another day"], to: "/log/b.log")
        harness.settle()
        harness.commit()
        harness.files.delete(log)
        harness.files.delete("/log/b.log")
        harness.append(common + ["only b"], to: "/log/b.log.1")
        harness.append(["new"], to: "/log/b.log")
        harness.kill()
        harness.settle()
        harness.settle()
        #expect(harness.lines.contains("only b") && harness.lines.contains("new"))
    }

    // Fault simulation, seed 5103
    @Test("a log that is cut is not followed in another file that only began alike")
    func cutBesideTwin() {
        let harness = TailHarness("/log/*.log")
        harness.append(numbered(0..<5) + ["only a"])
        harness.look()
        harness.append(numbered(0..<5), to: "/log/b.log")
        harness.look()
        harness.commit()
        // copytruncate, and nobody looks for a while.
        harness.files.copy(log, to: "/log/a.log.1")
        harness.files.truncate(log)
        harness.append(["new"])
        harness.files.plan { $0.standing = [FaultPlan.Standing(.open, "/log/a.log.1", .ioError)] }
        harness.pass(seconds: 60)
        harness.look()
        harness.files.plan { $0.standing = [] }
        harness.settle()
        harness.settle()
        #expect(harness.lines.filter { $0 == "only a" }.count == 1)
        #expect(harness.lines.filter { $0 == "new" }.count == 1)
    }

    // Fault simulation, seed 2181
    @Test("a copy that lay beside a log at the start brings nothing new to a run over old logs", arguments: [0, 3])
    func replayedCopy(more: Int) {
        let harness = TailHarness("/log/a.log", fromStart: true)
        harness.options.firstStart = true
        harness.append(numbered(0..<5))
        harness.files.copy(log, to: "/log/a.log-20240104")
        harness.kill()
        harness.settle()
        harness.append(numbered(5..<(5 + more)))
        harness.settle()
        harness.commit()
        harness.restart(input("/log/a.log-20240104"), readsToTheEnd: true)
        harness.settle()
        harness.settle()
        #expect(harness.lines == numbered(0..<(5 + more)))
    }

    // Fault simulation, seed 2181
    @Test("a copy of a log from before it was cut brings nothing new to a run over old logs")
    func copyFromBeforeCut() throws {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<20))
        harness.settle()
        harness.commit()
        harness.files.copy(log, to: "/backup/a.log")
        let cut = numbered(0..<12).reduce(0) { $0 + $1.utf8.count + 1 }
        harness.files.truncate(log, to: cut)
        harness.settle()
        harness.append(numbered(30..<33))
        harness.settle()
        harness.commit()
        #expect(harness.lines == numbered(0..<20) + numbered(30..<33))
        harness.restart(input("/backup/a.log"), readsToTheEnd: true)
        harness.settle()
        harness.settle()
        harness.commit()
        #expect(harness.lines.count == 23)
        harness.restart(input("/log/a.log"))
        harness.append(numbered(33..<34))
        harness.settle()
        #expect(harness.lines == numbered(0..<20) + numbered(30..<34))
    }

    @Test("old logs are read to the last byte at once, and nothing beside them")
    func oldLogs() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.files.write("no line feed", to: log)
        harness.append(["of somebody else"], to: "/log/a.log.1")
        harness.restart(input("/log/a.log"), readsToTheEnd: true)
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + ["no line feed"])
        harness.commit()
        harness.restart(input("/log/a.log"), readsToTheEnd: true)
        harness.settle()
        #expect(harness.lines.count == 6)
    }

    @Test("what was passed over at the start is read by a run over old logs, once")
    func passedOver() {
        let harness = TailHarness("/log/a.log")
        harness.options.firstStart = true
        harness.kill()
        harness.append(numbered(0..<5), to: "/log/a.log.1")
        harness.append(numbered(5..<6))
        harness.settle()
        harness.commit()
        #expect(harness.lines == numbered(5..<6))
        for _ in 1...2 {
            harness.restart(input("/log/a.log.1"), readsToTheEnd: true)
            harness.settle()
            harness.commit()
            #expect(harness.lines == numbered(5..<6) + numbered(0..<5))
        }
        harness.restart(input("/log/a.log"))
        harness.append(numbered(6..<7))
        harness.settle()
        #expect(harness.lines == numbered(5..<6) + numbered(0..<5) + numbered(6..<7))
    }
}
