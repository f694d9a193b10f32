import Agent
import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Replay")
struct ReplayTests {
    private static let lineCount = 600
    private static let target: FilePath = "/var/lib/replayed"

    /// Over an hour's border and partly out of order, with lines of every fate.
    private static let lines: [String] = {
        var random = SeededRandom(seed: 5)
        return (0..<lineCount).map { number in
            let late = Timestamp.Span.milliseconds(Int64.random(in: 0...20_000, using: &random))
            let time = PipelineRehearsal.begin - .minutes(10) + .milliseconds(Int64(number) * 2_000) - late
            switch number % 50 {
            case 7: return "\n"
            case 8: return "not JSON\n"
            default: return line(number % 40, at: time, padding: Int.random(in: 0...60, using: &random)) + "\n"
            }
        }
    }()

    /// How the same lines lie on the disk when they are old; oldest first.
    enum Shape: CaseIterable {
        case whole, compressed, rotated, rotatedAndCompressed, shuffledNames

        func write(_ lines: [String], on disk: SimulatedFileSystem) -> [FilePath] {
            let pieces = stride(from: 0, to: lines.count, by: 250).map { lines[$0..<min(lines.count, $0 + 250)] }
            func write(_ lines: some Sequence<String>, _ path: FilePath, compressed: Bool = false) -> FilePath {
                let bytes = Array(lines.joined().utf8)
                disk.write(compressed ? gzip(bytes) : bytes, to: path)
                return path
            }
            switch self {
            case .whole: return [write(lines, "/old/a.log")]
            case .compressed: return [write(lines, "/old/a.log.gz", compressed: true)]
            case .rotated:
                return pieces.enumerated().map { place, piece in
                    let age = pieces.count - 1 - place
                    return write(piece, age == 0 ? "/old/a.log" : FilePath("/old/a.log.\(age)"))
                }
            case .rotatedAndCompressed:
                return pieces.enumerated().map { place, piece in
                    let age = pieces.count - 1 - place
                    let path = age == 0 ? "/old/a.log" : FilePath("/old/a.log.\(age).gz")
                    return write(piece, path, compressed: age > 0)
                }
            case .shuffledNames:
                return zip(["/old/z.log", "/old/b.log", "/old/m.log"], pieces).map { write($1, FilePath($0)) }
            }
        }
    }

    /// One block as texts, so that two stores can be compared.
    private struct Facts: Equatable {
        var cells: [String: Cell]
        var first: Timestamp
        var last: Timestamp
    }

    private func facts(_ disk: SimulatedFileSystem, _ directory: FilePath) throws -> [Timestamp: Facts] {
        var reader = SnapshotReader(disk)
        var names = Names()
        try reader.add(directory: directory)
        let slices = try reader.slices(names: &names)
        #expect(reader.damages.isEmpty)
        return Dictionary(
            uniqueKeysWithValues: slices.map { slice in
                let cells = slice.slice.series.map { key, cell in
                    let texts = [names[key.source], names[key.route], key.method.name, names[key.version]]
                    return ("\(texts) \(key.status) \(key.cache.name) \(key.segment.name)", cell)
                }
                #expect(slice.slice.width == .seconds(10))
                return (
                    slice.slice.start,
                    Facts(
                        cells: Dictionary(uniqueKeysWithValues: cells), first: slice.firstEvent, last: slice.lastEvent)
                )
            })
    }

    private func ledger(_ disk: SimulatedFileSystem, _ directory: FilePath) throws -> InputLedger {
        try CommittedFacts(disk, directory).ledger
    }

    @discardableResult
    private func replay(
        _ logs: [FilePath], on disk: SimulatedFileSystem, into directory: FilePath = target,
        portions: (inout ReplayRun.Portions) -> Void = { _ in }, threads: Int = 1
    ) throws -> ReplayRun.Result {
        let paths = try ReplayRun.logs(logs.map(\.string), disk)
        let run = try ReplayRun(
            paths, into: directory, source: nil, options: ReaderOptions(), limits: StoreLimits(), fileSystem: disk,
            threads: threads)
        portions(&run.portions)
        return try run.run { _ in }
    }

    /// An agent that sees the lines come, with restarts, into its own directory.
    private func live(_ disk: SimulatedFileSystem) throws -> PipelineRehearsal {
        let agent = try PipelineRehearsal("/log/a.log", on: disk)
        agent.pass(seconds: 700)
        for (place, line) in Self.lines.enumerated() {
            disk.write(line, to: "/log/a.log")
            guard place % 90 == 0 else { continue }
            agent.pass(seconds: 80)
            agent.look()
            try agent.commit()
            if place % 270 == 0 { try agent.flush() }
            if place % 540 == 0 {
                agent.kill()
                try agent.start()
            }
        }
        agent.look()
        try agent.commit()
        return agent
    }

    @Test("the snapshots are those of a live run over the same lines", arguments: Shape.allCases)
    func sameAsLive(shape: Shape) throws {
        let disk = SimulatedFileSystem()
        let agent = try live(disk)
        let logs = shape.write(Self.lines, on: disk)
        let result = try replay(logs, on: disk)
        let expected = try facts(disk, PipelineRehearsal.directory)
        #expect(expected.count > 100)
        #expect(try facts(disk, Self.target) == expected)
        #expect(try ledger(disk, Self.target) == ledger(disk, PipelineRehearsal.directory))
        #expect(result.report.ledger == (try ledger(disk, Self.target)))
        #expect(result.report.slices == expected.count)
        #expect(result.report.newLogs == logs.count)
        #expect(result.unread.isEmpty && result.brokenLogs.isEmpty)
        agent.kill()
    }

    @Test(
        "a second run adds nothing, whatever the logs are called by then",
        arguments: zip(
            Shape.allCases, [Shape.compressed, .whole, .rotatedAndCompressed, .shuffledNames, .rotated]))
    func twice(first: Shape, second: Shape) throws {
        let disk = SimulatedFileSystem()
        let logs = first.write(Self.lines, on: disk)
        try replay(logs, on: disk)
        let expected = try facts(disk, Self.target)
        let ledger = try ledger(disk, Self.target)
        #expect(try replay(logs, on: disk).report.ledger == InputLedger())
        disk.makeDirectory("/elsewhere")
        for log in logs { disk.move(log, to: FilePath("/elsewhere/\(log.lastComponent!.string).moved")) }
        let moved = logs.map { FilePath("/elsewhere/\($0.lastComponent!.string).moved") }
        #expect(try replay(moved, on: disk).report.ledger == InputLedger())
        for log in moved { disk.delete(log) }
        // Pieces are known as pieces; cut otherwise they are other logs.
        let isCutAlike = (first == .whole || first == .compressed) == (second == .whole || second == .compressed)
        if isCutAlike {
            let again = try replay(second.write(Self.lines, on: disk), on: disk)
            #expect(again.report.ledger == InputLedger())
            #expect(again.report.newLogs == 0)
        }
        #expect(try facts(disk, Self.target) == expected)
        #expect(try self.ledger(disk, Self.target) == ledger)
    }

    @Test("what a live agent has counted is known, under any name", arguments: [false, true])
    func afterLive(compressed: Bool) throws {
        let disk = SimulatedFileSystem()
        let agent = try live(disk)
        agent.kill()
        let bytes = Array(Self.lines.joined().utf8)
        disk.write(compressed ? gzip(bytes) : bytes, to: "/backup/2026.log")
        let expected = try facts(disk, PipelineRehearsal.directory)
        for log: FilePath in ["/backup/2026.log", "/log/a.log"] {
            let result = try replay([log], on: disk, into: PipelineRehearsal.directory)
            #expect(result.report.ledger == InputLedger())
        }
        #expect(try facts(disk, PipelineRehearsal.directory) == expected)
        // And the agent goes on behind it.
        try agent.start()
        disk.write(line(900, at: agent.now) + "\n", to: "/log/a.log")
        try agent.settle()
        let requests = try agent.committed().requests
        #expect(requests["/line/900"] == 1)
        #expect(
            try agent.committed().total
                == expected.values.reduce(1) { $0 + $1.cells.values.reduce(0) { $0 + $1.requests } })
    }

    @Test("a live agent does not count again what was replayed, and counts what is written behind it")
    func beforeLive() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.lines.joined(), to: "/log/a.log")
        try replay(["/log/a.log"], on: disk, into: PipelineRehearsal.directory)
        let before = try CommittedFacts(disk, PipelineRehearsal.directory).total
        let agent = try PipelineRehearsal("/log/a.log", on: disk)
        try agent.settle()
        #expect(try agent.committed().total == before)
        disk.write(line(900, at: agent.now) + "\n", to: "/log/a.log")
        try agent.settle()
        #expect(try agent.committed().total == before + 1)
    }

    @Test("whatever call fails or power goes at, the next run ends with each line once", arguments: 0..<4)
    func killed(quarter: Int) throws {
        let lines = Self.lines
        let calm = SimulatedFileSystem()
        try replay(Shape.rotatedAndCompressed.write(lines, on: calm), on: calm)
        let expected = try facts(calm, Self.target)
        var failures = 0
        for seed in stride(from: quarter, to: 32, by: 4) {
            var random = SeededRandom(seed: UInt64(seed))
            let disk = SimulatedFileSystem()
            let logs = Shape.rotatedAndCompressed.write(lines, on: disk)
            disk.synchronizeEverything()
            let small = { (portions: inout ReplayRun.Portions) in
                portions.lookBytes = 8 << 10
                portions.commitBytes = 24 << 10
                portions.unflushedCells = 400
            }
            for _ in 0..<3 {
                let call = Int.random(in: 1...200, using: &random)
                let errno: Errno = [.ioError, .noSpace].randomElement(using: &random)!
                disk.plan { $0.failCall(call, with: errno) }
                // With a store that has a thread of its own the call may be another one each time.
                let threads = seed % 3 == 0 ? 2 : 1
                let hasFailed = (try? replay(logs, on: disk, portions: small, threads: threads)) == nil
                failures += hasFailed ? 1 : 0
                if hasFailed, seed % 2 == 0 { disk.crash(seed: UInt64(seed)) }
                disk.plan { $0.failures = [:] }
            }
            try replay(logs, on: disk, portions: small)
            #expect(try facts(disk, Self.target) == expected, "seed \(seed)")
            #expect(try ledger(disk, Self.target).counts.lines == UInt64(lines.count), "seed \(seed)")
        }
        #expect(failures > 12)
    }

    @Test("a last line without line feed is a line")
    func lastLine() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.lines.joined() + line(7, at: PipelineRehearsal.begin), to: "/old/a.log")
        let result = try replay(["/old/a.log"], on: disk)
        #expect(result.report.ledger.counts.lines == UInt64(Self.lineCount) + 1)
        #expect(result.report.ledger.unfinished == 0)
    }

    @Test("a compressed log that is not whole is named, and counts once it is")
    func broken() throws {
        let disk = SimulatedFileSystem()
        let whole = gzip(Array(Self.lines.joined().utf8))
        disk.write(whole.dropLast(9), to: "/old/a.log.gz")
        disk.write(line(1, at: PipelineRehearsal.begin) + "\n", to: "/old/b.log")
        let logs: [FilePath] = ["/old/a.log.gz", "/old/b.log"]
        let first = try replay(logs, on: disk)
        #expect(first.brokenLogs.count == 1)
        #expect(first.brokenLogs.first?.contains("/old/a.log.gz") == true)
        #expect(first.report.ledger.counts.lines == 1)
        disk.write(whole.suffix(9), to: "/old/a.log.gz")
        let second = try replay(logs, on: disk)
        #expect(second.brokenLogs.isEmpty)
        #expect(second.report.ledger.counts.lines == UInt64(Self.lineCount))
    }

    @Test("many logs, more than are open at once, each count once; empty ones are nothing")
    func many() throws {
        let disk = SimulatedFileSystem()
        for number in 0..<24 {
            let text = number % 7 == 0 ? "" : line(number, at: PipelineRehearsal.begin + .seconds(Int64(number))) + "\n"
            disk.write(text, to: FilePath(number < 3 ? "/old/[\(number)] *.log" : "/old/\(number).log"))
        }
        let result = try replay(["/old/*.log"], on: disk)
        #expect(result.report.logs == 20)
        #expect(result.report.newLogs == 20)
        #expect(result.report.ledger.counts.accepted == 20)
        #expect(try replay(["/old/[[]1[]] [*].log", "/old/[2] *.log"], on: disk).report.ledger == InputLedger())
    }

    @Test("logs of which no line is understood are refused before anything is counted")
    func refused() throws {
        let disk = SimulatedFileSystem()
        disk.write("127.0.0.1 - - GET\n", to: "/old/a.log")
        disk.write(#"{"status":200,"route":"/","duration_ms":1}"# + "\n", to: "/old/timeless.log")
        disk.makeDirectory("/old/d")
        disk.makeFIFO("/old/fifo")
        for log: FilePath in ["/old/a.log", "/old/timeless.log"] {
            let failure = #expect(throws: RunFailure.self) {
                try ReplayRun.recognise([log], ReaderOptions(), disk)
            }
            #expect(failure?.kind == .damagedData)
            #expect(failure?.message.contains(log.string) == true)
        }
        for log in ["/old/none.log", "/old/*.txt", "/old/d", "/old/fifo"] {
            let failure = #expect(throws: RunFailure.self) { try ReplayRun.logs([log], disk) }
            #expect(failure?.kind == .missingInput)
        }
    }
}
