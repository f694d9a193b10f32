import Files
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Logs that are not there, or cannot be read")
struct AbsenceTests {
    private let log: FilePath = "/log/a.log"

    @Test("a missing file and a missing directory are waited for, and said once")
    func missing() {
        let harness = TailHarness("/log/a.log")
        for _ in 0..<5 { harness.look() }
        #expect(harness.sink.problems == [.missing])
        harness.append(["first"])
        harness.look()
        #expect(harness.lines == ["first"])
        #expect(harness.sink.recovered == ["/log/a.log"])
        #expect(harness.tailer.waitingPlaceCount == 0)
    }

    @Test("a file without permission is read once there is permission")
    func permission() {
        let harness = TailHarness("/log/a.log")
        harness.append(["secret"])
        harness.files.setReadable(false, log)
        for _ in 0..<3 { harness.look() }
        #expect(harness.sink.problems == [.permission])
        harness.files.setReadable(true, log)
        harness.look()
        #expect(harness.lines == ["secret"])
        #expect(harness.sink.recovered == ["/log/a.log"])
    }

    @Test("a directory or a FIFO in the place of a log is said to be one")
    func notAFile() {
        let harness = TailHarness("/log/a.log", "/log/b.log")
        harness.files.makeDirectory(log)
        harness.files.makeFIFO("/log/b.log")
        for _ in 0..<3 { harness.look() }
        #expect(harness.sink.problems == [.directory, .notRegular])
        harness.files.delete(log)
        harness.append(["at last"])
        harness.look()
        #expect(harness.lines == ["at last"])
    }

    @Test("a directory that cannot be listed ends none of its logs")
    func unlisted() {
        let harness = TailHarness("/log/*.log")
        harness.append(["one"])
        harness.files.write("tw", to: log)
        harness.look()
        harness.files.plan { $0.standing = [FaultPlan.Standing(.list, "/log", .ioError)] }
        for _ in 1...3 { harness.settle() }
        harness.files.plan { $0.standing = [] }
        harness.append(["o"])
        harness.settle()
        #expect(harness.lines == ["one", "two"])
        #expect(harness.tailer.waitingPlaceCount == 0)
    }

    @Test("a directory that could not be listed is listed again soon, also when nothing is reported any more")
    func listedAgain() {
        let harness = TailHarness("/log/*.log", isWatching: true)
        harness.append(["one"])
        harness.look()
        harness.files.plan { $0.standing = [FaultPlan.Standing(.list, "/log", .ioError)] }
        harness.append(["two"], to: "/log/b.log")
        harness.look()
        harness.files.plan { $0.standing = [] }
        harness.look()
        #expect(harness.lines == ["one"])
        harness.pass(seconds: 1)
        harness.look()
        #expect(harness.lines == ["one", "two"])
    }

    @Test(
        "what was cut off a log is not said to be lost while its copy cannot be looked at",
        arguments: [FileError.Operation.list, .stat, .open, .read])
    func obscured(operation: FileError.Operation) {
        let harness = TailHarness("/log/a.log")
        harness.append(numbered(0..<5))
        harness.look()
        // More than one read takes: the rest has been seen and not been read.
        harness.append(numbered(5..<20_000))
        _ = harness.tailer.poll(now: harness.now, sink: &harness.sink, budgetBytes: 1)
        #expect(harness.lines.count < 20_000)
        harness.files.copy(log, to: "/log/a.log.1")
        harness.files.truncate(log)
        let place: FilePath = operation == .list ? "/log" : "/log/a.log.1"
        harness.files.plan { $0.standing = [FaultPlan.Standing(operation, place, .ioError)] }
        for _ in 1...4 { harness.settle() }
        #expect(harness.sink.lost == [])
        harness.files.plan { $0.standing = [] }
        harness.settle()
        #expect(harness.lines == numbered(0..<20_000))
        #expect(harness.sink.lost == [])
    }

    @Test(
        "what failed in a file that is not told yet is over as soon as it succeeds",
        arguments: [("", FileError.Operation.stat), ("two\n", .stat), ("two\n", .read)])
    func failedOnce(content: String, operation: FileError.Operation) {
        let harness = TailHarness("/log/*.log")
        harness.append(["one"])
        harness.look()
        let other: FilePath = "/log/b.log"
        harness.files.write(operation == .stat ? "" : content, to: other)
        if operation == .stat { harness.look() }
        harness.files.plan { $0.standing = [FaultPlan.Standing(operation, other, .ioError)] }
        harness.look()
        #expect(!harness.sink.problems.isEmpty)
        harness.files.plan { $0.standing = [] }
        if operation == .stat { harness.files.write(content, to: other) }
        harness.pass(seconds: 1)
        harness.look()
        #expect(harness.sink.recovered.count == harness.sink.problems.count)
        #expect(harness.lines == (content.isEmpty ? ["one"] : ["one", "two"]))
    }

    @Test("a read error is said once, and nothing is lost by it")
    func readError() {
        let harness = TailHarness("/log/a.log")
        harness.append(["one"])
        harness.look()
        harness.files.plan { $0.standing = [FaultPlan.Standing(.read, nil, .ioError)] }
        harness.append(["two"])
        for _ in 0..<3 { harness.look() }
        #expect(harness.sink.problems == [.failure(.ioError)])
        harness.files.plan { $0.standing = [] }
        harness.pass(seconds: 2)
        harness.look()
        #expect(harness.lines == ["one", "two"])
        #expect(harness.sink.recovered == ["/log/a.log"])
    }

    @Test("whichever call fails once, every line arrives once", arguments: 1..<60)
    func anyCallFails(number: Int) {
        let harness = TailHarness("/log/a.log")
        harness.files.plan { $0.failCall(number, with: .ioError) }
        harness.append(numbered(0..<3))
        harness.look()
        harness.append(numbered(3..<5))
        harness.files.move(log, to: "/log/a.log.1")
        harness.append(numbered(5..<6))
        harness.look()
        harness.files.copy(log, to: "/log/a.log.2")
        harness.files.truncate(log)
        harness.append(numbered(6..<9))
        for _ in 0..<4 { harness.settle() }
        #expect(harness.lines.sorted() == numbered(0..<9))
    }

    @Test("new files of a glob are read from their beginning, other names are not")
    func glob() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/*/app-[0-9]*.log", options: options)
        harness.append(["old"], to: "/log/web/app-1.log")
        harness.look()
        harness.append(["b"], to: "/log/web/app-22.log")
        harness.append(["c"], to: "/log/api/app-3.log")
        harness.append(["no"], to: "/log/api/app-x.log")
        harness.append(["no"], to: "/log/api/.app-3.log")
        harness.look()
        #expect(harness.lines.sorted() == ["b", "c"])
        #expect(harness.sink.skipped == 4)
    }

    @Test("what is written between the agent's start and its first look is new")
    func writtenAtStart() {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/app-[0-9].log", options: options)
        harness.append(["old"], to: "/log/app-1.log")
        harness.restart(notingWhatIsThere: ["/log/app-1.log"])
        harness.append(["since"], to: "/log/app-1.log")
        harness.append(["new"], to: "/log/app-2.log")
        harness.look()
        #expect(harness.lines.sorted() == ["new", "since"])
        #expect(harness.sink.skipped == 4)
    }

    // Fault simulation, seed 25224
    @Test(
        "another file that comes to the path of one that was there at the first start is new", arguments: [true, false])
    func replacedAtStart(isReadable: Bool) {
        var options = TailOptions()
        options.firstStart = true
        let harness = TailHarness("/log/a.log", options: options)
        harness.append(["old"])
        harness.files.setReadable(isReadable, "/log/a.log")
        harness.restart(notingWhatIsThere: ["/log/a.log"])
        if !isReadable { harness.look() }
        harness.append(["new", "longer than the old one"], to: "/log/other")
        harness.files.move("/log/other", to: "/log/a.log")
        harness.look()
        #expect(harness.lines == ["new", "longer than the old one"])
        #expect(harness.sink.skipped == 0)
    }

    @Test("a symbolic link that is switched ends the old log and begins the new one")
    func symlink() {
        let harness = TailHarness("/log/current")
        harness.append(["a"], to: "/releases/1.log")
        harness.files.makeDirectory("/log")
        harness.files.link("/log/current", to: "/releases/1.log")
        harness.look()
        harness.append(["b"], to: "/releases/1.log")
        harness.append(["c"], to: "/releases/2.log")
        harness.files.link("/log/current", to: "/releases/2.log")
        harness.settle()
        #expect(harness.lines == ["a", "b", "c"])
        #expect(harness.sink.finished == [1])
        harness.append(["d"], to: "/releases/1.log")
        harness.files.link("/log/current", to: "/releases/1.log")
        harness.settle()
        #expect(harness.lines == ["a", "b", "c", "d"])
    }

    @Test("one file under two matched names is one log")
    func twoNames() {
        let harness = TailHarness("/log/*.log")
        harness.append(["a"])
        harness.files.link("/log/b.log", to: log)
        harness.look()
        harness.append(["b"])
        harness.settle()
        #expect(harness.lines == ["a", "b"])
    }

    @Test("logs over the limit of open logs are said and wait")
    func tooMany() {
        var options = TailOptions()
        options.openLogs = 2
        let harness = TailHarness("/log/*.log", options: options)
        for name in ["a", "b", "c"] { harness.append([name], to: FilePath("/log/\(name).log")) }
        harness.look()
        #expect(harness.lines == ["a", "b"])
        #expect(harness.sink.problems == [.tooMany])
    }

    @Test("as many logs as may be open, all rotated at once, make room for the new ones")
    func allRotatedAtTheLimit() {
        var options = TailOptions()
        options.openLogs = 3
        let harness = TailHarness("/log/*.log", options: options)
        let names = ["a", "b", "c"]
        for name in names { harness.append(["old \(name)"], to: FilePath("/log/\(name).log")) }
        harness.look()
        for name in names { harness.files.move(FilePath("/log/\(name).log"), to: FilePath("/log/\(name).log.1")) }
        for name in names { harness.append(["new \(name)"], to: FilePath("/log/\(name).log")) }
        for _ in 0..<3 { harness.settle() }
        #expect(Set(harness.lines) == Set(names.flatMap { ["old \($0)", "new \($0)"] }))
        #expect(harness.sink.recovered.count == 3)
    }

    @Test("empty files beside a log do not keep one with content out for good")
    func emptyOnesAtTheLimit() {
        var options = TailOptions()
        options.openLogs = 4
        let harness = TailHarness("/log/a.log", options: options)
        harness.append(["c"])
        harness.look()
        harness.append(["b"], to: "/log/a.log.4")
        for number in 1...3 { harness.files.write("", to: FilePath("/log/a.log.\(number)")) }
        for _ in 0..<3 { harness.settle() }
        #expect(harness.lines == ["c", "b"])
    }

    @Test("a log appears in a directory that a glob matches, and its name is reported", arguments: [false, true])
    func reportedBehindGlob(isRotated: Bool) {
        let harness = TailHarness("/log/apps/*/out.log", isWatching: true)
        let path: FilePath = "/log/apps/q/out.log"
        if isRotated { harness.append(["before"], to: path) } else { harness.files.makeDirectory("/log/apps/q") }
        for _ in 1...2 { harness.look() }
        if isRotated {
            harness.files.delete(path)
            harness.look()
        }
        harness.append(["after"], to: path)
        harness.look()
        #expect(harness.lines.last == "after")
    }

    @Test("empty files that an input matches leave their room to one with content", arguments: [false, true])
    func emptyPlacesAtTheLimit(isWatching: Bool) {
        var options = TailOptions()
        options.openLogs = 4
        let harness = TailHarness("/log/a.log*", options: options, isWatching: isWatching)
        for number in 1...5 { harness.files.write("", to: FilePath("/log/a.log.\(number)")) }
        harness.look()
        #expect(harness.sink.problems == [.tooMany])
        harness.append(["c"])
        harness.append(["b"], to: "/log/a.log.8")
        for _ in 0..<3 { harness.settle() }
        #expect(harness.lines.sorted() == ["b", "c"])
        harness.append(["d"], to: "/log/a.log.2")
        for _ in 0..<2 { harness.settle() }
        #expect(harness.lines.sorted() == ["b", "c", "d"])
    }
}
