import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("What the watcher does not report")
struct ReportsTests {
    private let current: FilePath = "/log/current"

    @Test("a log that was watched once and cannot be watched again is looked at, also after a reopening")
    func watchRefused() {
        let harness = TailHarness("/log/current", isWatching: true)
        harness.append(["a"], to: "/releases/1.log")
        harness.append(["b"], to: "/releases/2.log")
        harness.files.makeDirectory("/log")
        harness.files.link(current, to: "/releases/1.log")
        harness.settle()
        harness.files.link(current, to: "/releases/2.log")
        harness.settle()
        // The first log has ended and is met again.
        harness.watcher?.isAtLimit = true
        harness.append(["c"], to: "/releases/1.log")
        harness.files.link(current, to: "/releases/1.log")
        harness.settle()
        harness.watcher?.isAtLimit = false
        harness.tailer.reopen()
        harness.look()
        harness.append(["d"], to: "/releases/1.log")
        harness.settle()
        #expect(harness.lines == ["a", "b", "c", "d"])
    }

    @Test("an empty log at its path is met again, whichever call of a look has failed", arguments: 1...8)
    func emptyAfterFailure(call: Int) {
        let harness = TailHarness("/log/current", isWatching: true)
        harness.files.makeDirectory("/log")
        harness.files.write("", to: current)
        harness.look()
        harness.files.plan { $0.failCall(call, with: .noSpace) }
        harness.tailer.reopen()
        harness.look()
        harness.pass(seconds: 2)
        harness.look()
        harness.append(["a"], to: current)
        harness.settle()
        #expect(harness.lines == ["a"])
        #expect(harness.sink.problems.count == harness.sink.recovered.count)
    }
}
