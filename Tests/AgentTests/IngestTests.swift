import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Ingest")
struct IngestTests {
    @Test("two inputs of one source keep their own units")
    func unitsOfInputs() throws {
        let agent = try PipelineRehearsal([
            .following("/log/a.log", unit: .milliseconds), .following("/log/b.log", unit: .seconds),
        ])
        for name in ["a", "b"] {
            let text = #"{"time":"\#(agent.now)","status":200,"route":"/\#(name)","duration":2}"# + "\n"
            agent.disk.write(text, to: FilePath("/log/\(name).log"))
        }
        for _ in 0..<2 {
            try agent.settle()
            agent.kill()
            try agent.start()
        }
        let total = agent.ingest.view(.oneHour).total.cell.durations.total
        #expect(total.sum == 2_002_000_000)
        agent.disk.write(#"{"time":"\#(agent.now)","status":200,"route":"/r","duration":3}"# + "\n", to: "/log/b.log")
        agent.look()
        #expect(agent.ingest.view(.oneHour).total.cell.durations.total.sum == 5_002_000_000)
    }

    @Test("sources are never added together")
    func sources() throws {
        let agent = try PipelineRehearsal(
            [.following("/log/app.log", source: "app"), .following("/log/nginx.log", source: "nginx")], primary: "app")
        for number in 0..<6 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/app.log") }
        for number in 0..<4 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/nginx.log") }
        try agent.settle()
        let view = agent.ingest.view(.oneHour)
        #expect(view.total.cell.requests == 6)
        #expect(view.series.values.reduce(0) { $0 + $1.requests } == 10)
    }

    @Test("a record too far ahead of the clock is rejected, one a little ahead waits")
    func future() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.disk.write(line(0, at: agent.now + .minutes(6)) + "\n", to: "/log/a.log")
        agent.disk.write(line(1, at: agent.now + .minutes(2)) + "\n", to: "/log/a.log")
        agent.look()
        try agent.commit()
        #expect(agent.ingest.view(.oneMinute).total.cell.requests == 0)
        #expect(agent.ingest.ledger.total.counts[.futureTime] == 1)
        #expect(try agent.committed().requests == ["/line/1": 1])
        agent.pass(seconds: 125)
        agent.look()
        #expect(agent.ingest.view(.oneMinute).total.cell.requests == 1)
    }

    @Test("while the disk takes nothing, memory has a limit and the log keeps the rest")
    func backPressure() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        // A slice of its own for each line, far in the past of the windows.
        var content = ""
        for number in 0..<1_500 {
            let time = PipelineRehearsal.begin - .minutes(Int64(number) * 10)
            content += #"{"time":"\#(time)","status":200,"route":"/r"}"# + "\n"
        }
        agent.disk.write(content, to: "/log/a.log")
        agent.ingest.mostPendingCells = 1_000
        agent.lookShortly()
        #expect(agent.ingest.isPaused)
        let read = agent.ingest.acceptedLines
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        agent.look()
        #expect(agent.ingest.acceptedLines == read)
        try agent.commit()
        #expect(!agent.ingest.isPaused)
        try agent.settle()
        #expect(try agent.committed().total == 1_501)
    }

    @Test("a clock that was set back neither loses nor doubles a request")
    func rewind() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        for number in 0..<5 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/a.log") }
        agent.look()
        agent.ingest.rewind(to: agent.now - .minutes(10))
        #expect(agent.ingest.view(.oneMinute).total.cell.requests == 5)
        try agent.commit()
        #expect(try agent.committed().total == 5)
    }

    @Test("nothing new makes no commit")
    func idle() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        try agent.settle()
        agent.pass(seconds: 1)
        agent.look()
        #expect(agent.ingest.takeCommit() == nil)
    }

    @Test("an input that is missing is a problem until it is there")
    func missing() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.look()
        #expect(agent.ingest.problems.keys.map(\.string) == ["/log/a.log"])
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        agent.look()
        #expect(agent.ingest.problems.isEmpty)
    }

    @Test("a broken archive beside a log does not make the agent blind")
    func brokenArchive() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        try agent.settle()
        agent.disk.write([0x1f, 0x8b, 8, 0, 1, 2, 3], to: "/log/a.log.2.gz")
        try agent.settle()
        #expect(agent.ingest.problems.isEmpty)
    }
}
