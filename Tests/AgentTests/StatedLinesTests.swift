import Agent
import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

/// Logs whose lines need what earlier ones have stated, in an agent that dies, and read by two threads.
@Suite("Logs that are not read line by line")
struct StatedLinesTests {
    /// As a container runtime writes it: every third line in parts, those of standard error among them.
    private static func containerLog(_ count: Int) -> String {
        (0..<count).map { number in
            let text = line(number, at: PipelineRehearsal.begin)
            let head = "2026-11-22T10:14:59.5Z stdout"
            guard number.isMultiple(of: 3) else { return "\(head) F \(text)\n" }
            return "\(head) P \(text.prefix(20))\n2026-11-22T10:14:59.5Z stderr F not for us\n"
                + "\(head) P \(text.dropFirst(20).prefix(9))\n\(head) F \(text.dropFirst(29))\n"
        }.joined()
    }

    private static func columnLog(_ count: Int) -> String {
        "#Fields: date time cs-method route sc-status sc-substatus time-taken\n"
            + (0..<count).map { "2026-11-22 10:00:00 GET /line/\($0) 200 0 \($0)\n" }.joined()
    }

    private static func routes(_ count: Int) -> [String: UInt64] {
        Dictionary(uniqueKeysWithValues: (0..<count).map { ("/line/\($0)", 1) })
    }

    @Test("a kill between any two lines loses none and counts none twice", arguments: ["container", "columns"])
    func kills(kind: String) throws {
        let text = kind == "container" ? Self.containerLog(6) : Self.columnLog(8)
        let lines = text.split(separator: "\n").map { $0 + "\n" }
        let count = kind == "container" ? 6 : 8
        for cut in 1..<lines.count {
            let agent = try PipelineRehearsal("/log/a.log")
            agent.disk.write(lines[..<cut].joined(), to: "/log/a.log")
            agent.look()
            try agent.commit()
            agent.kill()
            // Rotated while nobody looked.
            if cut.isMultiple(of: 2) { agent.disk.move("/log/a.log", to: "/log/a.log.1") }
            agent.disk.write(lines[cut...].joined(), to: cut.isMultiple(of: 2) ? "/log/a.log.1" : "/log/a.log")
            try agent.start()
            try agent.settle()
            let facts = try agent.committed()
            #expect(facts.requests == Self.routes(count), "cut behind line \(cut)")
            #expect(facts.ledger.bytes == UInt64(text.utf8.count))
            #expect(facts.ledger.counts.lines == UInt64(lines.count))
        }
    }

    @Test("a copy that is cut off behind it goes on where the log was left")
    func copyTruncate() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        let lines = Self.columnLog(200).split(separator: "\n").map { $0 + "\n" }
        agent.disk.write(lines[..<100].joined(), to: "/log/a.log")
        agent.look()
        try agent.commit()
        agent.disk.write(lines[100...].joined(), to: "/log/a.log")
        agent.disk.copy("/log/a.log", to: "/log/a.log.1")
        agent.disk.truncate("/log/a.log")
        try agent.settle()
        let facts = try agent.committed()
        #expect(facts.total == 200 && facts.ledger.counts.header == 1 && facts.ledger.counts.rejected == 0)
    }

    @Test("two threads read what one does", arguments: ["container", "columns"])
    func twoThreads(kind: String) throws {
        let disk = SimulatedFileSystem()
        disk.write(kind == "container" ? Self.containerLog(9_000) : Self.columnLog(20_000), to: "/old/a.log")
        disk.write((0..<9_000).map { line($0, at: PipelineRehearsal.begin) + "\n" }.joined(), to: "/old/b.log")
        let inputs = ["/old/a.log", "/old/b.log"]
        let alone = try SummaryRun(fileSystem: disk, threads: 1).run(inputs) { _, _, _ in }
        #expect(alone.ledger.total.counts.accepted == (kind == "container" ? 18_000 : 29_000))
        for _ in 0..<3 {
            let both = try SummaryRun(fileSystem: disk, threads: 2).run(inputs) { _, _, _ in }
            #expect(both.ledger == alone.ledger)
            #expect(both.view.series.values.reduce(0) { $0 + $1.requests } == alone.ledger.total.counts.accepted)
        }
    }

    @Test("times without a zone, through an hour that comes twice, read by one thread and by two")
    func clocks() throws {
        let disk = SimulatedFileSystem()
        let begin = try #require(Timestamp(rfc3339: "2027-10-30T23:30:00Z"))
        let change = begin + .minutes(90)
        // 20,000 lines of 2.5 hours, most of them in one of the two. Each tells its own half hour.
        let text = (0..<20_000).map { number in
            let time = begin + .milliseconds(Int64(number) * 450)
            let local = "\(time + .minutes(time < change ? 120 : 60))".prefix(19)
            return #"{"time":"\#(local)","route":"/\#(time.floored(to: .seconds(1_800)))","status":200}"# + "\n"
        }.joined()
        disk.write(text, to: "/old/a.log")
        var options = ReaderOptions(timeZone: TimeZones.zone("Europe/Berlin"))
        options.reference = change
        for threads in [1, 2, 2] {
            for part in 0..<5 {
                var span = EventSpan()
                span.from = begin + .minutes(Int64(part) * 30)
                span.to = span.from + .minutes(30)
                let view = try SummaryRun(fileSystem: disk, options: options, span: span, threads: threads)
                    .run(["/old/a.log"]) { _, _, _ in }.view
                #expect(view.routes.keys.map { view.names[$0] } == ["/\(span.from)"], "\(threads) threads")
            }
        }
    }

    static let uvicorn = #"INFO:     127.0.0.1:60084 - "GET /docs HTTP/1.1" 200 OK"# + "\n"

    @Test("a line of a format without times counts when it arrives")
    func arrival() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        agent.look()
        agent.disk.write("INFO:     Application startup complete.\n" + Self.uvicorn, to: "/log/a.log")
        agent.look()
        #expect(agent.ingest.view(.oneMinute).series.values.reduce(0) { $0 + $1.requests } == 1)
        agent.pass(seconds: 90)
        agent.disk.write(Self.uvicorn + Self.uvicorn, to: "/log/a.log")
        agent.look()
        #expect(agent.ingest.view(.oneMinute).series.values.reduce(0) { $0 + $1.requests } == 2)
        #expect(agent.ingest.ledger.total.counts[.notARequest] == 1)
    }

    @Test("a summary of it knows no period, and no part of one")
    func timelessSummary() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.uvicorn, to: "/old/a.log")
        let result = try SummaryRun(fileSystem: disk).run(["/old/a.log"]) { _, _, _ in }
        #expect(result.view.from == nil && result.view.to == nil && result.ledger.total.counts.accepted == 1)
        var span = EventSpan()
        span.from = PipelineRehearsal.begin
        let part = try SummaryRun(fileSystem: disk, span: span).run(["/old/a.log"]) { _, _, _ in }
        #expect(part.ledger.total.counts[.missingTime] == 1 && part.ledger.total.counts.accepted == 0)
    }
}
