import Agent
import Files
import RequestLog
import RollingWindow
import Store
import Synchronization
import SystemPackage
import Tailing
import TestSupport

/// What becomes of the agent's process.
extension World {
    func start() {
        guard life == nil else { return }
        tell("    \(describeJournal())")
        do throws(StoreError) {
            let life = try AgentLife(configuration, on: disk, clocks: clocks, generator: &generator)
            life.watcher?.isAtLimit = watchesAreLimited
            self.life = life
            statistics.starts += 1
            noteStart(life)
            // What is there is told from what comes at the first look, which is taken at once.
            turn()
            compareAccounts()
        } catch {
            statistics.refusals += 1
            tell("    cannot start: \(error)")
            if !hasFaultStruck, !isDamaged { fail("cannot start on a healthy disk: \(error)") }
        }
    }

    private func noteStart(_ life: AgentLife) {
        if life.store.recovered.isFirstStart {
            if isDeleted { forgetCounts() }
            // Rotated files from before the first start are nobody's; the log itself is read if asked for.
            let (owed, possible) = existing { family in
                self.inputs[0].fromStart ? family.siblings(on: self.disk) : family.files(on: self.disk)
            }
            for number in owed.union(possible) { truth.excuse(number, .presentAtStart, isOwed: false) }
        }
        for family in families where family.torn != nil && family.writer?.stands(at: family.home) == false {
            truth.excuse(family.torn!.line, .presentAtStart, isOwed: false)
        }
        let isFirst = life.store.recovered.isFirstStart
        let configured = String(decoding: life.store.recovered.extras["inputs"] ?? [], as: UTF8.self)
        let known = Set(life.store.recovered.inputs.map(\.position.input))
            .union(configured.split(separator: "\0").map(String.init))
        for family in families where !isFirst && !known.contains(layout.pattern(of: family.home)) {
            let (owed, possible) = existing { $0 === family ? family.siblings(on: self.disk) : [] }
            for number in owed.union(possible) { truth.excuse(number, .metLate, isOwed: false) }
        }
        if !life.store.recovered.damages.isEmpty { isDamageStated = true }
        if !life.store.recovered.damages.isEmpty, !isDamaged, !isDeleted, !hasDied {
            fail("damage is stated where there is none: \(life.store.recovered.damages[0])")
        }
    }

    /// A data directory that was deleted and made anew: counting begins again.
    private func forgetCounts() {
        scraped = [:]
        for (lines, excuse) in toldApart {
            for number in lines { truth.addCopy(of: number, excuse) }
        }
        toldApart = []
    }

    func kill() {
        noteEnd()
        life = nil
    }

    private func noteEnd() {
        guard let life else { return }
        if life.store.statistics.damages > 0 { isDamageStated = true }
        if life.store.statistics.logSynchronizationFailures > 0 { hasUnsyncedLogs = true }
        statistics.commits += Int(life.store.statistics.commits)
    }

    /// The process dies in one of its next calls; what it does after that reaches nobody.
    func killAtCall() {
        guard life != nil else { return }
        let call = random.oneIn(3) ? Int.random(in: 1...200, using: &random) : Int.random(in: 1...25, using: &random)
        disk.plan { $0.dieAtCall(call) }
        for _ in 0..<4 where !hasDied {
            turn(now: true)
            storeTurn()
            if random.oneIn(2) { flush(slicesEndingBefore: clocks.wall) }
            clocks.pass(nanoseconds: 1_000_000_000)
        }
        kill()
        disk.plan { $0.revive() }
    }

    func startDying() {
        guard life == nil else { return }
        let call = Int.random(in: 1...60, using: &random)
        disk.plan { $0.dieAtCall(call) }
        if let life = try? AgentLife(configuration, on: disk, clocks: clocks, generator: &generator) {
            noteStart(life)
            life.ingestTurn(now: true)
            life.storeTurn()
        }
        disk.plan { $0.revive() }
    }

    private var hasDied: Bool { disk.disk.withLock { $0.faults.hasDied } }

    /// A clean end: what was read is committed, slices go to their files.
    func stop() {
        guard life != nil else { return }
        for _ in 0..<3 {
            turn(now: true)
            storeTurn()
        }
        if life?.isBusy == false { flush(slicesEndingBefore: Timestamp(nanoseconds: .max)) }
        kill()
    }

    func changeInputs(removing: Bool) {
        guard inputs.count > 1, removing == (configuration.inputs.count == inputs.count) else { return }
        if random.oneIn(2) { stop() } else { kill() }
        configuration.inputs = removing ? [inputs[0]] : inputs
        if random.oneIn(2) { start() }
    }

    func startSecondAgent() {
        guard life != nil, !isDeleted, !hasFaults else { return }
        do throws(StoreError) {
            _ = try AgentLife(configuration, on: disk, clocks: clocks, generator: &generator)
            fail("a second agent may use the same data directory")
        } catch {
            if case .locked = error {} else { fail("a second agent is refused with: \(error)") }
        }
    }

    func limitWatches(_ isLimited: Bool) {
        watchesAreLimited = isLimited
        life?.watcher?.isAtLimit = isLimited
    }

    // MARK: At work

    func turn(budgetBytes: Int = 8 << 20, now: Bool = false) {
        guard let life else { return }
        var rounds = 0
        while life.ingestTurn(budgetBytes: budgetBytes, now: now), budgetBytes > 1, !hasDied {
            rounds += 1
            if rounds > 1_000 { return fail("ingest always wants to look again") }
        }
        // Time within a turn is not nothing: two turns never see the same instant.
        clocks.pass(nanoseconds: 1_000)
    }

    func storeTurn() {
        guard let life else { return }
        let commits = life.store.statistics.commits
        refused(life.storeTurn())
        guard life.store.statistics.commits != commits else { return }
        noteCommitted()
        if random.oneIn(6) { compareAccounts() }
    }

    func flush(slicesEndingBefore instant: Timestamp) {
        if let life { refused(life.flush(slicesEndingBefore: instant)) }
    }

    func refused(_ error: StoreError?) {
        guard let error else { return }
        statistics.refusals += 1
        tell("    refused: \(error)")
        if !isDeleted, !isDamaged, !hasFaultStruck { fail("refused on a healthy disk: \(error)") }
    }

    /// Time passes while both threads do their work.
    func work(seconds: Double) {
        let end = clocks.monotonicNanoseconds + Int64(seconds * 1e9)
        while clocks.monotonicNanoseconds < end {
            turn()
            storeTurn()
            clocks.pass(nanoseconds: Int64.random(in: 200_000_000...1_000_000_000, using: &random))
        }
    }

    func describeAgent() -> String {
        guard let life else { return "[down]" }
        let logs = life.ingest.ledger.inputs.map { log in
            var text = "\(log.path.dropFirst(4)) \(log.ledger.counts.accepted)/\(log.ledger.counts.lines)"
            text += "=\(log.ledger.lineBytes)"
            if log.ledger.skippedAtStart > 0 { text += " skipped \(log.ledger.skippedAtStart)" }
            if log.ledger.lostBytes > 0 { text += " lost \(log.ledger.lostBytes)" }
            if let original = log.copyOf { text += " of \(original.dropFirst(4))" }
            return text
        }
        return "[commit \(life.store.state.sequence)\(life.isBusy ? "+1" : ""), \(logs.joined(separator: ", "))]"
    }
}
