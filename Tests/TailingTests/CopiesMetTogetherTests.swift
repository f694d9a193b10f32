import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Copies of one log that are met together")
struct CopiesMetTogetherTests {
    private let log: FilePath = "/log/a.log"

    @Test("of two copies that went on alike only one is read, however little is read at once")
    func smallBudget() {
        let harness = TailHarness("/log/a.log", "/log/b.log")
        harness.append(numbered(0..<5))
        harness.append(["other"], to: "/log/b.log")
        harness.look()
        for copy: FilePath in ["/log/a.log.1", "/log/a.log.2"] { harness.append(numbered(0..<10), to: copy) }
        harness.look()
        harness.pass(seconds: 11)
        // All that may be read is read elsewhere.
        harness.append(["another"], to: "/log/b.log")
        harness.look(budget: 1)
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines == numbered(0..<5) + ["other", "another"] + numbered(5..<10))
    }

    @Test("after a restart a log goes on in its own file, not in a longer copy of it")
    func ownFileFirst() {
        let (own, copy): (FilePath, FilePath) = ("/log/x/out.log", "/log/r/out.log.1")
        let harness = TailHarness("/log/*/out.log")
        harness.append(numbered(0..<5), to: own)
        harness.files.write("request 5", to: own)
        harness.look()
        harness.commit()
        harness.files.copy(own, to: copy)
        harness.append([" of the copy", "request 6"], to: copy)
        harness.kill()
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines == numbered(0..<5) + ["request 5 of the copy", "request 6"])
        harness.append([" of the day"], to: own)
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + ["request 5 of the copy", "request 6", "request 5 of the day"])
    }

    @Test("what was compressed of a file that is read on without a name is known for a copy before a kill")
    func compressedPicture() {
        let harness = TailHarness("/log/a.log")
        harness.append(["before"])
        harness.look()
        harness.append(numbered(0..<20), to: "/log/a.log.1")
        harness.look()
        harness.files.copy("/log/a.log.1", to: "/log/a.log.2")
        let writer = LogWriter("/log/a.log.2", in: harness.files)
        writer.write(Array("request 20\nrequest 21\n".utf8))
        harness.look()
        harness.pass(seconds: 5)
        compress(harness, "/log/a.log.2")
        writer.write(Array((numbered(22..<60).joined(separator: "\n") + "\n").utf8))
        harness.look()
        harness.pass(seconds: 6)
        harness.look()
        harness.commit()
        let expected = ["before"] + numbered(0..<20) + ["request 20", "request 21"] + numbered(22..<60)
        #expect(harness.lines == expected)
        harness.kill()
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines == expected)
    }

    @Test(
        "a line that one file has only a part of is read whole in another one that goes on",
        arguments: [(true, true), (true, false), (false, true), (false, false)])
    func lineCutShort(isCompressed: Bool, isOtherCompressed: Bool) {
        let harness = TailHarness("/log/*.log")
        harness.append(["before"])
        harness.look()
        harness.append(numbered(0..<10), to: "/log/a.log.1")
        harness.files.write("request 10 of", to: "/log/a.log.1")
        if isCompressed { compress(harness, "/log/a.log.1") }
        for _ in 1...2 { harness.settle() }
        let read = ["before"] + numbered(0..<10) + ["request 10 of"]
        #expect(harness.lines == read)
        let other: FilePath = isOtherCompressed ? "/log/a.log.2" : "/log/b.log"
        harness.append(numbered(0..<12), to: other)
        if isOtherCompressed { compress(harness, other) }
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == read + numbered(10..<12))
        harness.commit()
        harness.kill()
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == read + numbered(10..<12))
    }

    @Test(
        "of a line that is not finished a copy lies beside the log, which has nothing else", arguments: [true, false])
    func copyOfUnfinishedLine(isCompressed: Bool) {
        let harness = TailHarness("/log/a.log")
        harness.files.write("request 1 of", to: log)
        harness.look()
        harness.files.copy(log, to: "/log/a.log-20261123")
        if isCompressed { compress(harness, "/log/a.log-20261123") }
        for _ in 1...4 { harness.settle() }
        #expect(harness.lines == [])
        harness.append([" the day"])
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == numbered(1..<2))
    }

    @Test("a log that is twice replaced by its like hands on its last line once")
    func replacedTwice() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.files.write("request 5", to: log)
        harness.look()
        for _ in 1...2 {
            harness.files.copy(log, to: "/log/new")
            harness.files.move("/log/new", to: log)
            harness.look()
        }
        for _ in 1...4 { harness.settle() }
        #expect(harness.lines == numbered(0..<5) + ["request 5"])
    }
    // Fault simulation, seed 31518
    @Test(
        "a log that was cut in a line has nothing new for anyone, however much of the line is left",
        arguments: [1, 10, 20], [0, 1, 3])
    func cutInLine(left: Int, settles: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<7))
        harness.settle()
        harness.commit()
        harness.files.truncate(log, to: 5 * 21 + left)
        for _ in 0..<settles { harness.settle() }
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["new"])
        for _ in 1...3 {
            for _ in 1...3 { harness.settle() }
            harness.commit()
            harness.kill()
        }
        #expect(harness.lines == numbered(0..<7) + ["new"])
    }

    // Fault simulation, seed 30092
    @Test("of copies that go on behind a piece of a line only one is read, also while another log reads the same")
    func copiesBehindPiece() {
        let harness = TailHarness("/log/a.log", "/log/b.log")
        func replaceByCopy() {
            harness.files.copy(log, to: "/log/new")
            harness.files.move("/log/new", to: log)
        }
        harness.append(["other"], to: "/log/b.log")
        harness.look()
        harness.append(numbered(0..<5))
        harness.files.write("request 5", to: log)
        harness.look()
        replaceByCopy()
        for _ in 1...2 { harness.settle() }
        let read = ["other"] + numbered(0..<5) + ["request 5"]
        #expect(harness.lines == read)
        harness.append([" of the day", "request 6 of the day"])
        replaceByCopy()
        harness.files.copy(log, to: "/log/a.log.1")
        // All that may be read is read elsewhere.
        harness.append(["another"], to: "/log/b.log")
        harness.look(budget: 1, looks: 1)
        harness.files.truncate(log)
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines == read + ["another"] + numbered(5..<7))
    }
}
