import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Which file is which")
struct SameContentTests {
    // opentelemetry-collector-contrib #46496
    @Test("two logs with the same first 64 KiB are both read to their end")
    func samePrefix() {
        let harness = TailHarness("/log/*.log")
        let common = numbered(0..<5_000)
        harness.append(common + ["only a"])
        harness.append(common + ["only b"], to: "/log/b.log")
        harness.settle()
        #expect(harness.lines.count == 2 * common.count + 2)
        #expect(harness.lines.contains("only a") && harness.lines.contains("only b"))
    }

    @Test("a copy of what was read continues it: only what is new in it counts")
    func copied() {
        let harness = TailHarness("/log/*.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.copy("/log/a.log", to: "/log/b.log")
        harness.append(["only b"], to: "/log/b.log")
        harness.settle()
        #expect(harness.lines == numbered(0..<5) + ["only b"])
        #expect(harness.sink.opened.last == RecordingSink.Opened(log: 2, path: "/log/b.log", copyOf: 1))
    }

    @Test("a file that is a beginning of another one waits until they differ")
    func beginning() {
        let harness = TailHarness("/log/*.log")
        harness.append(["common", "a"])
        harness.look()
        harness.append(["common"], to: "/log/b.log")
        harness.look()
        #expect(harness.lines == ["common", "a"])
        harness.append(["b"], to: "/log/b.log")
        harness.look()
        #expect(harness.lines == ["common", "a", "common", "b"])
    }

    @Test("or for ten seconds, and then counts as its own")
    func beginningForLong() {
        let harness = TailHarness("/log/*.log")
        harness.append(["common", "a"])
        harness.look()
        harness.append(["common"], to: "/log/b.log")
        harness.settle()
        #expect(harness.lines == ["common", "a", "common"])
    }

    // opentelemetry-collector-contrib #40523, vector #7990
    @Test("a log partly read is continued in its compressed form, wherever it was cut", arguments: [1, 100, 4_999])
    func compressed(read: Int) {
        let harness = TailHarness("/log/a.log")
        let lines = numbered(0..<5_000)
        harness.append(Array(lines[..<read]))
        harness.look()
        harness.commit()
        harness.append(Array(lines[read...]))
        harness.files.move("/log/a.log", to: "/log/a.log.1")
        compress(harness, "/log/a.log.1")
        harness.append(["new"])
        harness.kill()
        harness.settle()
        #expect(harness.lines.sorted() == (lines + ["new"]).sorted())
        #expect(harness.lines.count == lines.count + 1)
    }

    @Test("a gzip file without a valid trailer is not yet a file", arguments: [10, 50, 100])
    func halfCompressed(percent: Int) {
        let harness = TailHarness("/log/a.log")
        let lines = numbered(0..<2_000)
        harness.append(lines)
        harness.look(budget: 1_000)
        harness.commit()
        harness.files.move("/log/a.log", to: "/log/a.log.1")
        let packed = gzip(harness.files.contents(of: "/log/a.log.1") ?? [])
        harness.files.write(packed.prefix(packed.count * percent / 100), to: "/log/a.log.1.gz")
        harness.kill()
        harness.settle()
        #expect(harness.lines == lines)
        #expect(harness.sink.opened.allSatisfy { $0.copyOf == nil })
    }

    // Fault simulation, seed 99868
    @Test("a gzip file of which a few bytes are written is not yet a file", arguments: [1, 2, 3])
    func begunToBeCompressed(bytes: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(["before"])
        harness.look()
        let packed = gzip(Array((numbered(0..<20).joined(separator: "\n") + "\n").utf8))
        harness.files.write(packed[..<bytes], to: "/log/a.log.1.gz")
        harness.look()
        harness.files.write(packed[bytes...], to: "/log/a.log.1.gz")
        harness.settle()
        #expect(harness.lines == ["before"] + numbered(0..<20))
        #expect(harness.sink.problems == [])
    }

    @Test("a damaged gzip file is said to be one, and nothing of it counts")
    func damaged() {
        let harness = TailHarness("/log/*")
        var packed = gzip(Array(numbered(0..<500).joined(separator: "\n").utf8))
        packed[packed.count - 6] ^= 1
        harness.files.write(packed, to: "/log/a.gz")
        harness.settle()
        #expect(harness.lines == [])
        #expect(harness.sink.problems.count == 1)
    }

    @Test("what a commit says of a partly read gzip log is continued after a kill")
    func killedInGzip() {
        let harness = TailHarness("/log/*.gz")
        let lines = numbered(0..<60_000)
        harness.files.write(gzip(Array((lines.joined(separator: "\n") + "\n").utf8)), to: "/log/a.gz")
        var looks = 0
        while harness.lines.isEmpty, looks < 10_000 {
            _ = harness.tailer.poll(now: harness.now, sink: &harness.sink, budgetBytes: 1)
            looks += 1
        }
        harness.commit()
        #expect(harness.lines.count < lines.count)
        harness.kill()
        harness.settle()
        #expect(harness.lines == lines)
    }

    @Test("a log that begins like a quiet one is told from it although nothing more is written")
    func quietLeader() {
        let files = SimulatedFileSystem()
        files.makeDirectory("/log")
        files.write("common\n", to: "/log/a.log")
        files.write("common\nb\n", to: "/log/b.log")
        let input = TailInput(pattern: "/log/*.log", source: "main", fromStart: true)
        let tailer = Tailer(fileSystem: files, inputs: [input], watcher: SilentWatcher())
        var sink = RecordingSink()
        for second in 0..<25 {
            while tailer.poll(now: Int64(second) * 1_000_000_000, sink: &sink, budgetBytes: .max).moreReady {}
        }
        #expect(sink.text == ["common", "b"])
    }

    @Test("a copy that lay beside the log when the agent came hides nothing of the log")
    func copyBesideAtStart() {
        let harness = TailHarness("/log/a.log", fromStart: true)
        harness.append(numbered(0..<5))
        harness.files.copy("/log/a.log", to: "/log/a.log-20240107")
        harness.append(numbered(5..<7))
        harness.settle()
        #expect(harness.lines == numbered(0..<7))
        harness.commit()
        harness.kill()
        harness.settle()
        #expect(harness.lines == numbered(0..<7))
    }

    @Test("a log that was overwritten and given up leaves the file to the log that is in it now")
    func givenUp() {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        harness.files.truncate("/log/a.log")
        harness.files.write("torn", to: "/log/a.log")
        harness.look()
        harness.pass(seconds: 11)
        harness.look()
        harness.files.write(" and whole\n", to: "/log/a.log")
        for _ in 0..<3 { harness.settle() }
        #expect(harness.lines == numbered(0..<5) + ["torn and whole"])
    }

    @Test("a file that lost its name before it was known ends as every nameless one does")
    func namelessBeforeKnown() {
        let harness = TailHarness("/log/a.log", isWatching: true)
        // Without a last close of the first file nothing is reported any more.
        let writer = LogWriter("/log/a.log", in: harness.files)
        func replaceByCopy() {
            harness.files.copy("/log/a.log", to: "/log/new.tmp")
            harness.files.move("/log/new.tmp", to: "/log/a.log")
        }
        harness.append(numbered(0..<2))
        harness.look()
        replaceByCopy()
        harness.look()
        harness.append(numbered(2..<3))
        replaceByCopy()
        harness.append(numbered(3..<4))
        for _ in 0..<5 { harness.settle() }
        #expect(harness.lines == numbered(0..<4))
        #expect(harness.sink.finished == [1, 2])
        withExtendedLifetime(writer) {}
    }

    @Test("a log that is read on while its compressed copy is examined is known when that is done")
    func readDuringScan() {
        let harness = TailHarness("/log/*.log")
        harness.append(["other"], to: "/log/b.log")
        harness.look()
        let content = numbered(0..<3).joined(separator: "\n") + "\ntorn"
        harness.files.write(content, to: "/log/a.log.1")
        harness.files.write(gzip(Array(content.utf8)), to: "/log/a.log.2.gz")
        // This uses up the budget: the one file is opened, the examination of the other is begun, and no more.
        harness.append(["busy"], to: "/log/b.log")
        _ = harness.tailer.poll(now: harness.now, sink: &harness.sink, budgetBytes: 1)
        for _ in 0..<3 { harness.settle() }
        #expect(harness.lines == ["other", "busy"] + numbered(0..<3) + ["torn"])
    }

    // Fault simulation, seeds 52449, 58541
    @Test(
        "what begins like a log beside it, and is no longer than that with its unfinished line, is read",
        arguments: [false, true])
    func twinOfTornLog(isCompressed: Bool) {
        let harness = TailHarness("/log/*.log")
        harness.append(["common"])
        harness.append(["other"], to: "/log/p.log")
        harness.look()
        harness.files.write(String(repeating: "torn ", count: 100), to: "/log/a.log")
        harness.look()
        // Between two looks it was p.log, and another one came behind it.
        harness.append(["common", "only p"], to: "/log/p.log.2")
        if isCompressed { compress(harness, "/log/p.log.2") }
        harness.settle()
        #expect(harness.lines.sorted() == ["common", "only p", "other"])

        // A copy of what is torn has nothing of its own.
        harness.files.copy("/log/a.log", to: "/log/a.log.1")
        if isCompressed { compress(harness, "/log/a.log.1") }
        harness.settle()
        harness.append([" and mended"])
        harness.settle()
        let torn = String(repeating: "torn ", count: 100)
        #expect(harness.lines.filter { $0.hasPrefix("torn") } == [torn + " and mended"])
    }

    @Test("the same, whichever call of comparing them fails once", arguments: [false, true])
    func unreadableTwin(isCompressed: Bool) {
        for number in 1..<40 {
            let harness = TailHarness("/log/*.log")
            harness.append(["common"])
            harness.append(["other"], to: "/log/p.log")
            harness.look()
            harness.files.write(String(repeating: "torn ", count: 100), to: "/log/a.log")
            harness.look()
            harness.append(["common", "only p"], to: "/log/p.log.2")
            if isCompressed { compress(harness, "/log/p.log.2") }
            harness.files.plan { $0.failCall(number, with: .ioError) }
            for _ in 0..<8 { harness.settle() }
            #expect(harness.lines.sorted() == ["common", "only p", "other"], "call \(number)")
        }
    }

    @Test(
        "what differs from a log only between the bytes that are remembered of it is read",
        arguments: [false, true])
    func differingUnremembered(isCompressed: Bool) {
        let harness = TailHarness("/log/*.log")
        let beginning = numbered(0..<1_000)
        let end = Array(repeating: String(repeating: "the same ", count: 10), count: 50)
        harness.append(["a first"] + beginning + ["only a"] + end + end.prefix(3))
        harness.append(["other"], to: "/log/p.log")
        harness.look()
        harness.append(["a first"] + beginning + ["only p"] + end, to: "/log/p.log.2")
        if isCompressed { compress(harness, "/log/p.log.2") }
        for number in 1..<40 { harness.files.plan { $0.failCall(number * 3, with: .ioError) } }
        for _ in 0..<50 { harness.settle() }
        #expect(harness.lines.filter { $0.hasPrefix("only") } == ["only a", "only p"])
    }

    @Test("of copies that end in a piece of a line it is one line", arguments: [0, 5])
    func copiesOfPiece(whole: Int) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<whole))
        harness.look()
        harness.files.write("a piece of a line", to: "/log/a.log")
        harness.files.copy("/log/a.log", to: "/log/a.log-20240103")
        harness.files.copy("/log/a.log", to: "/log/a.log-20240109")
        harness.files.move("/log/a.log", to: "/log/a.log.1")
        harness.append(["the next log"])
        for _ in 1...4 { harness.settle() }
        #expect(harness.lines.sorted() == ["a piece of a line"] + numbered(0..<whole) + ["the next log"])
    }
}

/// Watches everything and never has anything to report.
private final class SilentWatcher: ChangeWatcher {
    var descriptor: Int32 { -1 }
    func watch(directory: FilePath, prefix: String) -> Bool { true }
    func watch(file: FilePath, of log: UInt32) -> Bool { true }
    func unwatch(_ log: UInt32) {}
    func takeChanges() -> Changes { Changes() }
}
