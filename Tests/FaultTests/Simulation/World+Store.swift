import Agent
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import TestSupport

/// What becomes of old snapshots, and what people do with the data directory.
extension World {
    /// Time in which nobody writes; what is old gets merged, totalled and deleted.
    func passHours() {
        let hours =
            random.oneIn(3) ? Int64.random(in: 24...60, using: &random) : Int64.random(in: 1...9, using: &random)
        clocks.pass(nanoseconds: hours * 3_600_000_000_000)
        for _ in 0..<Int.random(in: 0...12, using: &random) {
            turn()
            storeTurn()
        }
    }

    private var isAtRest: Bool {
        !isDamaged && !isDeleted && !hasFaults && disk.identity(of: AgentLife.directory) != nil
    }

    private var data: DataDirectory { DataDirectory(AgentLife.directory) }

    /// Somebody asks the agent to delete what is old.
    func requestPrune() {
        guard isAtRest else { return }
        let before = clocks.wall - .minutes(Int64.random(in: 0...600, using: &random))
        do throws(StoreError) {
            try PruneRequest(before: random.oneIn(3) ? nil : before).write(data, disk)
        } catch {
            fail("cannot ask to prune: \(error)")
        }
    }

    // MARK: Holds

    func hold() {
        guard isAtRest, life?.isRetaining != true else { return }
        let from = clocks.wall - .minutes(Int64.random(in: 1...600, using: &random))
        guard let span = Holds.Span(from: from, to: from + .minutes(Int64.random(in: 1...300, using: &random))) else {
            return
        }
        do throws(StoreError) {
            try Holds.hold("bot", [span], data, disk)
        } catch {
            return fail("cannot hold: \(error)")
        }
        held = [:]
        for name in disk.list(data.snapshots) {
            guard let hour = DataDirectory.hour(ofFile: name), hour < span.to, span.from < hour + DataDirectory.hour
            else { continue }
            let path = data.snapshots.appending(name)
            held[path] = disk.contents(of: path)?.count
        }
    }

    func releaseHold() {
        guard isAtRest else { return }
        held = [:]
        do throws(StoreError) {
            _ = try Holds.release("bot", data, disk)
        } catch {
            fail("cannot release a hold: \(error)")
        }
    }

    /// What is held gets longer at most.
    func checkHolds() {
        for (path, length) in held where (disk.contents(of: path)?.count ?? 0) < length {
            fail("\(path) is held and became shorter than \(length) bytes")
        }
    }

    // MARK: Merging

    /// The directory and an older copy of itself are together what the directory is.
    func mergeWithOlderCopy() {
        guard isAtRest, let older = olderCopy else { return }
        let place = disk.duplicate()
        let folders: Set = ["journal", "snapshots", "holds", "requests"]
        for folder in ["", "/journal", "/snapshots"] {
            for name in older.list(FilePath(AgentLife.directory.string + folder)) where !folders.contains(name) {
                let path = FilePath("\(AgentLife.directory)\(folder)/\(name)")
                guard let bytes = older.contents(of: path) else { continue }
                place.write(bytes, to: FilePath("/older\(folder)/\(name)"))
            }
        }
        statistics.merges += 1
        do throws(StoreError) {
            var merge = DirectoryMerge(place)
            let hasOlder = random.oneIn(2) ? try merge.add("/older") : nil
            _ = try merge.add(AgentLife.directory)
            if hasOlder == nil { _ = try merge.add("/older") }
            try merge.write(to: "/merged", generator: &generator) { _ in }
            let merged = try accounts(on: place, at: "/merged")
            let facts = try accounts(on: place)
            // What was pruned since may be in the older one, and nothing else.
            let pruned = try SnapshotAccount.of(AgentLife.directory, place)?.pruned ?? 0
            if !merged.holds(facts) || merged.total - facts.total > pruned {
                fail("\(merged.total) requests in the merged directory, \(facts.total) in the newest of it")
            }
            check(merged, damagesAllowed: false)
            let accepted = facts.inputs.reduce(UInt64(0)) { $0 + $1.ledger.counts.accepted }
            let mergedAccepted = merged.inputs.reduce(UInt64(0)) { $0 + $1.ledger.counts.accepted }
            if accepted != mergedAccepted {
                fail("\(mergedAccepted) lines in the merged ledger, \(accepted) in its newest")
            }
        } catch {
            fail("cannot merge: \(error)")
        }
    }

    // MARK: Replaying

    /// What was counted already is not counted again from its rotated logs.
    func replayRotated() {
        guard isAtRest, life != nil, lineLimitBytes > 100_000 else { return }
        for family in families { finishTorn(family) }
        grantAll()
        work(seconds: 13)
        stop()
        guard failures.isEmpty else { return }
        statistics.replays += 1
        do throws(StoreError) {
            let before = try accounts(on: disk.duplicate())
            for source in Set(families.map(\.source)).sorted() {
                let logs = families.filter { $0.source == source }.flatMap { $0.siblings(on: disk) }.filter {
                    content(of: $0)?.isEmpty == false
                }
                guard !logs.isEmpty else { continue }
                // On one thread, so that a seed makes the same calls on every machine.
                _ = try ReplayRun(
                    logs, into: AgentLife.directory, source: source, options: ReaderOptions(),
                    limits: configuration.limits, fileSystem: disk, threads: 1
                ).run { _ in }
            }
            let after = try accounts(on: disk.duplicate())
            check(after, damagesAllowed: false)
            for (source, counts) in before.counts {
                for (number, count) in counts.enumerated() where count > 0 && truth.lines[number].excuses.isEmpty {
                    guard let now = after.counts[source]?[number], now != count else { continue }
                    fail("line \(number) of \(source) counted \(count) times, and \(now) times after it was replayed")
                }
            }
        } catch {
            fail("cannot replay: \(error)")
        }
    }

    private var lineLimitBytes: Int { configuration.lineLimitBytes }
}
