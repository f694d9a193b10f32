import Agent
import Exposition
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport
import Testing

@Suite("Two threads read as one does")
struct SecondThreadTests {
    /// Several megabytes over three hours: lines of every fate, words that no vocabulary knows, durations without unit.
    private static let log: [UInt8] = {
        var random = SeededRandom(seed: 3)
        var text = ""
        for number in 0..<24_000 {
            let time = PipelineRehearsal.begin - .minutes(200) + .milliseconds(Int64(number) * 450)
            let id = number % 300
            switch number % 1_000 {
            case 7: text += "\n"
            case 8: text += "not JSON\n"
            case 9 where number > 9_000:
                text +=
                    #"{"time":"\#(time)","status":200,"route":"/x","cache":"WORD\#(number)","duration_ms":2}"# + "\n"
            case 10 where number > 12_000:
                text += #"{"time":"\#(time)","status":200,"route":"/x","duration":\#(number)}"# + "\n"
            default:
                let padding = String(repeating: "é\\/", count: Int.random(in: 0...50, using: &random))
                text +=
                    #"{"time":"\#(time)","status":\#(200 + id % 5),"route":"/r/\#(id)","cache":"HIT","#
                    + #""duration_ms":\#(number % 997).25,"agent":"\#(padding)"}"# + "\n"
            }
        }
        return Array(text.utf8.dropLast())
    }()

    private func disk() -> SimulatedFileSystem {
        let disk = SimulatedFileSystem()
        disk.write(Self.log, to: "/old/a.log")
        disk.write(gzip(Self.log), to: "/old/b.log.gz")
        return disk
    }

    /// What stands in a view, with texts for identifiers.
    private func facts(_ series: [SeriesKey: Cell], _ names: Names) -> [String: Cell] {
        Dictionary(
            uniqueKeysWithValues: series.map { key, cell in
                ("\(names[key.route]) \(names[key.source]) \(key.status) \(key.cache) \(names[key.version])", cell)
            })
    }

    @Test("a summary", arguments: [["/old/a.log"], ["/old/b.log.gz"], ["/old/a.log", "/old/b.log.gz", "/old/a.log"]])
    func summary(inputs: [String]) throws {
        let disk = disk()
        let alone = try SummaryRun(fileSystem: disk, threads: 1).run(inputs) { _, _, _ in }
        #expect(alone.ledger.total.counts.accepted > 20_000 && alone.ledger.total.counts.rejected > 20)
        #expect(alone.unitless != nil && alone.unknownCacheWords == UInt64(15 * inputs.count))
        #expect(alone.unknownCacheWord == "WORD9009")
        for _ in 0..<5 {
            let both = try SummaryRun(fileSystem: disk, threads: 2).run(inputs) { _, _, _ in }
            #expect(facts(both.view.series, both.view.names) == facts(alone.view.series, alone.view.names))
            #expect(both.view.from == alone.view.from && both.view.to == alone.view.to)
            #expect(both.ledger == alone.ledger)
            #expect(both.unknownCacheWords == alone.unknownCacheWords)
            #expect(both.unknownCacheWord == alone.unknownCacheWord)
            #expect(both.unitless == alone.unitless && both.unitlessInput == alone.unitlessInput)
        }
    }

    @Test("a replay: the same blocks from the same commits", arguments: ["/old/a.log", "/old/b.log.gz"])
    func replay(log: String) throws {
        let disk = disk()
        let alone = try replay(FilePath(log), into: "/one", threads: 1, on: disk)
        #expect(alone.report.slices > 1_000 && alone.unknownCacheWords == 15 && alone.unitlessLogs == [log])
        let wanted = try blocks(of: "/one", on: disk)
        for run in 0..<3 {
            let directory = FilePath("/two\(run)")
            let both = try replay(FilePath(log), into: directory, threads: 2, on: disk)
            #expect(both.report.ledger == alone.report.ledger && both.report.slices == alone.report.slices)
            #expect(both.unknownCacheWords == alone.unknownCacheWords && both.unitlessLogs == alone.unitlessLogs)
            #expect(try blocks(of: directory, on: disk) == wanted)
        }
    }

    private func replay(
        _ log: FilePath, into directory: FilePath, threads: Int, on disk: SimulatedFileSystem
    ) throws -> ReplayRun.Result {
        let run = try ReplayRun(
            [log], into: directory, source: nil, options: ReaderOptions(), limits: StoreLimits().forOldLogs,
            fileSystem: disk, threads: threads)
        // Several commits, and several flushes.
        run.portions.lookBytes = 1 << 20
        run.portions.commitCells = 4_000
        run.portions.unflushedCells = 10_000
        return try run.run { _ in }
    }

    private struct Block: Equatable {
        var stretch: Stretch
        var commits: CommitRange
        var events: [Timestamp]
        var resolution: Int64
        var series: [String: Cell]
    }

    private func blocks(of directory: FilePath, on disk: SimulatedFileSystem) throws -> [Block] {
        let snapshots = directory.appending("snapshots")
        var blocks: [Block] = []
        for name in disk.list(snapshots).sorted() {
            let bytes = try #require(disk.contents(of: snapshots.appending(name)))
            let (frames, failure) = FrameSequence.frames(in: bytes, of: [.block])
            #expect(failure == nil)
            for frame in frames {
                var names = Names()
                let block = try SnapshotBlock.decode(frame, names: &names)
                blocks.append(
                    Block(
                        stretch: block.header.stretch, commits: block.header.commits,
                        events: [block.header.firstEvent, block.header.lastEvent],
                        resolution: block.header.resolutionNanoseconds, series: facts(block.series, names)))
            }
        }
        return blocks
    }

    @Test("the processors that a process may use, as the kernel says it")
    func processors() {
        #expect(Processors.count(inStatus: "Name:\tx\nCpus_allowed:\tff,0000000f\nCpus_allowed_list:\t0-3\n") == 12)
        #expect(Processors.count(inStatus: "Cpus_allowed:\t3\n") == 2)
        #expect(Processors.count(inStatus: "Name:\tx\n") == nil && Processors.count(inStatus: "") == nil)
        #expect(Processors.allowed() >= 1)
    }
}
