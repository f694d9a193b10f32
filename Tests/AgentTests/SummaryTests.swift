import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Summary")
struct SummaryTests {
    private static let lines = 3_000

    /// A log over an hour's border with a blank line, lines of every fate and no line feed at its end.
    private static func log() -> String {
        var random = SeededRandom(seed: 11)
        var text = ""
        for number in 0..<lines {
            let time = PipelineRehearsal.begin - .minutes(20) + .milliseconds(Int64(number) * 700)
            switch number % 50 {
            case 7: text += "\n"
            case 8: text += "not JSON\n"
            case 9: text += #"{"time":"\#(time)","route":"/x"}"# + "\n"
            default:
                text += line(number % 40, at: time, padding: Int.random(in: 0...60, using: &random)) + "\n"
            }
        }
        return String(text.dropLast())
    }

    private func summary(
        _ disk: SimulatedFileSystem, _ inputs: String..., source: String = "main", span: EventSpan = EventSpan(),
        options: ReaderOptions = ReaderOptions()
    ) throws(RunFailure) -> SummaryRun.Result {
        try SummaryRun(fileSystem: disk, source: source, options: options, span: span)
            .run(inputs) { _, _, _ in }
    }

    /// What `SeriesView` holds, with texts for identifiers, so that two runs can be compared.
    private func facts(_ result: SummaryRun.Result) -> [String: Cell] {
        let names = result.view.names
        return Dictionary(
            uniqueKeysWithValues: result.view.series.map { key, cell in
                let parts = [
                    names[key.source], names[key.route], key.method.name, "\(key.status)", key.cache.name,
                    key.segment.name, names[key.version],
                ]
                return (parts.joined(separator: "|"), cell)
            })
    }

    @Test("says the same of a log, of its gzip file and of the data directory that was written from it")
    func sameNumbers() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.log(), to: "/old/a.log")
        disk.write(gzip(Array(Self.log().utf8)), to: "/old/a.log.gz")
        let agent = try PipelineRehearsal("/log/a.log", on: disk)
        agent.pass(seconds: 1_200)
        let bytes = Array(Self.log().utf8)
        for start in stride(from: 0, to: bytes.count, by: 40_000) {
            disk.write(bytes[start..<min(bytes.count, start + 40_000)], to: "/log/a.log")
            agent.pass(seconds: 2)
            agent.look()
            try agent.commit()
            if start % 80_000 == 0 { try agent.flush() }
            if start % 160_000 == 0 {
                agent.kill()
                try agent.start()
            }
        }
        // Only a log that is rotated and quiet is at its end: then its last line is a line.
        disk.move("/log/a.log", to: "/log/a.log.1")
        disk.write("", to: "/log/a.log")
        disk.write("\n", to: "/log/a.log")
        try agent.settle()
        let whole = try summary(disk, "/old/a.log")
        let zipped = try summary(disk, "/old/a.log.gz")
        let committed = try summary(disk, PipelineRehearsal.directory.string)

        #expect(whole.view.total.cell.requests > 2_500)
        #expect(facts(zipped) == facts(whole))
        #expect(facts(committed) == facts(whole))
        #expect(zipped.ledger.total == whole.ledger.total)
        var ledger = committed.ledger.total
        #expect(ledger.counts.blank == whole.ledger.total.counts.blank + 1)
        ledger.counts.blank -= 1
        ledger.lineBytes -= 1
        #expect(ledger == whole.ledger.total)
        #expect(whole.ledger.total.bytes == UInt64(bytes.count))
        for result in [zipped, committed] {
            #expect(result.view.from == whole.view.from)
            #expect(result.view.to == whole.view.to)
            #expect(result.view.total == whole.view.total)
            #expect(result.damages.isEmpty)
        }
    }

    @Test("snapshots that are given twice count once")
    func twice() throws {
        let agent = try PipelineRehearsal("/log/a.log")
        for number in 0..<30 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/a.log") }
        try agent.settle()
        try agent.flush()
        let directory = PipelineRehearsal.directory
        let name = try #require(try agent.disk.names(in: directory.appending("snapshots")).first)
        agent.disk.copy(directory.appending("snapshots").appending(name), to: FilePath("/copy/\(name)"))
        let result = try summary(agent.disk, directory.string, "/copy", "/copy/\(name)", directory.string)
        #expect(result.view.total.cell.requests == 30)
        #expect(result.ledger.total.counts.accepted == 30)
    }

    @Test("logs and snapshots of several sources stay apart; the first input that knows says which is primary")
    func mixed() throws {
        let agent = try PipelineRehearsal(
            [.following("/log/app.log", source: "app"), .following("/log/nginx.log", source: "nginx")], primary: "nginx"
        )
        for number in 0..<6 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/app.log") }
        for number in 0..<4 { agent.disk.write(line(number, at: agent.now) + "\n", to: "/log/nginx.log") }
        try agent.settle()
        try agent.flush()
        agent.disk.write(line(1, at: agent.now) + "\n", to: "/old/x.log")
        let directory = PipelineRehearsal.directory
        #expect(try summary(agent.disk, directory.string).view.total.cell.requests == 4)
        #expect(try summary(agent.disk, directory.string, "/old/x.log").view.total.cell.requests == 4)
        #expect(try summary(agent.disk, "/old/x.log", directory.string).view.total.cell.requests == 1)
        let hour = try #require(try agent.disk.names(in: directory.appending("snapshots")).first)
        let file = directory.appending("snapshots").appending(hour).string
        #expect(try summary(agent.disk, file).view.total.cell.requests == 6, "a file alone does not say which")
        #expect(try summary(agent.disk, file, source: "nginx").view.total.cell.requests == 4)
    }

    @Test("from and to cut requests and leave the ledger whole")
    func span() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.log(), to: "/old/a.log")
        var span = EventSpan()
        span.from = PipelineRehearsal.begin - .minutes(10)
        span.to = PipelineRehearsal.begin
        let all = try summary(disk, "/old/a.log")
        let some = try summary(disk, "/old/a.log", span: span)
        #expect(some.ledger == all.ledger)
        #expect(some.view.total.cell.requests > 0)
        #expect(some.view.total.cell.requests < all.view.total.cell.requests)
        #expect(try #require(some.view.from) >= span.from)
        #expect(try #require(some.view.to) < span.to)
    }

    @Test("a duration without a unit is found, wherever it begins", arguments: [0, 1, 150, 4_000])
    func unitless(before: Int) throws {
        let disk = SimulatedFileSystem()
        disk.write(line(0, at: PipelineRehearsal.begin) + "\n", to: "/old/first.log")
        for number in 0..<before { disk.write(line(number, at: PipelineRehearsal.begin) + "\n", to: "/old/a.log") }
        disk.write(#"{"time":"2026-11-22T10:00:00Z","status":200,"route":"/r","duration":12}"# + "\n", to: "/old/a.log")
        let result = try summary(disk, "/old/first.log", "/old/a.log")
        #expect(result.unitless?.key == "duration")
        #expect(result.unitlessInput == "/old/a.log")
        let told = try summary(disk, "/old/a.log", options: ReaderOptions(durationUnit: .milliseconds))
        #expect(told.unitless == nil)
        #expect(told.view.total.cell.requests == UInt64(before) + 1)
    }

    @Test("what cannot be read is refused with its reason")
    func refusals() {
        let disk = SimulatedFileSystem()
        disk.makeDirectory("/empty")
        disk.write(gzip(Array("abc\n".utf8)).dropLast(9), to: "/old/torn.gz")
        disk.write("", to: "/old/secret.log")
        disk.setReadable(false, "/old/secret.log")
        for (input, kind) in [
            ("/none.log", RunFailure.Kind.missingInput), ("/empty", .missingInput), ("/old/secret.log", .missingInput),
            ("/old/torn.gz", .damagedData),
        ] {
            let failure = #expect(throws: RunFailure.self) { try summary(disk, input) }
            #expect(failure?.kind == kind)
            #expect(failure?.message.contains(input) == true)
        }
    }

    @Test("an empty log is nothing, not an error")
    func empty() throws {
        let disk = SimulatedFileSystem()
        disk.write("", to: "/old/a.log")
        let result = try summary(disk, "/old/a.log")
        #expect(result.view.from == nil)
        #expect(result.view.series.isEmpty)
        #expect(result.ledger.inputs.map(\.path) == ["/old/a.log"])
    }
}
