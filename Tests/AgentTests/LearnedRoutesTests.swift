import Agent
import Files
import RequestLog
import RollingWindow
import Store
import SystemPackage
import Tailing
import TestSupport
import Testing

@Suite("Learned routes")
struct LearnedRoutesTests {
    private static let articles = 400

    /// Articles in front of and behind each other, a page that a pattern names, and few other names.
    private static func log(seed: UInt64 = 1, articles: Range<Int> = 0..<articles) -> String {
        var random = SeededRandom(seed: seed)
        var paths = articles.map { "/blog/a-word-\(String($0, radix: 36))" }
        paths += ["/blog/about", "/cart", "/orders/17", "/blog/a-word-x/comments"]
        return (0..<6_000).map { number in
            let time = PipelineRehearsal.begin - .minutes(30) + .milliseconds(Int64(number) * 200)
            let path = number < paths.count ? paths[number] : random.element(of: paths)
            return #"{"time":"\#(time)","status":200,"path":"\#(path)","duration_ms":\#(number % 90)}"# + "\n"
        }.joined()
    }

    private static let options: ReaderOptions = {
        var options = ReaderOptions()
        options.routes = [try! RoutePattern("/blog/about")]
        return options
    }()

    private func summary(
        _ disk: SimulatedFileSystem, _ inputs: String..., threads: Int = 1
    ) throws -> [String: UInt64] {
        let run = SummaryRun(fileSystem: disk, options: Self.options, threads: threads)
        let view = try run.run(inputs) { _, _, _ in }.view
        return Dictionary(uniqueKeysWithValues: view.routes.map { (view.names[$0], $1.cell.requests) })
    }

    @Test("a log comes to the same routes in any order of its lines, on one thread and on two")
    func order() throws {
        let disk = SimulatedFileSystem()
        disk.write(Self.log(), to: "/a.log")
        var random = SeededRandom(seed: 2)
        disk.write(
            Self.log().split(separator: "\n").shuffled(using: &random).map { $0 + "\n" }.joined(), to: "/b.log")
        let routes = try summary(disk, "/a.log")
        #expect(
            Set(routes.keys) == ["/blog/{*}", "/blog/{*}/comments", "/blog/about", "/cart", "/orders/{id}"])
        #expect(routes.values.reduce(0, +) == 6_000)
        #expect(try summary(disk, "/b.log") == routes)
        disk.write(String(repeating: Self.log(), count: 6), to: "/long.log")
        let alone = try summary(disk, "/long.log")
        for _ in 0..<3 { #expect(try summary(disk, "/long.log", threads: 2) == alone) }
    }

    @Test("what was replayed, from one thread or two, in one log or in halves, reads as the log itself")
    func replayed() throws {
        let disk = SimulatedFileSystem()
        let log = Self.log()
        disk.write(log, to: "/a.log")
        let routes = try summary(disk, "/a.log")
        // The first half alone would have learned nothing: it has 90 articles.
        let (first, second) = (Self.log(seed: 3, articles: 0..<90), Self.log(seed: 4))
        disk.write(first, to: "/first.log")
        disk.write(second, to: "/second.log")
        disk.write(first + second, to: "/both.log")
        #expect(try summary(disk, "/first.log").count == 94)
        for threads in [1, 2] {
            for (log, directory) in [("/a.log", "/data/a"), ("/first.log", "/data/1"), ("/second.log", "/data/2")] {
                let run = try ReplayRun(
                    [FilePath(log)], into: FilePath(directory + "-\(threads)"), source: nil, options: Self.options,
                    limits: StoreLimits().forOldLogs, fileSystem: disk, threads: threads)
                _ = try run.run { _ in }
            }
            #expect(try summary(disk, "/data/a-\(threads)") == routes)
            #expect(
                try summary(disk, "/data/1-\(threads)", "/data/2-\(threads)") == summary(disk, "/both.log"))
            #expect(
                try summary(disk, "/data/2-\(threads)", "/data/1-\(threads)") == summary(disk, "/both.log"))
        }
    }

    @Test("how near a place is to its limit outlives a restart", arguments: [true, false])
    func nearness(flushes: Bool) throws {
        let disk = SimulatedFileSystem()
        let agent = try PipelineRehearsal(
            [
                Ingest.Input(
                    tail: TailInput(pattern: "/log/a.log", source: "main", fromStart: true), options: Self.options)
            ],
            on: disk)
        func write(_ articles: Range<Int>) {
            let time = PipelineRehearsal.begin - .minutes(1)
            for number in articles {
                disk.write(
                    #"{"time":"\#(time)","status":200,"path":"/blog/word-\#(number)x"}"# + "\n", to: "/log/a.log")
            }
        }
        for (articles, expected) in [(0..<60, 60), (60..<100, 100), (100..<101, 1)] {
            write(articles)
            agent.look()
            let view = agent.ingest.view(WindowLength.oneHour)
            #expect(view.routes.count == expected, "\(articles)")
            #expect(view.total.cell.requests == UInt64(articles.upperBound))
            try agent.commit()
            if flushes { try agent.flush() }
            agent.kill()
            try agent.start()
        }
        #expect(agent.ingest.names.find("/blog/{*}") != nil)
    }

    @Test("an agent shows its windows by what it has learned, and knows it after a restart")
    func agent() throws {
        let disk = SimulatedFileSystem()
        let agent = try PipelineRehearsal(
            [
                Ingest.Input(
                    tail: TailInput(pattern: "/log/a.log", source: "main", fromStart: true), options: Self.options)
            ],
            on: disk)
        func routes() -> Set<String> {
            let view = agent.ingest.view(WindowLength.oneHour)
            return Set(view.routes.keys.map { view.names[$0] })
        }
        let log = Self.log()
        let expected: Set = ["/blog/{*}", "/blog/{*}/comments", "/blog/about", "/cart", "/orders/{id}"]
        disk.write(String(log.prefix(8_000)), to: "/log/a.log")
        agent.look()
        #expect(routes().count > 50)
        try agent.commit()
        disk.write(String(log.dropFirst(8_000)), to: "/log/a.log")
        agent.look()
        #expect(routes() == expected)
        try agent.commit()
        try agent.flush()

        agent.kill()
        try agent.start()
        // What came before it was learned is still on the disk as it was.
        #expect(routes() == expected)
        let time = PipelineRehearsal.begin - .minutes(1)
        disk.write(#"{"time":"\#(time)","status":200,"path":"/blog/brand-new"}"# + "\n", to: "/log/a.log")
        agent.look()
        #expect(routes() == expected)
        #expect(agent.ingest.names.find("/blog/brand-new") == nil)
        #expect(agent.ingest.view(WindowLength.oneHour).total.cell.requests == 6_001)
    }
}
