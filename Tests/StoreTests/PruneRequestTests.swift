import Files
import RequestLog
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Asking a running agent to prune")
struct PruneRequestTests {
    private let disk = SimulatedFileSystem()
    private let directory = DataDirectory("/data")

    @Test("a request waits until it is answered, and the answer stays until the next")
    func round() throws {
        #expect(try PruneRequest.state(directory, disk) == .none)
        let request = PruneRequest(before: Timestamp(seconds: 1_763_812_800))
        try request.write(directory, disk)
        #expect(try PruneRequest.state(directory, disk) == .waiting)
        #expect(disk.contents(of: "/data/requests/prune") == Array("before 2025-11-22T12:00:00Z\n".utf8))
        #expect(try PruneRequest.waiting(directory, disk)?.get() == request)
        var outcome = PruneOutcome()
        outcome.filesRemoved = 3
        outcome.bytesFreed = 1234
        try PruneRequest.answer(Result<_, StoreError>.success(outcome), directory, disk)
        #expect(try PruneRequest.state(directory, disk) == .done(outcome))
        #expect(try PruneRequest.waiting(directory, disk) == nil)
        try PruneRequest().write(directory, disk)
        #expect(try PruneRequest.state(directory, disk) == .waiting)
        #expect(try PruneRequest.waiting(directory, disk)?.get() == PruneRequest())
        try PruneRequest.withdraw(directory, disk)
        #expect(try PruneRequest.state(directory, disk) == .none)
    }

    @Test(
        "anything else is refused, and the reason is one line",
        arguments: ["after 2025-11-22T12:00:00Z", "before", "before noon", "before 2025-11-22T12:00:00Z please"])
    func malformed(text: String) throws {
        disk.write(text, to: "/data/requests/prune")
        let waiting = try #require(try PruneRequest.waiting(directory, disk))
        guard case .failure(let error) = waiting else {
            Issue.record("understood \(waiting)")
            return
        }
        try PruneRequest.answer(Result<PruneOutcome, _>.failure(error), directory, disk)
        guard case .refused(let reason) = try PruneRequest.state(directory, disk) else {
            Issue.record("not refused")
            return
        }
        #expect(reason.hasPrefix("refused: requests/prune: expected"))
    }
}
