import Agent
import Files
import Glibc
import Logging
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing

/// `plumbline replay` with a store that throws everything away: the pipeline alone.
///
/// usage: ingest-benchmark LOG   prints "lines rejected digest cells"
@main
struct IngestBenchmark {
    static func main() {
        guard CommandLine.arguments.count == 2 else {
            print("usage: ingest-benchmark LOG")
            exit(64)
        }
        var benchmark = IngestBenchmark(log: CommandLine.arguments[1])
        benchmark.run()
    }

    private let ingest: Ingest
    private let portions = ReplayRun.Portions()
    private var discarded = DiscardedCommits()

    private init(log: String) {
        var options = TailOptions()
        options.readsToTheEnd = true
        ingest = Ingest(
            inputs: [
                Ingest.Input(
                    tail: TailInput(pattern: log, source: "main", fromStart: true), options: ReaderOptions())
            ],
            primary: "main", recovered: .nothing, names: Names(), seriesLimit: 1, future: .zero, options: options,
            fileSystem: RealFileSystem(), watcher: nil,
            logger: Logger(label: "benchmark") { _ in SwiftLogNoOpLogHandler() }, keepsWindows: false,
            threads: Processors.allowed())
    }

    private mutating func run() {
        var committedBytes: UInt64 = 0
        var isBusy = true
        while isBusy {
            let now = Timestamp(nanoseconds: .max)
            isBusy = ingest.look(now: now, monotonicNanoseconds: 0, budgetBytes: portions.lookBytes).moreReady
            let bytes = ingest.ledger.total.bytes
            if bytes - committedBytes >= portions.commitBytes || ingest.countedCells > portions.commitCells {
                commit()
                committedBytes = bytes
            }
        }
        commit()
        let counts = ingest.ledger.total.counts
        print(counts.lines, counts.rejected, hexadecimal(discarded.digest), discarded.cells)
    }

    private mutating func commit() {
        while let commit = ingest.takeCommit() {
            discarded.discard(commit, names: ingest.names)
            ingest.acknowledgeCommit()
        }
    }

    private func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
