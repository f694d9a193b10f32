import Exposition
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport
import Testing

@testable import Agent

/// One way to make each fallback happen, and go on happening.
@Suite("every fallback has a counter and one line of the log")
struct FallbackTests {
    struct Provocation: CustomTestStringConvertible, Sendable {
        let name: String
        /// The line, where the table has none because it is said with details.
        var said: String?
        var limits = PipelineRehearsal.Limits()
        let happen: @Sendable (PipelineRehearsal, _ round: Int) throws -> Void

        var testDescription: String { name }
    }

    static let provocations: [Provocation] = [
        Provocation(name: "reading_pauses", said: "Reading is paused", limits: .init(pendingCells: 1)) { agent, round in
            agent.disk.plan { $0.standing = [.init(nil, PipelineRehearsal.directory, .noSpace, onlyChanges: true)] }
            agent.write(round * 10..<round * 10 + 10)
            agent.look()
        },
        Provocation(name: "crowded_logs", said: "Cannot read input", limits: .init(openLogs: 1)) { agent, round in
            agent.write(round..<round + 1)
            agent.write(round..<round + 1, to: "/log/b.log")
            agent.look()
        },
        Provocation(name: "vanished_logs", said: "A log is gone since the last run") { agent, _ in
            guard agent.log.lines.isEmpty else { return }
            agent.write(0..<10)
            try agent.settle()
            agent.kill()
            agent.disk.delete("/log/a.log")
            try agent.start()
            try agent.settle()
        },
        Provocation(name: "names_overflow", limits: .init(names: 12)) { agent, round in
            agent.write(round * 20..<round * 20 + 20)
            agent.look()
            _ = agent.ingest.takeCommit()
        },
        Provocation(name: "series_overflow", limits: .init(series: 2)) { agent, round in
            agent.write(round * 20..<round * 20 + 20)
            agent.look()
            _ = agent.ingest.windows
        },
        Provocation(name: "unlearned_paths", limits: .init(pathNames: 200_000)) { agent, round in
            let paths = (round * 1_000..<(round + 1) * 1_000).map { number in
                "/" + (0..<50).map { "a-\(String(number, radix: 36))-\($0)" }.joined(separator: "/")
            }
            for path in paths {
                agent.disk.write(
                    #"{"time":"\#(agent.now)","status":200,"path":"\#(path)","duration_ms":1}"# + "\n", to: "/log/a.log"
                )
            }
            agent.look()
            _ = agent.ingest.takeCommit()
        },
        Provocation(name: "unknown_cache_words", said: "A cache word is not known") { agent, _ in
            agent.disk.write(
                #"{"time":"\#(agent.now)","status":200,"route":"/","duration_ms":1,"cache":"perhaps"}"# + "\n",
                to: "/log/a.log")
            agent.look()
        },
        Provocation(name: "truncations") { agent, round in
            agent.write(round * 20..<round * 20 + 20 - round)
            agent.look()
            agent.disk.truncate("/log/a.log")
        },
        Provocation(name: "relocations") { agent, round in
            guard round == 0 else { return }
            agent.write(0..<20)
            try agent.settle()
            agent.kill()
            agent.disk.move("/log/a.log", to: "/log/a.log.1")
            try agent.start()
            try agent.settle()
        },
        Provocation(name: "watch_overflows", limits: .init(isWatching: true)) { agent, round in
            agent.write(round..<round + 1)
            agent.watcher?.hasOverflowed = true
            agent.look()
        },
        Provocation(name: "unwatched_paths", limits: .init(isWatching: true, canWatch: false)) { agent, round in
            agent.write(round..<round + 1)
            agent.look()
        },
    ]

    @Test("of reading", arguments: provocations)
    func reading(_ provocation: Provocation) throws {
        let agent = try PipelineRehearsal(
            [.following("/log/*.log")], limits: provocation.limits)
        let fallback = try #require(Ingest.fallbacks.first { $0.name == provocation.name })
        let line = try #require(fallback.line ?? provocation.said)
        #expect(fallback.count(agent.ingest) == 0)
        #expect(agent.log.lines.filter { $0.contains(line) } == [])
        for round in 0..<3 {
            try provocation.happen(agent, round)
            agent.pass(seconds: 1)
            agent.look()
        }
        #expect(agent.ingest.incidents.first { $0.name == provocation.name }!.count > 0)
        #expect(agent.log.lines.filter { $0.contains(line) }.count == 1, "\(agent.log.lines)")
    }

    @Test("each is provoked, and named once")
    func all() {
        #expect(Self.provocations.map(\.name).sorted() == Ingest.fallbacks.map(\.name).sorted())
        let names = Ingest.fallbacks.map(\.name) + StoreThread.fallbacks.map(\.name)
        #expect(Set(names).count == names.count)
    }
}

extension PipelineRehearsal {
    fileprivate func write(_ numbers: Range<Int>, to path: FilePath = "/log/a.log") {
        disk.write(numbers.map { line($0, at: now) + "\n" }.joined(), to: path)
    }
}
