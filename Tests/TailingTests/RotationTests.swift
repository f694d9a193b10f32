import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Rotating a log by renaming")
struct RotationTests {
    private let log: FilePath = "/log/a.log"

    // fluent-bit #375
    @Test("the old file is read to its end, then the new one")
    func running() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.look()
        harness.append(numbered(3..<5))
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(numbered(5..<8))
        harness.look()
        #expect(harness.lines == numbered(0..<8))
        harness.settle()
        #expect(harness.sink.finished == [1])
        #expect(harness.lines == numbered(0..<8))
    }

    @Test("a writer that still holds the old file open is listened to until it is quiet")
    func stragglers() {
        let harness = TailHarness("/log/a.log")
        harness.append(["a"])
        harness.look()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["new"])
        for second in 0..<15 {
            harness.append(["late \(second)"], to: "/log/a.log.1")
            harness.look()
            harness.pass(seconds: 5)
        }
        #expect(Set(harness.lines).count == 17)
        #expect(harness.sink.finished == [])
        harness.settle()
        #expect(harness.sink.finished == [1])
        harness.append(["even later"], to: "/log/a.log.1")
        harness.settle()
        #expect(harness.lines.count == 18)
        #expect(harness.lines.last == "even later")
    }

    @Test(
        "a line of a rotated log that is finished only when the log was quiet for long is a line",
        arguments: [3, 9_000])
    func finishedLate(length: Int) {
        let harness = TailHarness("/log/a.log")
        let piece = String(repeating: "b", count: length)
        harness.files.write("a\n" + piece, to: log)
        harness.look()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["c"])
        harness.settle()
        #expect(harness.lines == ["a", "c", piece])
        harness.append([" whole", "d"], to: "/log/a.log.1")
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines == ["a", "c", piece, piece + " whole", "d"])
        harness.commit()
        harness.kill()
        for _ in 1...2 { harness.settle() }
        #expect(harness.lines.count == 5)
    }

    @Test("the last line of a rotated log without a line feed is a line, once the log is quiet")
    func lastLine() {
        let harness = TailHarness("/log/a.log")
        harness.files.write("a\nb", to: log)
        harness.look()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["c"])
        harness.look()
        #expect(harness.lines == ["a", "c"])
        harness.settle()
        #expect(harness.lines == ["a", "c", "b"])
    }

    @Test("a log that nothing succeeds is not at its end")
    func noSuccessor() {
        let harness = TailHarness("/log/a.log")
        harness.files.write("a\nb", to: log)
        harness.look()
        harness.files.move(log, to: "/log/a.log.1")
        harness.settle()
        #expect(harness.lines == ["a"])
        harness.files.write("c\n", to: "/log/a.log.1")
        harness.settle()
        #expect(harness.lines == ["a", "bc"])
    }

    @Test("several generations between two looks arrive whole", arguments: 1...4)
    func generations(count: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.look()
        rotate(harness, generations: count)
        harness.settle()
        #expect(harness.lines.sorted() == numbered(0..<(4 + count)).sorted())
        #expect(Set(harness.lines).count == harness.lines.count)
    }

    // fluent-bit #5024, #8701, #1330
    @Test("several generations while the agent is down arrive whole", arguments: 1...4, [false, true])
    func generationsWhileDown(count: Int, compressed: Bool) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.look()
        harness.commit()
        rotate(harness, generations: count)
        if compressed {
            for generation in 1...count { compress(harness, FilePath("/log/a.log.\(generation)")) }
        }
        harness.kill()
        harness.settle()
        #expect(harness.lines.sorted() == numbered(0..<(4 + count)).sorted())
        #expect(harness.sink.lost == [])
    }

    @Test("generations that were there at the first start are left alone")
    func olderGenerations() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/a.log", options: options)
        harness.append(["old"], to: "/log/a.log.2")
        harness.files.write(gzip(Array("older\n".utf8)), to: "/log/a.log.3.gz")
        harness.append(["present"])
        harness.look()
        #expect(harness.lines == [])
        #expect(harness.sink.skipped == 8)
        harness.commit()
        harness.kill()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(["new"])
        harness.settle()
        #expect(harness.lines == ["new"])
    }

    @Test("an unfinished line at the first start is read once it is whole")
    func firstStart() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/a.log", options: options)
        harness.files.write("old\nhalf", to: log)
        harness.look()
        #expect(harness.sink.skipped == 4)
        harness.files.write(" line\nnew\n", to: log)
        harness.look()
        #expect(harness.lines == ["half line", "new"])
    }

    @Test("with from-start, logs that are there at the first start are read from their beginning")
    func fromStart() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/a.log", options: options, fromStart: true)
        harness.append(["old"])
        harness.look()
        #expect(harness.lines == ["old"])
        #expect(harness.sink.skipped == 0)
    }

    // vector #7990, #13193, #5085; opentelemetry-collector-contrib #40523
    @Test("a log renamed again and again, and compressed at last, is not read twice")
    func renamedOn() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.settle()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(numbered(3..<4))
        harness.settle()
        harness.files.move("/log/a.log.1", to: "/log/a.log.2")
        harness.settle()
        compress(harness, "/log/a.log.2")
        harness.settle()
        harness.commit()
        harness.kill()
        harness.settle()
        #expect(harness.lines == numbered(0..<4))
    }

    // fluent-bit #8025, logstash-input-file #109
    @Test("deleted and made anew, with the inode number of the old file")
    func recreated() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<3))
        harness.look()
        harness.commit()
        harness.kill()
        let before = try? harness.files.metadata(of: log).inode
        harness.files.delete(log)
        harness.append(numbered(3..<9))
        #expect(try! harness.files.metadata(of: log).inode == before)
        harness.settle()
        #expect(harness.lines == numbered(0..<9))
        #expect(harness.sink.lost == [nil])
    }

    @Test("a log inside a glob that is renamed to another name of the glob is the same log")
    func renamedInsideGlob() {
        let harness = TailHarness("/log/a.log*")
        harness.append(numbered(0..<3))
        harness.look()
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(numbered(3..<5))
        harness.look()
        harness.settle()
        compress(harness, "/log/a.log.1")
        harness.settle()
        #expect(harness.lines == numbered(0..<5))
    }

    private func rotate(_ harness: TailHarness, generations: Int) {
        harness.append(numbered(3..<4))
        for generation in 0..<generations {
            for number in (1..<(generation + 1)).reversed() {
                harness.files.move(FilePath("/log/a.log.\(number)"), to: FilePath("/log/a.log.\(number + 1)"))
            }
            harness.files.move(log, to: "/log/a.log.1")
            harness.append(numbered((4 + generation)..<(5 + generation)))
        }
    }
}

/// What gzip does to a file, in one step.
func compress(_ harness: TailHarness, _ path: FilePath) {
    let content = harness.files.contents(of: path) ?? []
    harness.files.write(gzip(content), to: FilePath(path.string + ".gz"))
    harness.files.delete(path)
}
