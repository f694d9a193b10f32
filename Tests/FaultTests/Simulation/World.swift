import Files
import RequestLog
import Store
import SystemPackage
import Tailing
import TestSupport

/// What is other than usual in a simulation.
package struct Trial: Sendable {
    package var sabotage: Sabotage?
    /// Steps that are left out.
    package var banned: Set<Event>

    package init(sabotage: Sabotage? = nil, banned: Set<Event> = []) {
        self.sabotage = sabotage
        self.banned = banned
    }
}

/// A machine with a service, its logs, a disk and an agent, and everything that can go wrong with them, from a seed.
package final class World {
    let seed: UInt64
    var random: SeededRandom
    let disk = SimulatedFileSystem()
    let clocks: Clocks
    var truth: Truth
    var families: [LogFamily] = []
    var configuration: AgentLife.Configuration
    /// All inputs; the configuration may lack one for a while.
    let inputs: [TailInput]
    var life: AgentLife?
    var generator: SeededRandom
    /// Content of every gzip file that was ever whole.
    var plain: [[UInt8]: [UInt8]] = [:]
    var layout: Layout

    let isTold: Bool
    package internal(set) var story: [String] = []
    package private(set) var failures: [String] = []
    package var statistics = Statistics()

    /// Counters as they were last seen, by source and line.
    var scraped: [String: [UInt64]] = [:]
    /// Something in the data directory was damaged, deleted or pruned: what is missing there is not lost by the agent.
    var isDamaged = false
    var isDamageStated = false
    var isDeleted = false
    var isPruned = false
    /// Hour files under a hold, and how long they were then.
    var held: [FilePath: Int] = [:]
    var olderCopy: SimulatedFileSystem?
    var watchesAreLimited = false
    var failedCalls = 0
    /// A log was cut back to a beginning of itself: what was read of it is more than what is there.
    var hasCutLogs = false
    /// Two logs began alike: one that lost its file can go on in the other.
    var hasTwins = false
    /// By the number of its inode, the file that was there at the last commit: numbers are given out again.
    var committed: [UInt64: SimulatedFileSystem.Identity] = [:]
    /// Lines of two logs that the agent was given the time to tell apart; who knows nothing any more meets them anew.
    var toldApart: [(lines: [Int], excuse: Excuse)] = []
    /// The disk refused to sync a log: power can take what was counted of it.
    var hasUnsyncedLogs = false
    package let script: [Step]
    private var stampedSecond: Int64 = .min
    private var stamp: [UInt8] = []

    package struct Step: Sendable {
        package var event: Event
        var seed: UInt64
    }

    /// - Parameter script: other steps than those that the seed writes.
    package init(seed: UInt64, trial: Trial = Trial(), script: [Step]? = nil, isTold: Bool = false) {
        self.seed = seed
        self.isTold = isTold
        random = SeededRandom(seed: seed &* 0x2545_f491_4f6c_dd1d &+ 1)
        generator = SeededRandom(seed: seed)
        clocks = Clocks(disk)
        layout = Layout(&random)
        inputs = layout.inputs
        truth = Truth(lineLimitBytes: layout.lineLimitBytes)
        configuration = AgentLife.Configuration(inputs: inputs, lineLimitBytes: layout.lineLimitBytes)
        configuration.primary = inputs[0].source
        configuration.isWatching = !random.oneIn(3)
        configuration.sabotage = trial.sabotage
        if random.oneIn(4) { configuration.limits.segmentBytes = 4_000 }
        if random.oneIn(2) {
            configuration.limits.keep10s = .minutes(60)
            configuration.limits.keep1m = .minutes(180)
            configuration.limits.keep5m = .minutes(600)
        }
        if random.oneIn(6) { configuration.limits.snapshotBytes = UInt64.random(in: 2_000...60_000, using: &random) }
        // More than the logs that are never at their end.
        if random.oneIn(5) { configuration.openLogs = Int.random(in: 9...12, using: &random) }
        if random.oneIn(2) { disk.plan { $0.dropsPagesOnFailedSync = true } }
        self.script = script ?? World.write(&random).filter { !trial.banned.contains($0.event) }
        random = SeededRandom(seed: seed &+ 1)
        for home in layout.homes { families.append(family(home)) }
    }

    /// Lives the life; nil if nothing was wrong.
    package func run() -> String? {
        disk.makeDirectory("/log")
        disk.makeDirectory("/log/apps")
        if random.oneIn(2) {
            for family in families where random.oneIn(2) { append(random.oneIn(3) ? 30 : 2, to: family) }
        }
        disk.synchronizeEverything()
        start()
        // Most lives begin quietly: the agent is known here before anything happens.
        if !random.oneIn(4) {
            for family in families where family.isLinked || disk.identity(of: family.home) == nil {
                append(1, to: family)
            }
            work(seconds: 1.2)
        }
        for step in script where failures.isEmpty {
            clocks.pass(nanoseconds: 4_000_000)
            statistics.events[step.event, default: 0] += 1
            tell("\(step.event)")
            random = SeededRandom(seed: step.seed)
            perform(step.event)
            excuseCutLogs()
        }
        random = SeededRandom(seed: seed)
        if failures.isEmpty { conclude() }
        if isPruned { statistics.prunings += 1 }
        statistics.lines = truth.lines.count
        return failures.isEmpty ? nil : failures.prefix(6).joined(separator: "; ")
    }

    func tell(_ text: @autoclosure () -> String) {
        if isTold { story.append(text()) }
    }

    func fail(_ text: @autoclosure () -> String) {
        if failures.count < 20 { failures.append(text()) }
        if isTold { story.append("FAILED: \(text())") }
    }

    /// Each step draws from a seed of its own, so that one can be left out and the others stay what they are.
    private static func write(_ random: inout SeededRandom) -> [Step] {
        let events = chooseEvents(&random)
        return (0..<Int.random(in: 40...120, using: &random)).map { _ in
            Step(event: events.randomElement(using: &random)!, seed: random.next())
        }
    }

    private static func chooseEvents(_ random: inout SeededRandom) -> [Event] {
        var events = Event.everyday
        for event in Event.allCases where !Event.everyday.contains(event) {
            if Event.rare.contains(event) {
                if random.oneIn(12) { events.append(event) }
            } else if random.oneIn(3) {
                events += Array(repeating: event, count: Int.random(in: 1...2, using: &random))
            }
        }
        return events
    }

    private func family(_ home: FilePath) -> LogFamily {
        LogFamily(
            home: home, source: layout.source(of: home), isDated: random.oneIn(4),
            generationLimit: random.oneIn(3) ? 3 : 1_000, isLinked: home == layout.linkedHome)
    }

    /// Another file that an input matches, if there is a glob; nil if all are there already.
    func makeFamily() -> LogFamily? {
        guard let home = layout.newHome(&random) else { return nil }
        let made = family(home)
        families.append(made)
        return made
    }

    /// The present as a log writes it.
    func timeStamp(_ time: Timestamp) -> [UInt8] {
        if time.nanoseconds != stampedSecond {
            stampedSecond = time.nanoseconds
            stamp = Array(time.description.utf8)
        }
        return stamp
    }

    func describeJournal() -> String {
        let journal = DataDirectory(AgentLife.directory).journal
        return disk.list(journal).map { "\($0):\(disk.contents(of: journal.appending($0))?.count ?? -1)" }
            .joined(separator: " ")
    }

    func describeFiles() -> String {
        var parts: [String] = []
        for family in families {
            for path in family.files(on: disk) {
                parts.append("\(path.string.dropFirst(4)):\(disk.contents(of: path)?.count ?? -1)")
            }
        }
        return parts.joined(separator: " ")
    }
}

extension World {
    /// What a life was made of, to be added up over many.
    package struct Statistics: Sendable {
        package var lives = 0
        package var events: [Event: Int] = [:]
        package var excuses: [Excuse: Int] = [:]
        package var lines = 0
        package var owed = 0
        package var starts = 0
        package var commits = 0
        package var checkedLogs = 0
        package var uncheckedLogs = 0
        package var copiesRead = 0
        package var refusals = 0
        package var lostBytes: UInt64 = 0
        package var windowsChecked = 0
        package var merges = 0
        package var replays = 0
        package var prunings = 0
        /// Lines of a ledger that are parts of one line in the file: its first part was the last line of an idle file.
        package var splitLines = 0
        /// Times that a line was seen counted twice after damage in the data directory (known).
        package var doubledByDamage = 0

        package init() {}

        package mutating func add(_ other: Statistics) {
            events.merge(other.events, uniquingKeysWith: +)
            excuses.merge(other.excuses, uniquingKeysWith: +)
            lives += other.lives
            lines += other.lines
            owed += other.owed
            starts += other.starts
            commits += other.commits
            checkedLogs += other.checkedLogs
            uncheckedLogs += other.uncheckedLogs
            copiesRead += other.copiesRead
            refusals += other.refusals
            lostBytes += other.lostBytes
            windowsChecked += other.windowsChecked
            merges += other.merges
            replays += other.replays
            prunings += other.prunings
            doubledByDamage += other.doubledByDamage
            splitLines += other.splitLines
        }
    }
}
