import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

private let torn = Array("zürich 20€\nnext\n".utf8)

@Suite("Appending to a log")
struct AppendingTests {
    @Test("appended lines arrive once, in order")
    func appended() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.look()
        harness.append(numbered(3..<5))
        harness.look()
        harness.look()
        #expect(harness.lines == numbered(0..<5))
    }

    // crowdsec PR #4684
    @Test("a line torn at any byte, also inside a character, arrives once and whole", arguments: 1..<torn.count)
    func tornLine(at cut: Int) {
        let harness = TailHarness("/log/a.log")
        harness.files.write(torn[..<cut], to: "/log/a.log")
        harness.look()
        harness.files.write(torn[cut...], to: "/log/a.log")
        harness.look()
        #expect(harness.lines == ["zürich 20€", "next"])
        #expect(harness.sink.unfinished[1] ?? 0 == 0)
    }

    @Test("the bytes behind the last line feed are reported, and what a commit says begins a line")
    func unfinished() {
        let harness = TailHarness("/log/a.log")
        harness.files.write("whole\npart", to: "/log/a.log")
        harness.look()
        #expect(harness.sink.unfinished == [1: 4])
        #expect(harness.tailer.takeChangedPositions().map(\.offset) == [6])
    }

    @Test("many blocks arrive whole, whatever the budget", arguments: [1, 1000, 300_000, Int.max])
    func blocks(budget: Int) {
        let harness = TailHarness("/log/a.log")
        let lines = numbered(0..<30_000)
        harness.append(lines)
        harness.look(budget: budget)
        #expect(harness.lines == lines)
    }

    // fluent-bit #370, #10435
    @Test("a line over the limit is counted once, passed over, and never held in memory")
    func overlong() {
        var options = TailOptions()
        options.lineLimitBytes = 64 * 1024
        let harness = TailHarness("/log/a.log", options: options)
        harness.append(["before"])
        for _ in 0..<50 {
            harness.files.write([UInt8](repeating: 120, count: 200_000), to: "/log/a.log")
            harness.look()
        }
        #expect(harness.sink.overlong == [])
        harness.append(["", "after"])
        harness.look()
        #expect(harness.lines == ["before", "after"])
        #expect(harness.sink.overlong == [10_000_001])
        #expect(harness.sink.largestBlock <= 64 * 1024 + 1)
        #expect(harness.tailer.allPositions()[0].offset == 10_000_014)
    }

    @Test("a line of exactly the limit is a line, one byte more is not", arguments: [10, 100, 300_000])
    func limit(limit: Int) {
        var options = TailOptions()
        options.lineLimitBytes = limit
        let harness = TailHarness("/log/a.log", options: options)
        let fits = String(repeating: "x", count: limit)
        harness.append(["a", fits, "b", fits + "y", "c"])
        harness.look()
        #expect(harness.lines == ["a", fits, "b", "c"])
        #expect(harness.sink.overlong == [UInt64(limit) + 2])
    }

    @Test("killed inside a line over the limit, it is counted once")
    func overlongAndKilled() {
        var options = TailOptions()
        options.lineLimitBytes = 100
        let harness = TailHarness("/log/a.log", options: options)
        harness.append(["before"])
        harness.files.write(String(repeating: "x", count: 5_000), to: "/log/a.log")
        harness.look()
        harness.commit()
        harness.kill()
        harness.look()
        harness.append(["", "after"])
        harness.look()
        #expect(harness.lines == ["before", "after"])
        #expect(harness.sink.overlong == [5_001])
    }

    // vector #643
    @Test("an empty file is waited for, not counted")
    func empty() {
        let harness = TailHarness("/log/*.log")
        harness.files.write("", to: "/log/a.log")
        harness.files.write("", to: "/log/b.log")
        harness.look()
        harness.append(["one"], to: "/log/b.log")
        harness.look()
        #expect(harness.lines == ["one"])
        #expect(harness.sink.lost == [])
    }
}
