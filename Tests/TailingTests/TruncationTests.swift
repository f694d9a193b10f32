import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Truncating a log")
struct TruncationTests {
    private let log: FilePath = "/log/a.log"

    // opentelemetry-collector-contrib #43693
    @Test("a truncated log is read from its beginning", arguments: [1, 3, 5, 40])
    func truncated(newLines: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.truncate(log)
        harness.append(numbered(100..<(100 + newLines)))
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + numbered(100..<(100 + newLines)))
        #expect(harness.sink.lost == [])
    }

    // fluent-bit #375, #4839; goaccess #1815
    @Test("copytruncate loses nothing that the copy has", arguments: [0, 1, 30], [false, true])
    func copied(newLines: Int, down: Bool) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.commit()
        if down { harness.kill() }
        harness.append(numbered(5..<8))
        harness.files.copy(log, to: "/log/a.log.1")
        harness.files.truncate(log)
        harness.append(numbered(8..<(8 + newLines)))
        harness.settle()
        harness.settle()
        #expect(harness.lines.sorted() == numbered(0..<(8 + newLines)).sorted())
        #expect(harness.sink.lost == [])
    }

    // vector #23619
    @Test("a look between the copy and the truncation does not count the copy", arguments: [0, 2])
    func lookBetween(linesBetween: Int) {
        for pattern in ["/log/a.log", "/log/a.log*"] {
            let harness = TailHarness(pattern)
            harness.append(numbered(0..<5))
            harness.look()
            harness.files.copy(log, to: "/log/a.log.1")
            harness.append(numbered(5..<(5 + linesBetween)))
            harness.look()
            harness.files.truncate(log)
            harness.append(numbered(50..<53))
            harness.settle()
            harness.settle()
            #expect(harness.lines == numbered(0..<(5 + linesBetween)) + numbered(50..<53), "\(pattern)")
        }
    }

    // Fault simulation, seed 4704
    @Test("a log that is cut back twice goes on as what it was last", arguments: [1, 10])
    func cutTwice(times: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<(60 * times)))
        harness.look()
        // Its own beginning, and something else behind that: another content, which is read.
        harness.files.truncate(log, to: numbered(0..<(45 * times)).joined(separator: "\n").utf8.count + 1)
        harness.append(numbered(1000..<1003))
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == numbered(0..<(60 * times)) + numbered(0..<(45 * times)) + numbered(1000..<1003))
        let known = harness.lines
        harness.files.truncate(log, to: numbered(0..<(20 * times)).joined(separator: "\n").utf8.count + 1)
        for _ in 1...3 { harness.settle() }
        harness.append(numbered(2000..<2002))
        harness.settle()
        #expect(harness.lines == known + numbered(2000..<2002))
    }

    // Fault simulation, seed 70280
    @Test("a copy from before a log grew is no reason to read again what came then, when the log is cut back")
    func cutBehindCopy() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<300))
        harness.look()
        harness.files.copy(log, to: "/log/a.log-20240101")
        harness.settle()
        harness.append(numbered(300..<700))
        harness.look()
        harness.files.truncate(log, to: numbered(0..<400).joined(separator: "\n").utf8.count + 1)
        for _ in 1...3 { harness.settle() }
        #expect(harness.lines == numbered(0..<700))
    }

    // Fault simulation, seed 43759
    @Test(
        "nothing is stated as lost while what may have it cannot be looked at",
        arguments: [FileError.Operation.open, .stat, .read, .list], [false, true])
    func unreadableCopy(failing operation: FileError.Operation, isWatching: Bool) {
        let harness = TailHarness("/log/a.log", isWatching: isWatching)
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.plan {
            $0.standing = [FaultPlan.Standing(operation, operation == .list ? "/log" : "/log/a.log.1", .ioError)]
        }
        harness.append(numbered(5..<40_000))
        harness.look(budget: 1, looks: 1)
        harness.files.copy(log, to: "/log/a.log.1")
        harness.files.truncate(log)
        for _ in 1...4 { harness.settle() }
        #expect(harness.lines.count < 40_000)
        harness.files.plan { $0.standing = [] }
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == numbered(0..<40_000))
        #expect(harness.sink.lost == [])
    }

    // Fault simulation, seed 78592
    @Test("an empty file that could not be looked at once does not keep a loss from being stated")
    func lostBesideEmpty() {
        let harness = TailHarness("/log/a.log")
        harness.files.write("", to: log)
        harness.look()
        harness.files.plan { $0.standing = [FaultPlan.Standing(.stat, log, .ioError)] }
        harness.settle()
        harness.files.plan { $0.standing = [] }
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["one"])
        harness.look()
        harness.files.write("half", to: log)
        harness.look()
        harness.files.truncate(log)
        harness.append(["two"])
        for _ in 1...2 { harness.settle() }
        #expect(harness.sink.lost == [4])
    }

    // fluent-bit #4839, fluent-bit-docs #1770
    @Test("what is gone without a copy is stated as lost, as far as it was seen")
    func lost() {
        let harness = TailHarness("/log/a.log")
        harness.append(["one"])
        harness.look()
        harness.files.write("half", to: log)
        harness.look()
        harness.files.truncate(log)
        harness.append(["two"])
        harness.settle()
        #expect(harness.lines == ["one", "two"])
        #expect(harness.sink.lost == [4])
    }

    @Test("the same size and the same time stamp hide a rewrite for one look at most")
    func sameSize() {
        let harness = TailHarness("/log/a.log")
        harness.append(["one", "two"])
        harness.look()
        harness.files.truncate(log)
        harness.append(["six", "ten"])
        harness.look()
        harness.look()
        #expect(harness.lines == ["one", "two", "six", "ten"])
    }

    @Test("a log replaced by one with the same content is the same log")
    func replacedByCopy() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.copy(log, to: "/log/new")
        harness.files.move("/log/new", to: log)
        harness.append(numbered(5..<6))
        harness.settle()
        harness.settle()
        #expect(harness.lines == numbered(0..<6))
    }

    @Test("a log replaced by a shorter one is another log")
    func replacedByShorter() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.append(numbered(70..<72), to: "/log/new")
        harness.files.move("/log/new", to: log)
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + numbered(70..<72))
    }
}
