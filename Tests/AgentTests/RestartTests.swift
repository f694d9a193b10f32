import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

/// What an agent knows when it comes back, and what it must not do with it.
@Suite("After a restart")
struct RestartTests {
    @Test("what was rotated before the first start is still not read")
    func oldGenerations() throws {
        let disk = SimulatedFileSystem()
        let begin = PipelineRehearsal.begin
        disk.write((0..<5).map { line($0, at: begin) + "\n" }.joined(), to: "/log/a.log.1")
        disk.write((5..<9).map { line($0, at: begin) + "\n" }.joined(), to: "/log/a.log")
        let agent = try PipelineRehearsal("/log/a.log", fromStart: false, on: disk)
        try agent.settle()
        for _ in 0..<3 {
            agent.kill()
            try agent.start()
            try agent.settle()
        }
        disk.write(line(9, at: begin) + "\n", to: "/log/a.log")
        try agent.settle()
        let facts = try agent.committed()
        #expect(facts.requests == ["/line/9": 1])
        #expect(facts.ledger.skippedAtStart == UInt64(disk.contents(of: "/log/a.log")!.count) - facts.ledger.lineBytes)
        #expect(agent.ingest.ledger.inputs.map(\.path) == ["/log/a.log"], "what was only passed over is nobody's input")
    }

    @Test("a writer that goes on in a log rotated before the first start is heard", arguments: [false, true])
    func lingeringWriter(restarts: Bool) throws {
        let disk = SimulatedFileSystem()
        disk.write(line(0, at: PipelineRehearsal.begin) + "\n", to: "/log/a.log.1")
        disk.write(line(1, at: PipelineRehearsal.begin) + "\n", to: "/log/a.log")
        let agent = try PipelineRehearsal("/log/a.log", fromStart: false, on: disk)
        try agent.settle()
        if restarts {
            agent.kill()
            try agent.start()
            try agent.settle()
        }
        disk.write(line(2, at: agent.now) + "\n", to: "/log/a.log.1")
        try agent.settle()
        #expect(try agent.committed().requests == ["/line/2": 1])
    }

    @Test("a log that appears while the agent is away is read from its beginning")
    func appearedMeanwhile() throws {
        let agent = try PipelineRehearsal("/log/a.log", fromStart: false)
        agent.look()
        try agent.commit()
        agent.kill()
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        try agent.start()
        try agent.settle()
        #expect(try agent.committed().requests == ["/line/0": 1])
    }

    @Test("bytes that were not a line yet are not counted twice when they have become one")
    func unfinished() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        let text = line(1, at: agent.now) + "\n"
        agent.disk.write(line(0, at: agent.now) + "\n" + text.prefix(20), to: "/log/a.log")
        agent.look()
        try agent.commit()
        #expect(try agent.committed().ledger.unfinished == 20)
        agent.kill()
        agent.disk.write(String(text.dropFirst(20)), to: "/log/a.log")
        try agent.start()
        agent.look()
        try agent.commit()
        let ledger = try agent.committed().ledger
        #expect(ledger.unfinished == 0)
        #expect(ledger.bytes == UInt64(agent.disk.contents(of: "/log/a.log")!.count))
    }

    @Test("a commit that the disk refuses is made later, and nothing is lost or doubled in between")
    func refusedCommit() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.disk.write(line(0, at: agent.now) + "\n", to: "/log/a.log")
        agent.look()
        agent.disk.plan { $0.standing = [.init(.write, PipelineRehearsal.directory, .noSpace)] }
        for number in 1..<4 {
            #expect(throws: StoreError.self) { try agent.commit() }
            agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/a.log")
            agent.look()
        }
        agent.disk.plan { $0.standing = [] }
        try agent.commit()
        #expect(try agent.committed().total == 1, "the commit in flight is what was there when it was taken")
        try agent.commit()
        #expect(try agent.committed().total == 4)
        #expect(try agent.committed().ledger.counts.accepted == 4)
    }

    // prometheus-nginxlog-exporter #343
    @Test("the windows hold again what the last hour's snapshots hold")
    func windows() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        for number in 0..<50 {
            agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/a.log")
            agent.pass(seconds: 3)
            agent.look()
            if number % 7 == 0 { try agent.commit() }
            if number % 20 == 0 { try agent.flush() }
        }
        try agent.commit()
        let before = agent.ingest.view(.oneHour).total
        agent.kill()
        try agent.start()
        agent.look()
        let after = agent.ingest.view(.oneHour).total
        #expect(before == after)
        #expect(after.cell.requests == 50)
        agent.pass(seconds: 62)
        agent.look()
        #expect(agent.ingest.view(.oneMinute).total.cell.requests == 0)
        #expect(agent.ingest.view(.oneHour).total == after)
    }

    @Test("a log goes on under the source that its input has now")
    func renamedSource() throws {
        let disk = SimulatedFileSystem()
        disk.write(line(0, at: PipelineRehearsal.begin) + "\n", to: "/log/a.log")
        let first = try PipelineRehearsal([.following("/log/a.log", source: "old")], primary: "old", on: disk)
        try first.settle()
        first.kill()
        disk.write(line(1, at: first.now) + "\n", to: "/log/a.log")
        let second = try PipelineRehearsal([.following("/log/a.log", source: "new")], primary: "new", on: disk)
        second.pass(seconds: 60)
        try second.settle()
        #expect(second.ingest.view(.oneHour).total.cell.requests == 1)
        #expect(try second.committed().inputs.map(\.source) == ["new"])
    }

    @Test("logs that are long gone are added up, and no line of the ledger is lost with them")
    func retiredLogs() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        for number in 0..<60 {
            agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/a.log")
            agent.look()
            agent.disk.move("/log/a.log", to: "/log/a.log.1")
            agent.look()
            agent.pass(seconds: 11)
            agent.look()
            agent.disk.delete("/log/a.log.1")
            try agent.commit()
            if number % 25 == 24 {
                agent.kill()
                try agent.start()
            }
        }
        agent.disk.write(line(60, at: agent.now) + "\n", to: "/log/a.log")
        try agent.settle()
        let facts = try agent.committed()
        #expect(facts.inputs.count < 40)
        #expect(facts.ledger.counts.accepted == 61)
        #expect(agent.ingest.ledger.total == facts.ledger)
        #expect(facts.total == 61)
        #expect(facts.inputs.contains { $0.position.path == "(older logs)" })
    }
}
