import Glibc
import Synchronization

/// `fault-simulation [--seeds FROM..TO] [--seed N] [--story | --shrink] [--without EVENTS] [--sabotage KIND]`
package enum FaultRunner {
    private static let usage = """
        usage: fault-simulation --seeds FROM..TO | --seed N [--story | --shrink] [--without EVENTS] [--sabotage KIND]
          --seeds FROM..TO  Lives to simulate (TO is not one of them); ends with 1 when one is wrong
          --seed N          One life
          --story           Tell what happened in it
          --shrink          Tell it without the steps that the failure does not need
          --without EVENTS  Leave these kinds of steps out (comma between them)
          --sabotage KIND   Break the agent on purpose: positionsLate, positionsEarly, slicesTwice
        """
    /// Wrong lives that are told before the run ends.
    private static let mostFailures = 5
    /// The seed that is nobody's yet.
    private static let next = Atomic<UInt64>(0)

    package static func main() async {
        becomeRepeatable()
        var seeds: Range<UInt64>?
        var isTold = false
        var isShrunk = false
        var sabotage: Sabotage?
        var banned: Set<Event> = []
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--story": isTold = true
            case "--shrink": (isTold, isShrunk) = (true, true)
            case "--seed":
                seeds = arguments.popFirst().flatMap { UInt64($0) }.map { $0..<($0 + 1) }
            case "--seeds":
                let ends = arguments.popFirst()?.split(separator: ".").compactMap { UInt64($0) } ?? []
                if ends.count == 2, ends[0] < ends[1] { seeds = ends[0]..<ends[1] }
            case "--sabotage": sabotage = arguments.popFirst().flatMap { Sabotage(rawValue: $0) }
            case "--without":
                banned = Set(
                    arguments.popFirst()?.split(separator: ",").compactMap { Event(rawValue: String($0)) } ?? [])
            default: break
            }
        }
        let trial = Trial(sabotage: sabotage, banned: banned)
        guard let seeds else {
            print(usage)
            exit(64)
        }
        if isTold, seeds.count == 1 { tell(seeds.lowerBound, trial, isShrunk: isShrunk) }
        await run(seeds, trial)
    }

    /// Dictionaries order themselves anew in every process unless told not to; a replay must not.
    private static func becomeRepeatable() {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        guard getenv(name) == nil else { return }
        setenv(name, "1", 1)
        execv("/proc/self/exe", CommandLine.unsafeArgv)
    }

    private static func tell(_ seed: UInt64, _ trial: Trial, isShrunk: Bool) {
        let script = isShrunk ? Shrinker(seed: seed, trial: trial).shortest() : nil
        let world = World(seed: seed, trial: trial, script: script, isTold: true)
        let verdict = world.run()
        for line in world.story { print(line) }
        print("seed \(seed): \(verdict ?? "nothing wrong")")
        exit(verdict == nil ? 0 : 1)
    }

    private static func run(_ seeds: Range<UInt64>, _ trial: Trial) async {
        let start = ContinuousClock.now
        next.store(seeds.lowerBound, ordering: .relaxed)
        let workers = min(2, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        var total = World.Statistics()
        var failures: [(seed: UInt64, verdict: String)] = []
        await withTaskGroup(of: (World.Statistics, [(UInt64, String)]).self) { group in
            for worker in 0..<workers {
                group.addTask { work(worker, seeds.upperBound, trial) }
            }
            for await (statistics, found) in group {
                total.add(statistics)
                failures += found
            }
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for (seed, verdict) in failures.sorted(by: { $0.seed < $1.seed }).prefix(mostFailures) {
            print("seed \(seed): \(verdict)")
            print("  replay: \(CommandLine.arguments[0]) --seed \(seed) --story")
        }
        report(total, seconds)
        exit(failures.isEmpty ? 0 : 1)
    }

    private static func work(
        _ worker: Int, _ end: UInt64, _ trial: Trial
    ) -> (World.Statistics, [(UInt64, String)]) {
        var statistics = World.Statistics()
        var failures: [(UInt64, String)] = []
        while failures.count < mostFailures {
            let seed = next.add(1, ordering: .relaxed).oldValue
            guard seed < end else { break }
            Obituary.note(seed, worker)
            let world = World(seed: seed, trial: trial)
            if let verdict = world.run() { failures.append((seed, verdict)) }
            statistics.add(world.statistics)
            statistics.lives += 1
        }
        return (statistics, failures)
    }

    private static func report(_ total: World.Statistics, _ seconds: Double) {
        let rate = Double(total.lives) / seconds
        print("\(total.lives) lives in \(Int(seconds * 10) / 10) s (\(Int(rate)) a second)")
        print(
            "\(total.lines) lines written, \(total.owed) still there at the end; \(total.starts) starts, "
                + "\(total.commits) commits, \(total.refusals) refusals, \(total.lostBytes) bytes stated as lost")
        print(
            "\(total.checkedLogs) ledgers against their files to the byte (\(total.uncheckedLogs) whose file is gone, "
                + "\(total.splitLines) lines in two parts), "
                + "\(total.windowsChecked) windows, \(total.merges) merges, \(total.replays) replays, \(total.prunings) pruned, \(total.copiesRead) copies read, "
                + "\(total.doubledByDamage) doubled by damage"
        )
        print("lines that are there and not counted once, by excuse:")
        for excuse in Excuse.allCases { print("  \(total.excuses[excuse] ?? 0)  \(excuse.rawValue)") }
        let events = Event.allCases.map { "\($0) \(total.events[$0] ?? 0)" }
        print("events: " + events.joined(separator: ", "))
    }
}
