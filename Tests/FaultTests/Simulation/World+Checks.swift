import Agent
import Files
import RequestLog
import RollingWindow
import Snapshots
import Store
import SystemPackage
import Tailing
import TestSupport

/// The accounts of a data directory, held against each other and against the truth.
extension World {
    /// Counts by source and line.
    struct Accounts {
        var counts: [String: [UInt64]] = [:]
        var total: UInt64 = 0
        var inputs: [InputState] = []
        var damages: [StoreDamage] = []
        var unknown: [String] = []
        /// Requests that were deleted with old snapshots, where that was asked.
        var pruned: UInt64 = 0

        /// Whether each line is counted at least as often as there.
        func holds(_ other: Accounts) -> Bool {
            other.counts.allSatisfy { source, counts in
                let own = self.counts[source] ?? []
                return counts.indices.allSatisfy { counts[$0] <= ($0 < own.count ? own[$0] : 0) }
            }
        }
    }

    func accounts(
        on disk: SimulatedFileSystem, at path: FilePath = AgentLife.directory
    ) throws(StoreError) -> Accounts {
        var reader = SnapshotReader(disk)
        var names = Names()
        try reader.add(directory: path)
        var accounts = Accounts()
        var blocks: [SnapshotBlock] = []
        try reader.forEachBlock(names: &names) { blocks.append($0) }
        for block in blocks { add(block.series, names, to: &accounts) }
        accounts.inputs = reader.inputs
        accounts.damages = reader.damages
        return accounts
    }

    func add(_ series: [SeriesKey: Cell], _ names: Names, to accounts: inout Accounts) {
        for (key, cell) in series {
            accounts.total += cell.requests
            let route = names[key.route]
            guard route.hasPrefix("/r/"), let number = Int(route.dropFirst(3)), number < truth.lines.count else {
                accounts.unknown.append(route)
                continue
            }
            let source = names[key.source]
            accounts.counts[source, default: Array(repeating: 0, count: truth.lines.count)][number] += cell.requests
        }
    }

    /// Slices, counters and ledgers on the disk are three accounts of the same, at any moment.
    func compareAccounts() {
        guard let life, !hasFaults else { return }
        if isDeleted, disk.identity(of: AgentLife.directory) == nil { return }
        do throws(StoreError) {
            let facts = try accounts(on: disk.duplicate())
            check(facts, damagesAllowed: isDamaged || isDeleted)
            guard !isDamaged, !isDeleted else { return }
            checkHolds()
            var counters = Accounts()
            add(life.store.state.counters.series, life.ingest.names, to: &counters)
            if counters.counts != facts.counts { try comparePruned(counters, facts) }
            let accepted = facts.inputs.reduce(UInt64(0)) { $0 + $1.ledger.counts.accepted }
            if accepted != counters.total { fail("\(counters.total) in counters, \(accepted) in the ledger") }
        } catch {
            fail("cannot read the data directory: \(error)")
        }
        scrape()
    }

    /// What is in the counters and in no snapshot was deleted, and known to be.
    private func comparePruned(_ counters: Accounts, _ facts: Accounts) throws(StoreError) {
        let account = try SnapshotAccount.of(AgentLife.directory, disk.duplicate())
        guard let account, account.pruned > 0 else {
            return fail("\(counters.total) in counters, \(facts.total) in slices")
        }
        isPruned = true
        if account.missing > 0 || account.present != facts.total {
            fail("\(account.missing) requests were never deleted and are missing")
        }
        for (source, counts) in facts.counts {
            let all = counters.counts[source] ?? []
            for (number, count) in counts.enumerated() where count > (number < all.count ? all[number] : 0) {
                fail("line \(number) of \(source) in snapshots \(count) times, in counters less often")
            }
        }
    }

    /// No line more often than it was written, none that was not written, none in another source.
    func check(_ facts: Accounts, damagesAllowed: Bool) {
        if let unknown = facts.unknown.first { fail("a request was counted that was never written: \(unknown)") }
        for (source, counts) in facts.counts {
            for (number, count) in counts.enumerated() where count > UInt64(truth.lines[number].most) {
                // Without its positions the agent cannot know what the hour files hold already (known).
                if isDamaged {
                    statistics.doubledByDamage += 1
                    continue
                }
                fail("line \(number) counted \(count) times in \(source)")
            }
        }
        if let damage = facts.damages.first, !damagesAllowed { fail("damage where there is none: \(damage)") }
    }

    /// Counters never decrease, over no death.
    func scrape() {
        guard let life else { return }
        var counters = Accounts()
        add(life.store.state.counters.series, life.ingest.names, to: &counters)
        if !isDamaged && !isDeleted {
            for (source, before) in scraped {
                let after = counters.counts[source] ?? []
                for number in before.indices where before[number] > (number < after.count ? after[number] : 0) {
                    fail("the counter of line \(number) in \(source) decreased from \(before[number])")
                }
            }
        }
        scraped = counters.counts
    }

    // MARK: Copies

    func copyDirectory() {
        guard disk.identity(of: AgentLife.directory) != nil else { return }
        let copy = disk.duplicate()
        read(copy: copy)
        if olderCopy == nil || random.oneIn(2) { olderCopy = copy }
    }

    /// The copy is made while the store is at work.
    func copyWithinCall() {
        guard life != nil, disk.identity(of: AgentLife.directory) != nil else { return }
        let call = Int.random(in: 1...20, using: &random)
        disk.plan { $0.photographCall(call) }
        for _ in 0..<2 {
            turn(now: true)
            storeTurn()
        }
        flush(slicesEndingBefore: clocks.wall)
        if let photograph = disk.takePhotograph() { read(copy: photograph) }
    }

    private func read(copy: SimulatedFileSystem) {
        statistics.copiesRead += 1
        do throws(StoreError) {
            check(try accounts(on: copy), damagesAllowed: isDamaged || isDeleted)
        } catch {
            if copy.identity(of: AgentLife.directory) != nil, !isDeleted { fail("a copy cannot be read: \(error)") }
        }
    }

    // MARK: What is there

    /// The requests that exist at some path of the inputs: whole lines, and last lines without a line feed.
    func existing(in files: ((LogFamily) -> [FilePath])? = nil) -> (owed: Set<Int>, possible: Set<Int>) {
        var owed: Set<Int> = []
        var possible: Set<Int> = []
        for path in families.flatMap({ files?($0) ?? $0.files(on: disk) }) {
            guard let content = content(of: path) else { continue }
            let (whole, rest) = Truth.split(content[...])
            for segment in whole {
                if case .request(let number) = truth.classify(segment) { owed.insert(number) }
            }
            if case .request(let number) = truth.classify(rest) { possible.insert(number) }
        }
        return (owed, possible)
    }

    /// Uncompressed; nil for a gzip file that is not whole.
    func content(of path: FilePath) -> [UInt8]? {
        guard let bytes = disk.contents(of: path) else { return nil }
        guard bytes.starts(with: [0x1f, 0x8b]) else { return bytes }
        return plain[bytes]
    }
}
