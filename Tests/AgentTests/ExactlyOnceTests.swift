import Agent
import Files
import Glibc
import RequestLog
import RollingWindow
import Store
import SystemPackage
import TestSupport
import Testing

/// Logs that rotate, a disk that refuses, a process that dies: every line that is still there counts once.
@Suite("Exactly once, from the log to the snapshots")
struct ExactlyOnceTests {
    /// Lives per tenth of the seeds.
    private static let lives = getenv("EXHAUSTIVE") == nil ? 4 : 2_000

    @Test("through appending, rotation, refused commits, kills and power cuts", arguments: 0..<10)
    func everything(tenth: Int) throws {
        for seed in stride(from: tenth, to: 10 * Self.lives, by: 10) {
            guard let verdict = try RandomLife(seed: UInt64(seed)).verdict() else { continue }
            // The same life again, told.
            let life = try RandomLife(seed: UInt64(seed), isTold: true)
            _ = try life.verdict()
            Issue.record("seed \(seed): \(verdict)\n\(life.story.joined(separator: "\n"))")
            return
        }
    }
}

/// A logger that never stops, and an agent that is not so lucky.
private final class RandomLife {
    private enum Action: CaseIterable {
        case append, append2, appendTorn, rename, copyTruncate, look, look2, lookShortly, commit, commit2, refuse, flush
        case newSegment, kill, powerCut, pass, passLong
    }

    private(set) var story: [String] = []
    private var random: SeededRandom
    private let agent: PipelineRehearsal
    private let log: FilePath = "/log/a.log"
    private var written = 0
    private var numberOf: [String: Int] = [:]
    private var torn: (path: FilePath, rest: String)?
    private var generations = 0
    private var failures: [String] = []

    init(seed: UInt64, isTold: Bool = false) throws {
        random = SeededRandom(seed: seed)
        agent = try PipelineRehearsal(["/log/a.log", "/log/*.log"][Int(seed % 2)])
        append(random.oneIn(4) ? 40 : 1)
        agent.look()
        try agent.commit()
        for _ in 0..<40 {
            let action = Action.allCases.randomElement(using: &random)!
            agent.pass(seconds: 0.004)
            try perform(action)
            if isTold { story.append("\(action)  \(files())") }
            if !failures.isEmpty { return }
        }
    }

    private func perform(_ action: Action) throws {
        switch action {
        case .append, .append2: append(Int.random(in: 1...5, using: &random))
        case .appendTorn:
            finishTorn()
            let text = next() + "\n"
            let cut = Int.random(in: 1..<text.utf8.count, using: &random)
            agent.disk.write(Array(text.utf8.prefix(cut)), to: log)
            torn = (log, String(text.dropFirst(cut)))
        case .rename:
            rotate {
                agent.disk.move(log, to: "/log/a.log.1")
                if torn?.path == log { torn?.path = "/log/a.log.1" }
            }
        case .copyTruncate:
            finishTorn()
            rotate {
                agent.disk.copy(log, to: "/log/a.log.1")
                agent.disk.truncate(log)
            }
        case .look, .look2: agent.look()
        case .lookShortly: agent.lookShortly()
        case .commit, .commit2:
            try agent.commit()
            try compare()
        case .refuse: refuse()
        case .flush: try agent.flush()
        case .newSegment: agent.startNewSegment()
        case .kill: try restart { agent.kill() }
        case .powerCut:
            try restart {
                agent.kill()
                try synchronizeLogs()
                agent.disk.crash(seed: random.next())
            }
        case .pass: agent.pass(seconds: 1)
        case .passLong: agent.pass(seconds: 12)
        }
    }

    /// The disk says no at some call of a commit, a flush or both; perhaps the process dies of it.
    private func refuse() {
        let call = Int.random(in: 1...6, using: &random)
        let errno: Errno = random.oneIn(2) ? .noSpace : .ioError
        agent.look()
        agent.disk.plan { $0.failCall(call, with: errno) }
        do throws(StoreError) {
            try agent.commit()
            try agent.flush()
        } catch {
            story.append("refused: \(error)")
        }
        agent.disk.plan { $0.failures = [:] }
    }

    private func restart(_ death: () throws -> Void) throws {
        try death()
        try agent.start()
        try compare()
    }

    /// What is on the disk, what the store says and what the ledger says are three accounts of the same.
    private func compare() throws {
        let facts = try agent.committed()
        let counters = agent.store.state.counters.series.values.reduce(UInt64(0)) { $0 + $1.requests }
        if facts.total != counters { failures.append("\(facts.total) in slices, \(counters) in counters") }
        if facts.ledger.counts.lines != facts.total {
            failures.append("\(facts.total) in slices, \(facts.ledger.counts.lines) in the ledger")
        }
        for state in facts.inputs where state.copyOf == nil && state.ledger.lineBytes > 0 {
            let expected = state.ledger.skippedAtStart + state.ledger.lineBytes
            if state.position.offset != expected {
                failures.append("\(state.position.path) stands at \(state.position.offset), its ledger at \(expected)")
            }
        }
    }

    /// What is wrong at the end; nil if nothing is.
    func verdict() throws -> String? {
        finishTorn()
        try agent.settle()
        try compare()
        let facts = try agent.committed()
        for number in 0..<written where facts.requests["/line/\(number)", default: 0] > 1 {
            failures.append("line \(number) counted \(facts.requests["/line/\(number)"]!) times")
        }
        for number in existing() where facts.requests["/line/\(number)"] == nil {
            failures.append("line \(number) lost")
        }
        if facts.ledger.unfinished > 0 { failures.append("\(facts.ledger.unfinished) bytes unfinished for ever") }
        let window = agent.ingest.view(.oneHour).total.cell.requests
        if window != facts.total { failures.append("\(facts.total) committed, \(window) in the window") }
        try agent.flush()
        try compare()
        try restart { agent.kill() }
        return failures.isEmpty ? nil : failures.prefix(5).joined(separator: "; ")
    }

    private func next() -> String {
        defer { written += 1 }
        let padding = random.oneIn(3) ? Int.random(in: 0...900, using: &random) : 0
        let text = line(written, at: agent.now, padding: padding)
        numberOf[text] = written
        return text
    }

    private func append(_ count: Int) {
        finishTorn()
        for _ in 0..<count { agent.disk.write(next() + "\n", to: log) }
    }

    private func finishTorn() {
        guard let rest = torn else { return }
        torn = nil
        if agent.disk.contents(of: rest.path) != nil { agent.disk.write(rest.rest, to: rest.path) }
    }

    /// Shifts the generations; nothing is deleted.
    private func rotate(_ move: () -> Void) {
        guard agent.disk.contents(of: log) != nil else { return }
        defer { generations += 1 }
        for number in (1...(generations + 1)).reversed() {
            let from = FilePath("/log/a.log.\(number)")
            guard agent.disk.contents(of: from) != nil else { continue }
            agent.disk.move(from, to: FilePath("/log/a.log.\(number + 1)"))
            if torn?.path == from { torn?.path = FilePath("/log/a.log.\(number + 1)") }
        }
        move()
    }

    private func synchronizeLogs() throws {
        for name in try agent.disk.names(in: "/log") {
            try agent.disk.open(FilePath("/log").appending(name), .append).synchronize()
        }
        try agent.disk.synchronizeDirectory("/log")
    }

    private func files() -> String {
        let names = ((try? agent.disk.names(in: "/log")) ?? []).sorted()
        return names.map { "\($0):\(agent.disk.contents(of: FilePath("/log").appending($0))?.count ?? 0)" }
            .joined(separator: " ")
    }

    /// The numbers of the whole lines that are in some file now.
    private func existing() -> Set<Int> {
        var numbers: Set<Int> = []
        for name in (try? agent.disk.names(in: "/log")) ?? [] {
            let bytes = agent.disk.contents(of: FilePath("/log").appending(name)) ?? []
            for text in bytes.split(separator: 10) {
                if let number = numberOf[String(decoding: text, as: UTF8.self)] { numbers.insert(number) }
            }
        }
        return numbers
    }
}
